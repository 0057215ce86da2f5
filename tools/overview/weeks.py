"""What changed in the last seven days against the seven before, beyond what usually changes from week to week."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from store.shop import Shop
from tools.behaviour.compute import Question, compute
from tools.behaviour.metrics import metrics

# Sums over days; what is asked of a week as a whole would need a query for each.
WATCHED: dict[str, str] = {
    "revenue": "orders",
    "orders": "orders",
    "new_customers": "orders",
    "refund_amount": "orders",
    "views": "events",
    "complaints": "reviews",
}
USUAL = 12  # weeks whose changes are the usual ones
_BEYOND = 3.0  # times the usual change: by chance in one of a hundred quiet weeks of a metric
_FEWEST = 4  # weeks with data, from which something is usual
_PART, _MORE = 0.5, 1.5  # of the change that one member explains, and of what its size lets one expect


@dataclass(frozen=True)
class Change:
    """A metric's sums of the week up to `day` and of the one before; `usual` is the root mean square of the changes
    from week to week before. `dimension` and `member` name whom most of it comes from, if anybody stands out."""

    metric: str
    day: date
    now: float
    before: float
    usual: float
    dimension: Literal["country", "category"] | None = None
    member: str | None = None


def changes(shop: Shop) -> list[Change]:
    """The unusual ones, in the order of WATCHED."""
    found = [_unusual(shop, key) for key, table in WATCHED.items() if shop.warehouse.has(table)]
    return [one for one in found if one is not None]


def _unusual(shop: Shop, key: str) -> Change | None:
    now, before, *earlier = _weeks(shop, key)
    steps = [later - previous for later, previous in zip([before, *earlier], earlier, strict=False)]
    if sum(value > 0 for value in earlier) < _FEWEST:
        return None
    usual = math.sqrt(sum(step * step for step in steps) / len(steps))
    if abs(now - before) <= _BEYOND * usual:
        return None
    change = Change(key, shop.as_of.date(), now, before, usual)
    for dimension in ("category", "country"):
        member = _behind(shop, change, dimension)
        if member is not None:
            return Change(key, change.day, now, before, usual, dimension, member)
    return change


def _weeks(shop: Shop, key: str) -> list[float]:
    """Sums of the last weeks, the latest first: this, the one before, and USUAL more."""
    today, weeks = shop.as_of.date(), USUAL + 2
    start = today - timedelta(days=7 * weeks - 1)
    sums = [0.0] * weeks
    for row in compute(shop, Question(metrics()[key], ("day",), start, today)).rows:
        sums[(today - row["day"].date()).days // 7] += float(row["value"])
    return sums


def _behind(shop: Shop, change: Change, dimension: Literal["country", "category"]) -> str | None:
    """The member of a dimension that most of the change comes from, more than its size would have it."""

    def sums(end: date) -> dict[str, float]:
        asked = Question(metrics()[change.metric], (dimension,), end - timedelta(days=6), end)
        rows = compute(shop, asked).rows
        return {row[dimension]: float(row["value"]) for row in rows if row[dimension] is not None}

    now, before = sums(change.day), sums(change.day - timedelta(days=7))
    whole = change.now - change.before
    steps = {name: (now.get(name, 0.0) - before.get(name, 0.0)) / whole for name in {*now, *before}}
    if len(steps) < 2:
        return None
    member = max(sorted(steps), key=lambda name: steps[name])
    usual = before.get(member, 0.0) / change.before if change.before else 0.0
    return member if steps[member] >= max(_PART, _MORE * usual) else None
