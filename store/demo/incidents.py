"""What goes wrong, when, for whom; and who leaves over it."""

from dataclasses import dataclass

import numpy as np

from store.demo.customers import Customers
from store.demo.draws import Flags, Floats, Ints, choose, stream
from store.demo.orders import Lines, Orders
from store.demo.process import KINDS
from store.demo.season import DAY
from store.demo.world import Surge, World

_DELAY_DAYS = (1, 6)  # between an order and what goes wrong with it
_MEAN_DELAY = sum(_DELAY_DAYS) / 2


@dataclass(frozen=True)
class Incidents:
    """Arrays over incidents, at most one an order. `line` and `order` are rows of Lines and Orders."""

    order: Ints
    line: Ints
    kind: Ints
    customer: Ints
    at: Ints
    harm: Floats  # hazard added in total
    leaves: Floats  # when the customer would leave over it; infinite if not
    surge: Ints  # row of world.surges, or -1


@dataclass(frozen=True)
class Departure:
    """When each customer leaves (seconds, infinite when not within reach) and over which incident (-1: none)."""

    at: Floats
    over: Ints


def draw_incidents(world: World, block: int, who: Customers, orders: Orders, lines: Lines) -> Incidents:
    """Incidents of all orders, whether or not the customer is still there to suffer them."""
    rng = stream(world.seed, block, "incidents")
    chances, surge_of = _chances(world, who, orders, lines)
    nothing = np.maximum(1 - chances.sum(axis=1), 0.02)[:, None]
    drawn = choose(rng, np.concatenate([chances, nothing], axis=1))
    rows = np.flatnonzero((drawn < len(KINDS)) & ~orders.cancelled[lines.order])
    rows = rows[np.unique(lines.order[rows], return_index=True)[1]]
    kind, order = drawn[rows], lines.order[rows]
    customer = orders.customer[order]
    at = orders.at[order] + rng.integers(_DELAY_DAYS[0] * DAY, _DELAY_DAYS[1] * DAY, len(rows))
    harms = np.array([incident.harm for incident in world.process.incidents])
    harm = harms[kind] * who.sensitivity[customer]
    leaves = at + _wait(rng, harm, world.process.incident_days * DAY)
    return Incidents(order, rows, kind, customer, at, harm, leaves, surge_of[rows, kind])


def _wait(rng: np.random.Generator, harm: Floats, decay: float) -> Floats:
    """Time until leaving over an incident whose hazard decays exponentially and adds up to `harm`."""
    patience = rng.exponential(1, len(harm))
    share = np.minimum(patience / harm, 1.0)
    with np.errstate(divide="ignore"):
        return np.where(patience < harm, -decay * np.log1p(-share), np.inf)


def _chances(world: World, who: Customers, orders: Orders, lines: Lines) -> tuple[Floats, Ints]:
    """Per line and kind: the chance of an incident, and the surge behind it (-1: none)."""
    incidents = world.process.incidents
    chances = np.tile([incident.chance for incident in incidents], (len(lines.order), 1))
    first = lines.line == 1
    whole = np.array([incident.per_order for incident in incidents])
    chances[np.ix_(~first, whole)] = 0
    chances[:, KINDS.index("wrong_size")] *= world.catalogue.sized[lines.product]
    faulty = np.exp(-0.8 * world.catalogue.merits["quality"] - 0.3)
    chances[:, KINDS.index("defective_product")] *= faulty[lines.product]
    month = world.calendar.months()[np.minimum(orders.at // DAY, len(world.calendar.months()) - 1)]
    chances[:, KINDS.index("late_delivery")] *= np.where(month[lines.order] == 11, 1.9, 1.0)
    surge_of = np.full(chances.shape, -1, dtype=np.int64)
    for row, surge in enumerate(world.surges):
        kind = KINDS.index(surge.planted.kind)
        hit = _within(surge, world, who, orders, lines) & (first | (not whole[kind]) | (surge.scope == "category"))
        chances[hit, kind] = surge.planted.chance
        surge_of[hit, kind] = row
    return chances, surge_of


def _within(surge: Surge, world: World, who: Customers, orders: Orders, lines: Lines) -> Flags:
    at = orders.at[lines.order]
    inside = (at >= surge.start) & (at < surge.end)
    if surge.scope == "country":
        return inside & (who.country[orders.customer[lines.order]] == surge.value)
    if surge.scope == "category":
        return inside & (world.catalogue.category_of[lines.product] == surge.value)
    if surge.scope == "product":
        return inside & (lines.product == surge.value)
    return inside


def depart(who: Customers, incidents: Incidents) -> Departure:
    """The earliest reason to leave wins. An incident after it never happens."""
    at, over = who.leaves.copy(), np.full(len(who), -1, dtype=np.int64)
    order = np.lexsort((incidents.leaves, incidents.customer))
    customer, first = np.unique(incidents.customer[order], return_index=True)
    rows = order[first]
    sooner = incidents.leaves[rows] < at[customer]
    at[customer[sooner]] = incidents.leaves[rows[sooner]]
    over[customer[sooner]] = rows[sooner]
    return Departure(at, over)


def churn_hazard(
    world: World, who: Customers, orders: Orders, incidents: Incidents, happened: Flags, days: int
) -> Floats:
    """Hazard added up over the `days` after the window's end; the chance of leaving in them is 1 - exp(-hazard).

    Three parts: leaving for no reason, what is left of past incidents, and incidents still to come at the rate
    at which this block's orders meet them.
    """
    decay = world.process.incident_days * DAY
    past = happened & (incidents.at < world.calendar.end)
    since = world.calendar.end - incidents.at[past]
    left = incidents.harm[past] * (np.exp(-since / decay) - np.exp(-(since + days * DAY) / decay))
    hazard = who.hazard * days + np.bincount(incidents.customer[past], weights=left, minlength=len(who))
    return hazard + _hazard_to_come(world, who, orders, incidents, days)


def _hazard_to_come(world: World, who: Customers, orders: Orders, incidents: Incidents, days: int) -> Floats:
    """Expected number of incidents in the coming `days` that make the customer leave within them."""
    known = world.process.incidents
    per_order = np.bincount(incidents.kind, minlength=len(known)) / max(len(orders), 1)
    until = np.arange(days) + 0.5 - _MEAN_DELAY  # days left for each day's incidents to act
    acted = 1 - np.exp(-np.maximum(until, 0) / world.process.incident_days)
    harm = np.array([incident.harm for incident in known])
    leaving = 1 - np.exp(-who.sensitivity[:, None, None] * harm[:, None] * acted)
    first = world.calendar.days
    demand = (world.cumulative[:, first + days] - world.cumulative[:, first]) / days
    return who.rate * demand[who.region] * (per_order @ leaving.sum(axis=2).T)
