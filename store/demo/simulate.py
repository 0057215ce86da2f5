"""One block of customers from first to last: who they are, what they do, what befalls them, what they write."""

from dataclasses import dataclass

import numpy as np

from store.demo.browsing import Events, draw_events
from store.demo.customers import Customers, draw_customers
from store.demo.draws import Flags, Ints, stream
from store.demo.incidents import Departure, Incidents, depart, draw_incidents
from store.demo.offers import Responses, draw_responses
from store.demo.orders import Lines, Orders, draw_orders
from store.demo.process import CHANNELS, KINDS
from store.demo.prose.writer import Writer
from store.demo.reviews import Reviews, Written, draw_reviews, write_reviews
from store.demo.season import DAY
from store.demo.world import World

COMPLETED, CANCELLED, REFUNDED = range(3)
STATUSES = ("completed", "cancelled", "refunded")
_OVERCHARGE = 1.12
_UPSET_DAYS = 60


@dataclass(frozen=True)
class Block:
    """Everything that a block's customers did. Flags and arrays named per_… run over what they are named after."""

    who: Customers
    departure: Departure
    orders: Orders
    lines: Lines
    placed: Flags  # per order: within the window, by somebody still there
    ahead: Flags  # per order: after the window, by somebody still there
    status: Ints  # per order
    identified: Flags  # per order: the shop knows whose it is
    incidents: Incidents
    happened: Flags  # per incident: its order was placed
    events: Events
    reviews: Reviews
    written: Written
    responses: Responses


def simulate(world: World, block: int, writers: dict[str, Writer]) -> Block:
    """A block is a function of seed, number of customers and window alone."""
    who = draw_customers(world, block)
    orders, lines = draw_orders(world, block, who)
    incidents = draw_incidents(world, block, who, orders, lines)
    lines = _overcharged(lines, incidents)
    departure = depart(who, incidents)
    there = orders.at < departure.at[orders.customer]
    placed = there & (orders.at < world.calendar.end)
    status, identified = _fates(world, block, who, orders, incidents)
    reviewable = placed & identified & (status != CANCELLED)
    reviews = draw_reviews(world, block, who, orders, lines, incidents, reviewable)
    happened = placed[incidents.order]
    return Block(
        who=who,
        departure=departure,
        orders=orders,
        lines=lines,
        placed=placed,
        ahead=there & ~placed,
        status=status,
        identified=identified,
        incidents=incidents,
        happened=happened,
        events=draw_events(world, block, who, departure.at, orders, lines, placed),
        reviews=reviews,
        written=write_reviews(world, block, who, orders, lines, reviews, writers),
        responses=draw_responses(
            world, block, who, departure.at <= world.calendar.end, _upset(world, who, incidents, happened)
        ),
    )


def _overcharged(lines: Lines, incidents: Incidents) -> Lines:
    """Prices as charged: a price error adds to the price shown."""
    price = lines.price.copy()
    wrong = incidents.line[incidents.kind == KINDS.index("price_error")]
    price[wrong] = np.rint(price[wrong] * _OVERCHARGE).astype(np.int64)
    return Lines(lines.order, lines.line, lines.product, lines.quantity, price)


def _fates(world: World, block: int, who: Customers, orders: Orders, incidents: Incidents) -> tuple[Ints, Flags]:
    rng = stream(world.seed, block, "fates")
    refund = np.full(len(orders), world.process.refunded)
    chances = np.array([incident.refund for incident in world.process.incidents])
    refund[incidents.order] = chances[incidents.kind]
    status = np.where(rng.random(len(orders)) < refund, REFUNDED, COMPLETED)
    at_till = orders.channel == CHANNELS.index("store")
    unseen = at_till & (~who.card[orders.customer] | (rng.random(len(orders)) < 0.1))
    unseen &= rng.random(len(orders)) < world.process.anonymous_in_store
    return np.where(orders.cancelled, CANCELLED, status), ~unseen


def _upset(world: World, who: Customers, incidents: Incidents, happened: Flags) -> Flags:
    """Whether each customer suffered an incident shortly before the window's end."""
    recent = happened & (incidents.at > world.calendar.end - _UPSET_DAYS * DAY)
    recent &= incidents.at < world.calendar.end
    return np.bincount(incidents.customer[recent], minlength=len(who)) > 0
