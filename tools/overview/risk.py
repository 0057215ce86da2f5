"""How risk is spread over the customers, and where the value at risk lies."""

from dataclasses import dataclass
from typing import Any

from store.shop import Shop
from tools.behaviour.untyped import Table, _
from tools.churn.risk.asked import understood
from tools.churn.risk.scores import made, ranked
from tools.contract import ChurnRisk

BINS = 10


@dataclass(frozen=True)
class Spread:
    """`counts[k]` customers have a churn probability from k/10 to (k+1)/10; `value` is at risk in all, as the tool
    `churn_risk` tells it; `segments` pairs a segment with the value at risk of its customers, highest first.
    """

    horizon_days: int
    counts: tuple[int, ...]
    value: float
    segments: tuple[tuple[str, float], ...]


def spread(shop: Shop) -> Spread:
    """Raises WinbackError where nobody has been scored yet."""
    warehouse = shop.warehouse
    scores: Table = warehouse.table("churn_scores")
    found = made(warehouse)
    binned = (_.churn_probability * BINS).floor().cast("int64").clip(0, BINS - 1)
    rows: list[dict[str, Any]] = scores.group_by(place=binned).aggregate(n=_.count()).to_pyarrow().to_pylist()
    counts = {row["place"]: row["n"] for row in rows}
    value = ranked(shop, understood(shop, ChurnRisk.model_validate({"limit": 1})), found).value
    return Spread(
        found.horizon_days,
        tuple(counts.get(place, 0) for place in range(BINS)),
        float(value or 0),
        _segments(shop, scores),
    )


def _segments(shop: Shop, scores: Table) -> tuple[tuple[str, float], ...]:
    if not shop.warehouse.has("segments"):
        return ()
    members: Table = shop.warehouse.table("segments").select("segment", who="customer_id")
    joined: Table = scores.join(members, scores.customer_id == members.who)
    rows: list[dict[str, Any]] = (
        joined.group_by("segment").aggregate(value=_.value_at_risk.sum()).to_pyarrow().to_pylist()
    )
    return tuple(sorted(((row["segment"], float(row["value"] or 0)) for row in rows), key=lambda one: -one[1]))
