"""Who is in which segment: as refreshed, or by the rules in segments.yaml until then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from store.warehouse import Warehouse
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis

USUAL_HORIZON = 90  # days, until a refresh has found the shop's own
_SCORES = ("churn_probability",)


@dataclass(frozen=True)
class Rule:
    """`meaning` in words for people; `conditions` from measure to how it is compared and with what."""

    meaning: str
    conditions: Mapping[str, Mapping[str, Any]]


@cache
def rules(*, scored: bool = False) -> dict[str, Rule]:
    """Every segment's rule, as it is before or after customers have scores."""
    text = Path(__file__).with_name("segments.yaml").read_text("utf-8")
    written = cast(dict[str, dict[str, Any]], yaml.safe_load(text))
    chosen = {name: rule.get("once_scored", rule) if scored else rule for name, rule in written.items()}
    return {name: Rule(rule["meaning"], rule["conditions"]) for name, rule in chosen.items()}


def meaning(warehouse: Warehouse, segment: str) -> str | None:
    """The rule in words; None where segments are stored that no scores, and so no rules of ours, stand behind."""
    scores = _scores_of(warehouse)
    if segment not in rules() or (scores is None and warehouse.has("segments")):
        return None
    days = _horizon(scores)
    words = rules(scored=scores is not None)[segment].meaning.format(horizon=days, twice=2 * days)
    return f"{segment}: {words}"


def members(warehouse: Warehouse, segment: str, today: date) -> Table:
    """The customer ids of one segment, as a table with the one column `member`. Raises WinbackError where its rule
    needs reviews and the shop has none."""
    if warehouse.has("segments"):
        stored: Table = warehouse.table("segments")
        return stored.filter(_.segment == segment).select(member="customer_id").distinct()
    scores = _scores_of(warehouse)
    conditions = rules(scored=scores is not None)[segment].conditions
    buyers = _buyers(warehouse, _end_of(today), scores, reviewed="negative_review" in conditions)
    return _filtered(buyers, conditions, today, _horizon(scores)).select(member="customer_id")


def memberships(warehouse: Warehouse, today: date) -> Table:
    """Every customer with each of their segments: columns `member`, `segment`."""
    if warehouse.has("segments"):
        stored: Table = warehouse.table("segments")
        return stored.select("segment", member="customer_id").distinct()
    found = _by_rules(warehouse, _end_of(today), _scores_of(warehouse))
    return found.select("segment", member="customer_id")


def stored_segments(warehouse: Warehouse, as_of: datetime, scores: Table | None) -> Table:
    """What a refresh stores: customer_id, segment, as_of; one row per customer and segment they are in.

    Nothing later than `as_of` counts. `scores`, None where nobody is scored, has customer_id, churn_probability and
    horizon_days, the same for all. Raises WinbackError where a table that every shop has is missing.
    """
    found = _by_rules(warehouse, as_of, scores)
    return found.mutate(as_of=ibis.literal(as_of))


def _by_rules(warehouse: Warehouse, until: datetime, scores: Table | None) -> Table:
    """customer_id and segment; a segment that needs reviews is empty where there are none."""
    reviewed, days = warehouse.has("reviews"), _horizon(scores)
    buyers = _buyers(warehouse, until, scores, reviewed=reviewed)
    parts = [
        _filtered(buyers, rule.conditions, until.date(), days).select("customer_id", segment=ibis.literal(name))
        for name, rule in rules(scored=scores is not None).items()
        if reviewed or "negative_review" not in rule.conditions
    ]
    return ibis.union(*parts)


def _scores_of(warehouse: Warehouse) -> Table | None:
    return warehouse.table("churn_scores") if warehouse.has("churn_scores") else None


def _horizon(scores: Table | None) -> int:
    if scores is None:
        return USUAL_HORIZON
    found: Any = scores.select("horizon_days").limit(1).to_pyarrow()
    return int(found["horizon_days"][0].as_py()) if found.num_rows else USUAL_HORIZON


def _buyers(warehouse: Warehouse, until: datetime, scores: Table | None, *, reviewed: bool) -> Table:
    """One row per buyer: `orders`, `spend` (the share of buyers who spent more), first and last moments, scores."""
    orders = SOURCES["buyers"].build(warehouse, False).filter(_.moment <= until)
    buyers = orders.group_by("customer_id").aggregate(
        orders=_.count(), total=_.amount.sum(), first_order=_.moment.min(), last_order=_.moment.max()
    )
    above = ibis.rank().over(order_by=ibis.desc("total"))
    buyers = buyers.mutate(spend=ibis.ifelse(_.total.notnull(), above / _.count().over(), ibis.null("float64")))
    if reviewed:
        reviews = SOURCES["reviews"].build(warehouse, False).filter(_.negative, _.moment <= until)
        buyers = _beside(buyers, reviews.group_by("customer_id").aggregate(negative_review=_.moment.max()))
    return buyers if scores is None else _beside(buyers, scores.select("customer_id", *_SCORES))


def _beside(buyers: Table, known: Table) -> Table:
    known = known.rename(owner="customer_id")
    return buyers.left_join(known, buyers.customer_id == known.owner).drop("owner")


def _filtered(buyers: Table, conditions: Mapping[str, Mapping[str, Any]], today: date, horizon: int) -> Table:
    tests = [
        _test(_[measure], how, value, today, horizon)
        for measure, tests in conditions.items()
        for how, value in tests.items()
    ]
    return buyers.filter(*tests)


def _test(column: Any, how: str, value: Any, today: date, horizon: int) -> Any:
    if how == "at_least":
        return column >= value
    if how == "top":
        return column < value
    moment = datetime.combine(today - timedelta(days=_days(value, horizon)), time.min)
    return column >= moment if how == "within" else column < moment


def _days(said: str, horizon: int) -> int:
    """`60 days`, `2 horizons`."""
    number, unit = said.split()
    return int(number) * (horizon if unit.startswith("horizon") else 1)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max)
