"""Who is in which segment: as refreshed, or by the rules in segments.yaml until then."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from store.warehouse import Warehouse
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis

Conditions = dict[str, dict[str, float]]


@cache
def rules() -> dict[str, dict[str, Any]]:
    """Segment -> `meaning` (words for people) and `conditions`."""
    text = Path(__file__).with_name("segments.yaml").read_text("utf-8")
    return cast(dict[str, dict[str, Any]], yaml.safe_load(text))


def meaning(warehouse: Warehouse, segment: str) -> str | None:
    """The rule in words, or None where segments are stored and the rule does not apply."""
    if warehouse.has("segments") or segment not in rules():
        return None
    return f"{segment}: {rules()[segment]['meaning']}"


def members(warehouse: Warehouse, segment: str, today: date) -> Table:
    """The customer ids of one segment, as a table with the one column `member`."""
    if warehouse.has("segments"):
        stored: Table = warehouse.table("segments")
        return stored.filter(_.segment == segment).select(member="customer_id").distinct()
    conditions: Conditions = rules()[segment]["conditions"]
    buyers = _buyers(warehouse, needs_reviews="negative_review" in conditions)
    return buyers.filter(*_tests(conditions, today)).select(member="customer_id")


def memberships(warehouse: Warehouse, today: date) -> Table:
    """Every customer with each of their segments: columns `member`, `segment`."""
    if warehouse.has("segments"):
        stored: Table = warehouse.table("segments")
        return stored.select("segment", member="customer_id").distinct()
    reviewed = warehouse.has("reviews")
    buyers = _buyers(warehouse, needs_reviews=reviewed)
    names = [
        _name_where(segment, rule["conditions"], today)
        for segment, rule in rules().items()
        if reviewed or "negative_review" not in rule["conditions"]
    ]
    unfolded = buyers.select(member="customer_id", segment=ibis.array(names).unnest())
    return unfolded.filter(_.segment.notnull())


def _name_where(segment: str, conditions: Conditions, today: date) -> Any:
    tests: Any = ibis.and_(*_tests(conditions, today))
    return ibis.ifelse(tests, segment, ibis.null("string"))


def _buyers(warehouse: Warehouse, *, needs_reviews: bool) -> Table:
    """One row per buyer: `orders`, `spend` (the share of buyers who spent more), first and last moments."""
    orders = SOURCES["buyers"].build(warehouse, False)
    buyers = orders.group_by("customer_id").aggregate(
        orders=_.count(), total=_.amount.sum(), first_order=_.moment.min(), last_order=_.moment.max()
    )
    above = ibis.rank().over(order_by=ibis.desc("total"))
    buyers = buyers.mutate(spend=above / _.count().over())
    if not needs_reviews:
        return buyers
    reviews = SOURCES["reviews"].build(warehouse, False).filter(_.negative, _.customer_id.notnull())
    latest = reviews.group_by(reviewer=_.customer_id).aggregate(negative_review=_.moment.max())
    return buyers.left_join(latest, buyers.customer_id == latest.reviewer)


def _tests(conditions: Conditions, today: date) -> list[Any]:
    return [
        _test(_[measure], how, value, today) for measure, tests in conditions.items() for how, value in tests.items()
    ]


def _test(column: Any, how: str, value: float, today: date) -> Any:
    if how == "at_least":
        return column >= value
    if how == "top":
        return column < value
    moment = datetime.combine(today - timedelta(days=value), datetime.min.time())
    return column >= moment if how == "within" else column < moment
