"""What was unusual about the last seven days: against the seven before, and the spread of the twelve weeks before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import mean, stdev
from typing import Any, Literal

from store.shop import Shop
from tools.behaviour.dimensions import with_columns
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis

WEEKS = 13
_SPREADS = 2.0
_STANDS_OUT = 0.5

Measure = Literal["revenue", "orders", "buyers", "refund_rate"]
MEASURES: tuple[Measure, ...] = ("revenue", "orders", "buyers", "refund_rate")


@dataclass(frozen=True)
class Change:
    """`now` is of the last 7 days, `before` of the 7 before; `low` to `high` is usual (mean ± 2 standard deviations of
    the twelve weeks before). `behind` names a country that makes up at least half of the change, if one does.
    """

    measure: Measure
    now: float
    before: float
    low: float
    high: float
    behind: str | None = None

    @property
    def unusual(self) -> bool:
        return not self.low <= self.now <= self.high

    @property
    def share(self) -> float | None:
        """The change against the week before; None where that was nothing."""
        return (self.now - self.before) / self.before if self.before else None


def changes(shop: Shop) -> list[Change]:
    """One for each measure. Weeks end with `as_of`; weeks before the shop's first order are not counted.

    The refund rate is that of orders placed in the week. Empty where the shop has fewer than five whole weeks.
    """
    rows = _by_week(shop)
    weeks = [sum_of(rows, week) for week in range(WEEKS)]
    while weeks and not weeks[-1]["placed"]:
        weeks.pop()
    weeks = weeks[:-1] if len(weeks) < WEEKS else weeks
    if len(weeks) < 5:
        return []
    return [_change(measure, weeks, rows) for measure in MEASURES]


def sum_of(rows: Sequence[Mapping[str, Any]], week: int, country: str | None = None) -> dict[str, float]:
    """The totals of a week (0 is the last), of one country or of all."""
    total: dict[str, float] = defaultdict(float)
    for row in rows:
        if row["week"] == week and (country is None or row["country"] == country):
            for name in ("revenue", "orders", "buyers", "placed", "refunded"):
                total[name] += float(row[name] or 0)
    return total


def _change(measure: Measure, weeks: Sequence[dict[str, float]], rows: Sequence[Mapping[str, Any]]) -> Change:
    values = [_value(measure, week) for week in weeks]
    usual, spread = mean(values[1:]), stdev(values[1:])
    now, before = values[0], values[1]
    made = Change(measure, now, before, usual - _SPREADS * spread, usual + _SPREADS * spread)
    return replace(made, behind=_behind(measure, rows, now - usual)) if made.unusual else made


def _value(measure: Measure, week: Mapping[str, float]) -> float:
    if measure == "refund_rate":
        return week["refunded"] / week["placed"] if week["placed"] else 0.0
    return week[measure]


def _behind(measure: Measure, rows: Sequence[Mapping[str, Any]], change: float) -> str | None:
    """The country whose own change is at least half of the whole, in the same direction."""
    if measure == "refund_rate" or not change:
        return None
    for country in sorted({row["country"] for row in rows if row["country"]}):
        values = [sum_of(rows, week, country)[measure] for week in range(WEEKS)]
        if (values[0] - mean(values[1:])) / change >= _STANDS_OUT:
            return country
    return None


def _by_week(shop: Shop) -> list[dict[str, Any]]:
    """Orders by week before `as_of` and country; guests count, and as buyers each as one."""
    warehouse, end = shop.warehouse, shop.as_of
    start = end - timedelta(days=7 * WEEKS)
    orders: Table = with_columns(SOURCES["orders"].build(warehouse, False), {"country"}, warehouse)
    orders = orders.filter(_.moment > start, _.moment <= end)
    week = _weeks_before(end)
    paid = _.completed
    found: Table = orders.group_by(week=week, country=_.country).aggregate(
        revenue=_.amount.sum(where=paid),
        orders=_.count(where=paid),
        buyers=_.customer_id.nunique(where=paid),
        placed=_.count(where=_.placed),
        refunded=_.count(where=_.placed & _.refunded),
    )
    rows: list[dict[str, Any]] = found.to_pyarrow().to_pylist()
    return [row for row in rows if 0 <= row["week"] < WEEKS]


def _weeks_before(end: datetime) -> Any:
    cases = [(_.moment > end - timedelta(days=7 * (week + 1)), week) for week in range(WEEKS)]
    return ibis.cases(*cases, else_=WEEKS)
