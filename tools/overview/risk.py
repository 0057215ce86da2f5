"""How churn probability and value at risk are spread."""

from dataclasses import dataclass
from typing import Any

from store.shop import Shop
from tools.behaviour.profile_facts import fetch
from tools.behaviour.segments import rules
from tools.behaviour.untyped import Table, _, ibis
from tools.churn.risk import scores
from tools.churn.risk.asked import understood
from tools.contract import ChurnRisk

_BINS = 10


@dataclass(frozen=True)
class AtRisk:
    """What the tool `churn_risk` says in total: `customers` at stake, how many are `likely` to leave, the `value`
    (None: amounts are unknown), how many `silent` ones are left out, and within how many days."""

    customers: int
    likely: int
    value: Any
    silent: int
    horizon_days: int


def at_risk(shop: Shop, segment: str | None = None) -> AtRisk:
    """Of a segment, or of all. Raises WinbackError where nobody is scored."""
    made = scores.made(shop.warehouse)
    found = scores.ranked(shop, understood(shop, ChurnRisk.model_validate({"segment": segment, "limit": 1})), made)
    return AtRisk(found.total, found.likely, found.value, found.silent or 0, made.horizon_days)


def by_segment(shop: Shop) -> dict[str, AtRisk]:
    return {name: at_risk(shop, name) for name in rules()}


def spread(shop: Shop) -> list[int]:
    """How many scored customers have a churn probability within each tenth."""
    scored: Table = shop.warehouse.table("churn_scores")
    tenth = ibis.least((_.churn_probability * _BINS).floor().cast("int64"), _BINS - 1)
    counted = fetch(scored.filter(_.churn_probability.notnull()).group_by(tenth=tenth).aggregate(people=_.count()))
    people = {row["tenth"]: row["people"] for row in counted}
    return [people.get(place, 0) for place in range(_BINS)]
