"""Does a window hold more complaints than chance allows?

Every complaint is a look: over the windows that end with it, how many complaints are there, and how many would there
usually be? Usual is what the item's own past and its parent's lead one to expect of the reviews of this window
(`_expected`), with all that is uncertain about it as a Gamma distribution, so that the count is negative binomial.

A look's evidence is `yearly`: how many looks as telling as this the stream would have in a year in which nothing
happens. Complaints that come by chance see, at each arrival, the others as if it were not there (Slivnyak), so a window
with k of them is met at most (arrivals a year) * P(K >= k - 1) times: every day on which one may look is counted. The
four lengths of window lie within each other and count as two; that this suffices is measured on shops without surges
(docs/alerts.md).
"""

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import betainc  # pyright: ignore[reportMissingTypeStubs]

from tools.reviews.alerts.drift import YEAR, Drift, measure, pace
from tools.reviews.alerts.series import SHOP, Flags, Floats, History, Ints

WINDOWS = (3, 7, 14, 28)
LEAST = 3  # complaints in a window
TIMES = 2.0  # the usual number
TELLING = 0.05  # false alarms a year and stream; looks that tell less are dropped
_APART = 2  # windows that count as looks of their own; the four lie within each other (measured: docs/alerts.md)
_GAP = 3  # days between the past and the window, so that a surge that begins slowly is not its own past
_FIRM = 20  # complaints that the rest of the shop's rise is weighed against
_LOOSE = 20  # the most that an item's usual volume weighs, in reviews, against this window's
_BLOCK = 28  # days for which the drift is measured once
YOUNGEST = 60  # days of history needed


@dataclass(frozen=True)
class Looks:
    """Arrays over looks. `count` complaints in the `window` days up to `day`, `expected` with Gamma `shape`, of which
    the rest of the shop accounts for the factor `risen`; `past` complaints of `past_reviews` in the year before."""

    stream: Ints
    day: Ints
    window: Ints
    count: Floats
    expected: Floats
    shape: Floats
    risen: Floats
    past: Floats
    past_reviews: Floats
    yearly: Floats

    def take(self, which: Flags | Ints) -> "Looks":
        return Looks(*(getattr(self, one.name)[which] for one in fields(self)))


def telling_looks(history: History, start: int, end: int) -> Looks:
    """The looks on the days from `start` to `end` that hold surprisingly many complaints, by stream and day."""
    stream, day = history.complaints.marks
    found: list[Looks] = []
    for block in range(history.first + YOUNGEST, end + 1, _BLOCK):
        last = min(block + _BLOCK - 1, end)
        if last < start:
            continue
        within = np.flatnonzero((day >= max(block, start)) & (day <= last))
        drift = measure(history, block)
        found += [_look(history, drift, stream[within], day[within], window) for window in WINDOWS]
    if not found:
        return Looks(*(np.zeros(0, dtype=int if number < 3 else float) for number in range(10)))
    looks = Looks(*(np.concatenate([getattr(one, part.name) for one in found]) for part in fields(Looks)))
    return looks.take(np.lexsort((looks.day, looks.stream)))


def yearly(count: Floats, expected: Floats, shape: Floats, window: Ints | int) -> Floats:
    """False alarms a year and stream, by any of the windows: see above."""
    arrivals = expected / window * YEAR
    return _APART * np.minimum(arrivals * _reach(count - 1, expected, shape), YEAR * _reach(count, expected, shape))


def _reach(count: Floats, expected: Floats, shape: Floats) -> Floats:
    """P(K >= count) of a negative binomial with that mean and that shape of its Gamma."""
    some = betainc(np.maximum(count, 1), shape, expected / (expected + shape))
    return np.where(count <= 0, 1.0, some)


def _look(history: History, drift: Drift, stream: Ints, day: Ints, window: int) -> Looks:
    count = history.complaints.within(stream, day - window, day)
    enough = count >= LEAST
    stream, day, count = stream[enough], day[enough], count[enough]
    past, past_reviews, share, known = _share(history, drift, stream, day - window - _GAP)
    risen = _meanwhile(history, stream, day, window)
    share = share * risen
    volume, sure = _volume(history, drift, stream // history.aspects, day, window, count, share)
    expected, shape = share * volume, 1 / (1 / known + 1 / sure + drift.rate)
    looks = Looks(
        stream,
        day,
        np.full(len(day), window),
        count,
        expected,
        shape,
        risen,
        past,
        past_reviews,
        yearly(count, expected, shape, window),
    )
    return looks.take((looks.yearly <= TELLING) & (count >= TIMES * expected))


def _share(history: History, drift: Drift, stream: Ints, until: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Complaints and reviews of the year up to `until`, the share expected from them, and its Gamma's shape.

    The share is drawn towards the parent's, and the parent's towards the shop's, the more the less items usually
    differ: empirical Bayes with a Gamma prior.
    """
    item, aspect = stream // history.aspects, stream % history.aspects
    own, above = history.parent[item], np.full(len(item), SHOP)
    totals = [_past(history, of, aspect, until) for of in (item, np.maximum(own, SHOP), above)]
    (past, reviews), (parents, parents_reviews), (shops, shops_reviews) = totals
    share = (shops + 0.5) / (shops_reviews + 10)
    prior = 1 / drift.between[history.scope[np.maximum(own, SHOP)], aspect]
    share = np.where(own > SHOP, (parents + prior) / (parents_reviews + prior / share), share)
    prior = np.where(item == SHOP, 1.0, 1 / drift.between[history.scope[item], aspect])
    return past, reviews, (past + prior) / (reviews + prior / share), past + prior


def _meanwhile(history: History, stream: Ints, day: Ints, window: int) -> Floats:
    """How much more the rest of the shop complains of the same than it used to (at least 1, drawn towards it).

    What rises everywhere, delivery in December, is the shop's matter; an item has to stand out from it.
    """
    item, aspect = stream // history.aspects, stream % history.aspects
    shop = np.full(len(item), SHOP)
    past, reviews = _past(history, shop, aspect, day - window - _GAP)
    complaints, now = (
        counts.within(whole, day - window, day) - counts.within(own, day - window, day)
        for counts, whole, own in (
            (history.complaints, history.stream(shop, aspect), stream),
            (history.reviews, shop, item),
        )
    )
    usual = past / np.maximum(reviews, 1) * now
    return np.where(item == SHOP, 1.0, np.maximum((complaints + _FIRM) / (usual + _FIRM), 1.0))


def _past(history: History, item: Ints, aspect: Ints, until: Ints) -> tuple[Floats, Floats]:
    stream = history.stream(item, aspect)
    after = until - YEAR
    return history.complaints.within(stream, after, until), history.reviews.within(item, after, until)


def _volume(
    history: History, drift: Drift, item: Ints, day: Ints, window: int, count: Floats, share: Floats
) -> tuple[Floats, Floats]:
    """How many reviews the window would have without a surge, and the shape of the Gamma around it.

    The item's usual part of the shop's reviews or, if more, of its parent's, whose season it shares; raised where the
    reviews that do not complain are more than that. Fewer never lower it: those who are let down write instead, not
    besides.
    """
    until = day - window - _GAP
    shop, parent = np.full(len(item), SHOP), np.maximum(history.parent[item], SHOP)
    usual = np.maximum(*(_part(history, item, whole, day, window) for whole in (shop, parent)))
    usual = np.maximum(np.where(item == SHOP, pace(history, until) * window, usual), 1e-9)
    past = _reviews(history, item, item, until)
    steady = 1 / (drift.volume[history.scope[item]] + 1 / (past + 1))
    others = history.reviews.within(item, day - window, day) - count
    loose = np.where(item == SHOP, 1, np.minimum(steady, _LOOSE))
    settled = (loose + others) / (loose / usual + 1 - np.minimum(share, 0.9))
    wild = others > usual + 4 * np.sqrt(usual + usual**2 / steady) + 3  # the usual says nothing of such a window
    return np.where(wild, others + 1, np.maximum(usual, settled)), np.where(wild, others + 1, steady + others)


def _part(history: History, item: Ints, whole: Ints, day: Ints, window: int) -> Floats:
    """The item's reviews in the window if it had its usual part of what the rest of the `whole` has."""
    until = day - window - _GAP
    past = _reviews(history, item, item, until)
    rest = _reviews(history, whole, item, until) - past
    now = history.reviews.within(whole, day - window, day) - history.reviews.within(item, day - window, day)
    return (past + 1) / (rest + history.siblings(whole)) * now


def _reviews(history: History, of: Ints, item: Ints, until: Ints) -> Floats:
    """Reviews `of` something in the year up to `until`, or since the item's first."""
    after = np.minimum(np.maximum(until - YEAR, history.since[item] - 1), until)
    return history.reviews.within(of, after, until)
