"""Orders and their lines, as they would be placed by customers who never leave."""

from dataclasses import dataclass

import numpy as np

from store.demo.customers import Customers
from store.demo.draws import Flags, Floats, Ints, choose, spread, stream
from store.demo.process import CHANNELS
from store.demo.season import DAY, REGIONS, seconds_of_day
from store.demo.world import World

KEY = 4096  # orders of one customer, at most: an order's key is its customer's number times this, plus a count


@dataclass(frozen=True)
class Orders:
    """Arrays over orders, sorted by customer (place in the block) and time; `lines` refers to them by row."""

    customer: Ints
    key: Ints
    at: Ints
    channel: Ints
    cancelled: Flags

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Lines:
    """Arrays over order lines. Money in pence."""

    order: Ints
    line: Ints
    product: Ints
    quantity: Ints
    price: Ints


def place(world: World, region: Ints, since: Floats, share: Floats) -> Floats:
    """Moments between `since` and the horizon, in seconds: `share` (0 to 1) of the demand to come has passed."""
    moments = np.empty(len(region))
    grid = world.midnights()
    for value in REGIONS:
        cumulative: Floats = world.cumulative[value]
        mine: Flags = region == value
        since_mine: Floats = since[mine]
        begun = np.interp(since_mine, grid, cumulative)
        moments[mine] = np.interp(begun + share[mine] * (cumulative[-1] - begun), cumulative, grid)
    return moments


def demand_ahead(world: World, region: Ints, since: Floats) -> Floats:
    """Demand from `since` to the horizon, in ordinary days."""
    ahead = np.empty(len(region))
    for value in REGIONS:
        cumulative, mine = world.cumulative[value], region == value
        ahead[mine] = cumulative[-1] - np.interp(since[mine], world.midnights(), cumulative)
    return ahead


def draw_orders(world: World, block: int, who: Customers) -> tuple[Orders, Lines]:
    """All orders from sign-up to the horizon, whether or not the customer is still there."""
    rng = stream(world.seed, block, "orders")
    active = who.active.astype(np.float64)
    counts = rng.poisson(who.rate * demand_ahead(world, who.region, active)).astype(np.int64)
    customer, _ = spread(np.minimum(counts, KEY - 2))
    at = place(world, who.region[customer], active[customer], rng.random(len(customer)))
    firsts = np.flatnonzero((who.signup >= 0) & (rng.random(len(who)) < world.process.first_order))
    customer = np.concatenate([customer, firsts])
    channel = choose(rng, who.channels[customer])
    clock = seconds_of_day(rng, who.region[customer], channel == CHANNELS.index("store"))
    later = (at // DAY).astype(np.int64) * DAY + clock[: len(at)]
    minutes = rng.integers(4, 90, len(customer)) * 60
    at = np.concatenate([np.maximum(later, who.active[customer[: len(at)]]), who.signup[firsts]])
    at = np.where(at <= who.active[customer], who.active[customer] + minutes, at)
    order = np.lexsort((at, customer))
    customer, at, channel = customer[order], at[order], channel[order]
    _, nth = spread(np.bincount(customer, minlength=len(who)))
    cancelled = rng.random(len(at)) < world.process.cancelled
    orders = Orders(customer, who.number[customer] * KEY + nth, at, channel, cancelled)
    return orders, _draw_lines(world, rng, who, orders)


def _draw_lines(world: World, rng: np.random.Generator, who: Customers, orders: Orders) -> Lines:
    process, catalogue = world.process, world.catalogue
    counts = np.minimum(1 + rng.poisson(process.lines_mean, len(orders)), process.lines_cap).astype(np.int64)
    order, _ = spread(counts)
    customer = orders.customer[order]
    day = np.minimum(orders.at[order] // DAY, world.calendar.days + world.calendar.future_days - 1)
    month = world.calendar.months()[day]
    category = choose(rng, who.tastes[customer] * catalogue.months.T[month])
    product = catalogue.pick(rng, who.group[customer], category)
    fresh = _first_of_each(order * len(catalogue.products) + product)
    order, product, day = order[fresh], product[fresh], day[fresh]
    quantity = 1 + rng.poisson(0.22, len(order)).astype(np.int64)
    price = np.rint(catalogue.prices()[product] * world.calendar.promotions()[day]).astype(np.int64)
    _, nth = spread(np.bincount(order, minlength=len(orders)))
    return Lines(order, nth + 1, product, quantity, price)


def _first_of_each(keys: Ints) -> Flags:
    """Which rows are the first with their key: nobody lists one product twice in an order."""
    fresh = np.zeros(len(keys), dtype=np.bool_)
    fresh[np.unique(keys, return_index=True)[1]] = True
    return fresh
