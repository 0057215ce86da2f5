"""How a shop's counts usually wander, measured on its own past: what a surge has to stand out from.

Three numbers per scope, each the square of a coefficient of variation, by the method of moments for Gamma-Poisson
counts: E[(count - mean)^2 - mean] = variation * mean^2.
"""

from dataclasses import dataclass

import numpy as np

from tools.reviews.alerts.series import SCOPES, SHOP, Floats, History, Ints

YEAR, WEEK = 365, 7
_ENOUGH = 20  # reviews an item must have to be measured
_COARSE = 3.0  # complaints a week from which weekly counts say something of the drift of rates
_SIGMAS = 4.0  # weeks beyond are surges, not drift
LEAST_BETWEEN, LEAST_VOLUME, LEAST_RATE = 0.05, 0.005, 0.005
PACE = 90  # days over which the shop's own volume is taken


@dataclass(frozen=True)
class Drift:
    """`between` (scopes, aspects): how items' shares of complaints differ from their parent's. `volume` (scopes,): how
    an item's weekly reviews differ from its usual share of the shop's. `rate`: how shares of complaints move from
    week to week."""

    between: Floats
    volume: Floats
    rate: float


def measure(history: History, day: int) -> Drift:
    """From the year before `day`; nothing later counts."""
    weeks = np.arange(day - 1, max(day - YEAR, history.first + WEEK - 1) - 1, -WEEK)[::-1]
    between = np.ones((len(SCOPES), history.aspects))
    volume = np.full(len(SCOPES), LEAST_VOLUME)
    if len(weeks) < 2:
        return Drift(between, np.ones(len(SCOPES)), LEAST_RATE)
    total = history.reviews.within(np.arange(len(history.scope)), day - 1 - YEAR, day - 1)
    for scope in range(len(SCOPES)):
        items = np.flatnonzero((history.scope == scope) & (total >= _ENOUGH))
        if len(items):
            volume[scope] = _volume(history, items, total, weeks)
            between[scope] = _between(history, items, total, day)
    return Drift(between, volume, _rate(history, np.flatnonzero(history.scope < SCOPES.index("product")), weeks))


def _moments(count: Floats, mean: Floats) -> Floats:
    """Over all but the first axis summed away: shape (first axis,)."""
    rest = tuple(range(1, count.ndim))
    square = (mean**2).sum(axis=rest)
    return np.divide(((count - mean) ** 2 - mean).sum(axis=rest), square, out=np.ones_like(square), where=square > 0)


def _volume(history: History, items: Ints, total: Floats, weeks: Ints) -> float:
    weekly = history.reviews.within(items[:, None], weeks - WEEK, weeks)
    shop = history.reviews.within(np.array([[SHOP]]), weeks - WEEK, weeks)
    usual = (
        shop * (total[items] / total[SHOP])[:, None] if items[0] != SHOP else pace(history, weeks - WEEK)[None] * WEEK
    )
    return float(np.clip(_moments(weekly[None], usual[None])[0], LEAST_VOLUME, 1))


def pace(history: History, until: Ints) -> Floats:
    """The shop's reviews a day over the 90 days up to `until`, or as many as there are."""
    shop = np.full(len(until), SHOP)
    return history.reviews.within(shop, until - PACE, until) / np.clip(until - history.first + 1, 1, PACE)


def _between(history: History, items: Ints, total: Floats, day: int) -> Floats:
    aspects: Ints = np.arange(history.aspects)
    parents = np.maximum(history.parent[items], SHOP)
    own, above = (
        history.complaints.within(history.stream(of[:, None], aspects), day - 1 - YEAR, day - 1)
        for of in (items, parents)
    )
    expected = above / np.maximum(total[parents], 1)[:, None] * total[items][:, None]
    return np.clip(_moments(own.T, expected.T), LEAST_BETWEEN, 1)


def _rate(history: History, items: Ints, weeks: Ints) -> float:
    streams = history.stream(items[:, None], np.arange(history.aspects)).ravel()
    counts = history.complaints.within(streams[:, None], weeks - WEEK, weeks)
    reviews = np.repeat(history.reviews.within(items[:, None], weeks - WEEK, weeks), history.aspects, axis=0)
    share = counts.sum(axis=1, keepdims=True) / np.maximum(reviews.sum(axis=1, keepdims=True), 1)
    usual = share * reviews
    calm = (usual >= _COARSE) & (np.abs(counts - usual) <= _SIGMAS * np.sqrt(usual))
    if not calm.any():
        return LEAST_RATE
    return float(np.clip(_moments(counts[calm][None], usual[calm][None])[0], LEAST_RATE, 1))
