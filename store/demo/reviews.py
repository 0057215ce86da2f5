"""Who writes a review, of what, and what they mean to say; the words are the prose's."""

import random
from dataclasses import dataclass

import numpy as np

from store.demo.catalogue import ASPECTS
from store.demo.customers import Customers
from store.demo.draws import Flags, Floats, Ints, stream
from store.demo.incidents import Incidents
from store.demo.orders import Lines, Orders
from store.demo.process import LANGUAGES
from store.demo.prose.writer import NEGATIVE, NEUTRAL, POSITIVE, Intent, Writer
from store.demo.season import DAY
from store.demo.world import World

SENTIMENTS = ("negative", "neutral", "positive")
_HOME_COUNTRY = 0


@dataclass(frozen=True)
class Reviews:
    """Arrays over reviews; `order`, `line` and `incident` are rows of Orders, Lines and Incidents (-1: none)."""

    customer: Ints
    order: Ints
    line: Ints
    incident: Ints
    at: Ints
    sentiment: Ints
    rating: Ints
    contradicts: Flags
    aspects: Ints  # (reviews, 3): what comes to mind first, second, third
    other: Ints  # the aspect of the other polarity, where feelings are mixed
    mixed: Flags


@dataclass(frozen=True)
class Written:
    """What the prose made of the reviews."""

    text: list[str]
    language: list[str]
    style: list[str]
    aspects: list[dict[str, str]]


def draw_reviews(
    world: World,
    block: int,
    who: Customers,
    orders: Orders,
    lines: Lines,
    incidents: Incidents,
    placed: Flags,
) -> Reviews:
    """Reviews written within the window of the orders flagged in `placed`."""
    rng = stream(world.seed, block, "reviews")
    incident_of = np.full(len(orders), -1, dtype=np.int64)
    incident_of[incidents.order] = np.arange(len(incidents.order))
    order = np.flatnonzero(placed & (rng.random(len(orders)) < _chance(world, who, orders, incident_of)))
    incident, customer = incident_of[order], orders.customer[order]
    at = orders.at[order] + ((2 + rng.exponential(6, len(order))) * DAY).astype(np.int64)
    at = np.where(incident >= 0, np.maximum(at, incidents.at[incident] + 3600), at)
    kept = at < world.calendar.end
    order, incident, customer, at = order[kept], incident[kept], customer[kept], at[kept]
    line = _line_of(rng, orders, lines, order)
    line = np.where(incident >= 0, incidents.line[incident], line)
    product, kind = lines.product[line], np.where(incident >= 0, incidents.kind[incident], -1)
    merits = world.catalogue.merits
    score = 1.3 + 0.35 * merits["quality"][product] + 0.15 * merits["design"][product] + who.mood[customer]
    score += rng.normal(0, 0.9, len(order)) - 2.6 * (incident >= 0)
    sentiment = np.where(score > 0.4, POSITIVE, np.where(score > -0.15, NEUTRAL, NEGATIVE))
    mixed = (rng.random(len(order)) < 0.17) | ((incident >= 0) & (sentiment == POSITIVE))
    aspects, other = _aspects(world, rng, product, sentiment, kind)
    rating, contradicts = _ratings(world, rng, sentiment, mixed)
    return Reviews(customer, order, line, incident, at, sentiment, rating, contradicts, aspects, other, mixed)


def _chance(world: World, who: Customers, orders: Orders, incident_of: Ints) -> Floats:
    process = world.process
    foreign = ~np.isin(who.language, [LANGUAGES.index("en"), LANGUAGES.index("zh")])
    habit = who.verbosity * np.where(foreign, process.review_foreign, 1.0)
    upset = process.review_after_incident * np.minimum(habit, 1.5)
    return np.minimum(
        np.where(incident_of >= 0, upset[orders.customer], process.review_chance * habit[orders.customer]),
        0.9,
    )


def _line_of(rng: np.random.Generator, orders: Orders, lines: Lines, order: Ints) -> Ints:
    """Some line of each order."""
    sizes = np.bincount(lines.order, minlength=len(orders))
    starts = np.cumsum(sizes) - sizes
    return starts[order] + (rng.random(len(order)) * sizes[order]).astype(np.int64)


def _aspects(world: World, rng: np.random.Generator, product: Ints, sentiment: Ints, kind: Ints) -> tuple[Ints, Ints]:
    """The three aspects that come to mind (an incident's first), and one of the other polarity."""
    weights = np.log(world.catalogue.aspects[product])
    merit = np.zeros_like(weights)
    for aspect, values in world.catalogue.merits.items():
        merit[:, ASPECTS.index(aspect)] = values[product]
    sign = np.where(sentiment == NEGATIVE, -1.0, 1.0)[:, None]
    keys = weights + 0.6 * sign * merit + rng.gumbel(size=weights.shape)
    others = weights - 0.6 * sign * merit + rng.gumbel(size=weights.shape)
    cause = np.array([ASPECTS.index(incident.aspect) for incident in world.process.incidents])[kind]
    hurt = np.flatnonzero(kind >= 0)
    blamed, spared = hurt[sentiment[hurt] == NEGATIVE], hurt[sentiment[hurt] != NEGATIVE]
    keys[blamed, cause[blamed]] = np.inf
    keys[spared, cause[spared]] = -np.inf
    others[spared, cause[spared]] = np.inf
    aspects = np.argsort(-keys, axis=1)[:, :3]
    np.put_along_axis(others, aspects, -np.inf, axis=1)
    return aspects, np.argmax(others, axis=1)


def _ratings(world: World, rng: np.random.Generator, sentiment: Ints, mixed: Flags) -> tuple[Ints, Flags]:
    u = rng.random(len(sentiment))
    positive = np.where(u < np.where(mixed, 0.25, 0.76), 5, 4)
    negative = np.where(u < np.where(mixed, 0.25, 0.62), 1, 2)
    neutral = np.where(u < 0.8, 3, np.where(u < 0.9, 4, 2))
    rating = np.where(sentiment == POSITIVE, positive, np.where(sentiment == NEGATIVE, negative, neutral))
    contradicts = (rng.random(len(sentiment)) < world.process.contradiction) & (sentiment != NEUTRAL)
    return np.where(contradicts, np.where(sentiment == POSITIVE, 1, 5), rating), contradicts


def write_reviews(
    world: World,
    block: int,
    who: Customers,
    orders: Orders,
    lines: Lines,
    reviews: Reviews,
    writers: dict[str, Writer],
) -> Written:
    """Texts in the order of `reviews`: Chinese from Chinese speakers, English from everybody else."""
    rng = random.Random(f"{world.seed}-{block}-prose")
    written = Written([], [], [], [])
    bought = world.calendar.months()[orders.at[reviews.order] // DAY]
    for row in range(len(reviews.at)):
        customer = int(reviews.customer[row])
        language = "zh" if LANGUAGES[int(who.language[customer])] == "zh" else "en"
        abroad = int(who.country[customer]) != _HOME_COUNTRY
        prose = writers[language].write(_intent(world, lines, reviews, row, int(bought[row]), abroad), rng)
        written.text.append(prose.text)
        written.language.append(language)
        written.style.append(prose.style)
        written.aspects.append(prose.aspects)
    return written


def _intent(world: World, lines: Lines, reviews: Reviews, row: int, month: int, abroad: bool) -> Intent:
    line = int(reviews.line[row])
    return Intent(
        product=world.catalogue.products[int(lines.product[line])],
        sentiment=int(reviews.sentiment[row]),
        aspects=tuple(ASPECTS[int(aspect)] for aspect in reviews.aspects[row].tolist()),
        other=ASPECTS[int(reviews.other[row])],
        mixed=bool(reviews.mixed[row]),
        wronged=int(reviews.incident[row]) >= 0,
        contradicts=bool(reviews.contradicts[row]),
        price=int(lines.price[line]) / 100,
        month=month,
        abroad=abroad,
    )


def complained(incidents: Incidents, reviews: Reviews) -> Flags:
    """Which incidents led to a negative review."""
    flags = np.zeros(len(incidents.order), dtype=np.bool_)
    flags[reviews.incident[(reviews.incident >= 0) & (reviews.sentiment == NEGATIVE)]] = True
    return flags
