"""Retention by cohort: of those who first ordered in a month, how many ordered again in each month since."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from store.warehouse import Warehouse
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _


@dataclass(frozen=True)
class Cohort:
    """`customers` first ordered in the month from `start`; `shares[k]` of them ordered in the k+1st month after it."""

    start: date
    customers: int
    shares: tuple[float, ...]


def cohorts(warehouse: Warehouse, as_of: datetime, most: int = 12) -> list[Cohort]:
    """The latest `most` cohorts of completed orders, oldest first. A month that is not over yet is left out."""
    orders: Table = SOURCES["buyers"].build(warehouse, False).filter(_.moment <= as_of)
    active: Table = orders.select("customer_id", month=_.moment.truncate("M").date()).distinct()
    first: Table = active.group_by(who=_.customer_id).aggregate(start=_.month.min())
    joined: Table = active.join(first, active.customer_id == first.who)
    rows: list[dict[str, Any]] = joined.group_by("start", "month").aggregate(n=_.count()).to_pyarrow().to_pylist()
    counts: dict[date, dict[int, int]] = defaultdict(dict)
    for row in rows:
        counts[row["start"]][_apart(row["start"], row["month"])] = row["n"]
    this_month = (as_of.date() + timedelta(days=1)).replace(day=1)
    return [_cohort(start, counts[start], this_month) for start in sorted(counts)[-most:]]


def _cohort(start: date, by_age: dict[int, int], this_month: date) -> Cohort:
    whole = by_age.get(0, 0)
    over = _apart(start, this_month)
    return Cohort(start, whole, tuple(by_age.get(age, 0) / whole for age in range(1, over)))


def _apart(first: date, second: date) -> int:
    return (second.year - first.year) * 12 + second.month - first.month
