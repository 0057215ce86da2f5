"""How long a silence of this shop's customers has to be watched: its own repurchase gaps; and what it must hold."""

from datetime import datetime
from typing import Any

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _, ibis
from tools.churn.known import days_before, known_at

SHORTEST, LONGEST = 14, 365
ORDINARY = 90  # where nobody has bought twice yet
SHARE = 0.9  # of gaps between two purchase days end within the horizon
PART = 3  # the horizon is at most this part of the history: there must be earlier cut-offs to learn from
MIN_BUYERS, MIN_REPEATERS = 200, 50


def default_horizon(warehouse: Warehouse, cutoff: datetime) -> int:
    """Days within which nine in ten gaps between the purchase days of one customer have ended, rounded up to whole
    weeks, between 14 and 365 and at most a third of the history."""
    days = _purchase_days(warehouse, cutoff)
    earlier = _.ago.lag().over(ibis.window(group_by="customer_id", order_by=ibis.desc("ago")))
    gaps = days.mutate(gap=earlier - _.ago).filter(_.gap.notnull())
    counts = gaps.group_by("gap").aggregate(times=_.count()).order_by("gap")
    rows: list[dict[str, Any]] = counts.to_pyarrow().to_pylist()
    weeks = -(-(_quantile(rows) if rows else ORDINARY) // 7)
    longest = min(LONGEST, _history(days) // PART)
    return max(SHORTEST, min(longest, 7 * weeks))


def data_floor(warehouse: Warehouse, cutoff: datetime, horizon_days: int) -> str | None:
    """The sentence that says what a shop lacks for a model of its own; None where it lacks nothing."""
    days = _purchase_days(warehouse, cutoff)
    buyers = days.group_by("customer_id").aggregate(days=_.count())
    row = buyers.aggregate(all=_.count(), repeaters=(_.days > 1).sum()).to_pyarrow().to_pylist()[0]
    found = (int(row["all"]), int(row["repeaters"] or 0), _history(days))
    wanted = (MIN_BUYERS, MIN_REPEATERS, 2 * horizon_days)
    if all(have >= want for have, want in zip(found, wanted, strict=True)):
        return None
    return (
        f"A model of this shop's own needs at least {wanted[0]} customers who have bought, {wanted[1]} who have bought "
        f"again and {wanted[2]} days of orders; up to {cutoff.date()} there are {found[0]}, {found[1]} and {found[2]}."
    )


def _purchase_days(warehouse: Warehouse, cutoff: datetime) -> Table:
    known = known_at(warehouse, cutoff)
    return known.purchases.select("customer_id", ago=days_before(cutoff, _.ordered_at)).distinct()


def _history(days: Table) -> int:
    oldest = days.ago.max().to_pyarrow().as_py()
    return 0 if oldest is None else int(oldest) + 1


def _quantile(counts: list[dict[str, Any]]) -> int:
    wanted = SHARE * sum(row["times"] for row in counts)
    passed = 0
    for row in counts:
        passed += row["times"]
        if passed >= wanted:
            return int(row["gap"])
    raise AssertionError("the counts add up to their sum")
