"""Why a product is shown: the strongest thing that speaks for it, with its numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.recommend.candidates import FEATURES, POPULARITY, TASTE, History, Owned
from tools.recommend.model import Ranked, Recommender
from tools.recommend.statistics import NEW, Floats, Ints, Statistics

_FEW = 2  # customers who bought both, below which it is not worth saying
_PEERS = 20  # customers of a group lately, from which it says something


@dataclass(frozen=True)
class Reason:
    """`kind` is a key of the wording, `numbers` what it needs; `group` whom it is about; `other` a product's place."""

    kind: str
    numbers: dict[str, int]
    group: str | None = None
    other: int | None = None


@dataclass(frozen=True)
class Pick:
    """A product to show. Its score is a log-odds of being bought next, or a share of the group's customers."""

    place: int
    score: float
    reason: Reason


def picks(model: Recommender, ranked: Ranked, history: History, limit: int) -> list[Pick]:
    """The first `limit` of the ranked, each with its reason."""
    count = min(limit, len(ranked.place))
    effects = model.ranker.contributions(ranked.values[:count]) if count else np.zeros((0, len(FEATURES)))
    reasons = [
        _reason(model, ranked.found.owned, history, int(place), effect)
        for place, effect in zip(ranked.place[:count], effects, strict=True)
    ]
    rows = zip(ranked.place[:count], ranked.score[:count], reasons, strict=True)
    return [Pick(int(place), float(score), reason) for place, score, reason in rows]


def cold_picks(model: Recommender, country: str | None, limit: int) -> tuple[list[Pick], str | None]:
    """For a customer without purchases: what their likes bought most lately, and who these likes are.

    New customers of the country, else all of the country, else new customers, else everybody (None): the first group
    of at least 20 customers. What is missing is filled up with what the shop's customers bought most, lately or ever.
    """
    shop = model.shop
    likes = [NEW + country, country, NEW] if country else [NEW]
    group = next((one for one in likes if shop.of_group(one)[1] >= _PEERS), None)
    found: dict[int, Pick] = {}
    for one in (group, None):
        buyers, size = (shop.lately[:, -1], shop.active[2]) if one is None else shop.of_group(one)
        for place in _most(buyers, model.sold, limit):
            found.setdefault(place, Pick(place, float(buyers[place] / size), popular(shop, place, one)))
    for place in _most(shop.buyers, model.sold, limit):
        found.setdefault(place, Pick(place, 0.0, Reason("ever", {"buyers": int(shop.buyers[place])})))
    return list(found.values())[:limit], group


def popular(shop: Statistics, place: int, group: str | None) -> Reason:
    """How many of a group, or of all customers (None), bought it within 90 days."""
    buyers, size = (shop.lately[:, -1], shop.active[2]) if group is None else shop.of_group(group)
    return Reason("popular", {"buyers": int(buyers[place]), "size": int(size)}, group)


def _reason(model: Recommender, mine: Owned, history: History, place: int, effect: Floats) -> Reason:
    at = int(np.searchsorted(mine.place, place))
    if at < len(mine.place) and mine.place[at] == place:
        return _owned(model.shop, mine, at)
    partner, together = _partner(model, mine.place, place)
    taste, popularity = (effect[[FEATURES.index(name) for name in names]].sum() for names in (TASTE, POPULARITY))
    if together >= _FEW and (taste >= popularity or not model.shop.lately[place, -1]):
        return Reason("with", {"together": together}, other=partner)
    return _popularity(model.shop, place, history.country)


def _owned(shop: Statistics, mine: Owned, at: int) -> Reason:
    place, last = int(mine.place[at]), int(mine.last[at])
    if mine.times[at] > 1:
        often = {"times": int(mine.times[at]), "gap": max(round(float(mine.gap[at])), 1), "last": last}
        return Reason("twice" if mine.times[at] == 2 else "habit", often)
    if not shop.again[place]:
        return Reason("bought", {"last": last})
    share = round(100 * float(shop.again[place] / shop.buyers[place]))
    gap = max(round(float(shop.gap[place])), 1)
    return Reason("once", {"last": last, "share": share, "buyers": int(shop.buyers[place]), "gap": gap})


def _partner(model: Recommender, owned: Ints, place: int) -> tuple[int, int]:
    """The owned product that speaks most for it, and how many customers bought both."""
    column: Any = model.near.together[owned][:, [place]].toarray().ravel()
    if not len(column) or column.max() < 1:
        return -1, 0
    weight: Any = model.near.weight[owned][:, [place]].toarray().ravel()
    best = int(np.lexsort((column, weight * (column >= _FEW)))[-1])
    return int(owned[best]), int(column[best])


def _popularity(shop: Statistics, place: int, country: str | None) -> Reason:
    if not shop.lately[place, -1]:
        return Reason("ever", {"buyers": int(shop.buyers[place])})
    buyers, size = shop.of_group(country)
    telling = size >= _PEERS and buyers[place] / size >= shop.lately[place, -1] / max(shop.active[2], 1)
    return popular(shop, place, country if telling else None)


def _most(buyers: Floats, sold: Any, limit: int) -> list[int]:
    counted = np.where(sold, buyers, 0)
    order = np.argsort(-counted, kind="stable")[:limit]
    return [int(place) for place in order if counted[place] > 0]
