"""Visits to the site: what was looked at, searched for, put into the cart and taken out again."""

from dataclasses import dataclass

import numpy as np

from store.demo.customers import Customers
from store.demo.draws import Flags, Floats, Ints, choose, spread, stream
from store.demo.orders import Lines, Orders, demand_ahead, place
from store.demo.process import CHANNELS
from store.demo.season import DAY, seconds_of_day
from store.demo.world import World

VIEW, SEARCH, CART_ADD, CART_REMOVE, CHECKOUT = range(5)
_AFTER_ALL = 1_000_000
_CATEGORY_WORD, _NOUN, _NAME = range(3)


@dataclass(frozen=True)
class Visits:
    """Arrays over visits: idle ones, then those that end in an order. `interest` fades before leaving."""

    customer: Ints
    at: Ints
    interest: Floats
    order: Ints  # row of Orders, or -1


@dataclass(frozen=True)
class Events:
    """Arrays over events, by customer and time. `visit` counts from 0 within the block; -1 means none."""

    customer: Ints
    visit: Ints
    at: Ints
    kind: Ints
    product: Ints
    searched: Ints  # product whose words were typed
    wording: Ints  # how: the category, the thing, or its full name
    seconds: Floats


@dataclass(frozen=True)
class _Steps:
    visit: Ints
    place: Ints  # order within the visit
    kind: Ints
    product: Ints


def interest(world: World, at: Floats, leaves: Floats) -> Floats:
    """1 for a customer who stays; sinks before leaving; a trickle afterwards."""
    process = world.process
    ahead = np.minimum((leaves - at) / DAY, 1e6)
    fading = 1 - process.fade_depth * np.exp(-np.maximum(ahead, 0) / process.fade_days)
    return np.where(ahead >= 0, fading, process.stray)


def draw_events(
    world: World, block: int, who: Customers, leaves: Floats, orders: Orders, lines: Lines, placed: Flags
) -> Events:
    """Events of the window. `placed` flags the orders that were really placed within it."""
    rng = stream(world.seed, block, "browsing")
    online = placed & (orders.channel <= CHANNELS.index("app"))
    visits = _visits(world, rng, who, leaves, orders, online)
    steps = _merge([_idle_views(world, rng, who, visits), *_purchases(world, rng, who, visits, lines, online)])
    steps = _merge([steps, *_around_views(rng, visits, steps)])
    return _timed(world, rng, visits, steps)


def _visits(
    world: World, rng: np.random.Generator, who: Customers, leaves: Floats, orders: Orders, online: Flags
) -> Visits:
    active = who.active.astype(np.float64)
    counts = rng.poisson(who.browse * demand_ahead(world, who.region, active))
    customer, _ = spread(counts.astype(np.int64))
    at = place(world, who.region[customer], active[customer], rng.random(len(customer)))
    kept = rng.random(len(at)) < interest(world, at, leaves[customer])
    kept &= at < world.calendar.end
    customer, at = customer[kept], at[kept]
    at = (at // DAY).astype(np.int64) * DAY + seconds_of_day(
        rng, who.region[customer], np.zeros(len(customer), dtype=np.bool_)
    )
    at = np.maximum(at, who.active[customer] + 60)
    bought = np.flatnonzero(online)
    everyone = np.concatenate([customer, orders.customer[bought]])
    when = np.concatenate([at, orders.at[bought]])
    keen = interest(world, when.astype(np.float64), leaves[everyone])
    return Visits(everyone, when, keen, np.concatenate([np.full(len(at), -1), bought]))


def _idle_views(world: World, rng: np.random.Generator, who: Customers, visits: Visits) -> _Steps:
    """Products looked at without being bought; most within what the visit is about."""
    bought = visits.order >= 0
    mean = np.where(bought, 1.2, world.process.views_mean * (0.45 + 0.55 * visits.interest))
    visit, nth = spread(rng.poisson(mean).astype(np.int64) + ~bought)
    month = world.calendar.months()[np.minimum(visits.at // DAY, len(world.calendar.months()) - 1)]
    wishes = who.tastes[visits.customer] * world.catalogue.months.T[month]
    focus = choose(rng, wishes)[visit]
    stray = rng.random(len(visit)) > 0.8
    category = np.where(stray, choose(rng, wishes[visit]), focus)
    product = world.catalogue.pick(rng, who.group[visits.customer[visit]], category)
    return _Steps(visit, 10 + 10 * nth, np.full(len(visit), VIEW), product)


def _purchases(
    world: World, rng: np.random.Generator, who: Customers, visits: Visits, lines: Lines, online: Flags
) -> list[_Steps]:
    """A look at each line, most put into the cart then and there, and the checkout."""
    bought = np.flatnonzero(visits.order >= 0)
    visit_of = np.full(len(online), -1, dtype=np.int64)
    visit_of[visits.order[bought]] = bought
    rows = np.flatnonzero(visit_of[lines.order] >= 0)
    visit, product = visit_of[lines.order[rows]], lines.product[rows]
    spot = 1000 + 10 * lines.line[rows]
    seen = rng.random(len(rows)) < 0.93
    return [
        _Steps(visit[seen], spot[seen], np.full(int(seen.sum()), VIEW), product[seen]),
        _Steps(visit, spot + 1, np.full(len(rows), CART_ADD), product),
        _Steps(bought, np.full(len(bought), _AFTER_ALL), np.full(len(bought), CHECKOUT), np.full(len(bought), -1)),
    ]


def _around_views(rng: np.random.Generator, visits: Visits, steps: _Steps) -> list[_Steps]:
    """Searches before views; carts filled after idle views, and partly emptied again."""
    views = np.flatnonzero(steps.kind == VIEW)
    first = steps.place[views] == 10
    sought = views[rng.random(len(views)) < np.where(first, 0.42, 0.07)]
    idle = views[steps.place[views] < 1000]
    added = idle[rng.random(len(idle)) < 0.06 + 0.06 * visits.interest[steps.visit[idle]]]
    bought = visits.order[steps.visit[added]] >= 0
    removed = added[rng.random(len(added)) < np.where(bought, 0.85, 0.3)]
    return [
        _Steps(steps.visit[sought], steps.place[sought] - 1, np.full(len(sought), SEARCH), steps.product[sought]),
        _Steps(steps.visit[added], steps.place[added] + 1, np.full(len(added), CART_ADD), steps.product[added]),
        _Steps(
            steps.visit[removed],
            5000 + steps.place[removed],
            np.full(len(removed), CART_REMOVE),
            steps.product[removed],
        ),
    ]


def _merge(parts: list[_Steps]) -> _Steps:
    return _Steps(
        visit=np.concatenate([part.visit for part in parts]),
        place=np.concatenate([part.place for part in parts]),
        kind=np.concatenate([part.kind for part in parts]),
        product=np.concatenate([part.product for part in parts]),
    )


def _timed(world: World, rng: np.random.Generator, visits: Visits, steps: _Steps) -> Events:
    """Put steps on the clock: an idle visit starts at its moment, a purchase ends at the order's."""
    by_time = np.lexsort((visits.at, visits.customer))
    rank = np.empty_like(by_time)
    rank[by_time] = np.arange(len(by_time))
    order = np.lexsort((steps.place, rank[steps.visit]))
    visit, kind, product = steps.visit[order], steps.kind[order], steps.product[order]
    dwell = np.maximum(rng.gamma(1.3, 32.0, len(visit)) * np.where(kind == VIEW, 1.0, 0.4), 1.0)
    dwell = np.rint(dwell)
    ended = np.cumsum(dwell)
    sizes = np.bincount(rank[visit], minlength=len(visits.at))
    total = np.bincount(rank[visit], weights=dwell, minlength=len(visits.at))
    offset = (np.cumsum(total) - total)[rank[visit]]
    span = total - _last_of_each(dwell, sizes)
    start = visits.at[by_time] - np.where(visits.order[by_time] >= 0, span, 0).astype(np.int64)
    at = start[rank[visit]] + (ended - dwell - offset).astype(np.int64)
    inside = (at >= 0) & (at < world.calendar.end)
    search = kind == SEARCH
    events = Events(
        customer=visits.customer[visit],
        visit=rank[visit],
        at=at,
        kind=kind,
        product=np.where(search, -1, product),
        searched=np.where(search, product, -1),
        wording=np.where(search, rng.choice(3, size=len(visit), p=[0.2, 0.62, 0.18]), -1),
        seconds=np.where((kind == VIEW) | search, dwell, np.nan),
    )
    return Events(**{name: values[inside] for name, values in vars(events).items()})


def _last_of_each(values: Floats, sizes: Ints) -> Floats:
    """The last value of each group of consecutive values; 0 where a group is empty."""
    if len(values) == 0:
        return np.zeros(len(sizes))
    ends = np.maximum(np.cumsum(sizes) - 1, 0)
    return np.where(sizes > 0, values[ends], 0.0)
