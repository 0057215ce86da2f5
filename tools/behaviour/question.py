"""From the words of a call to a settled question."""

import re
from dataclasses import dataclass
from typing import Any, cast

from store.shop import Shop
from tools.behaviour.compute import Filter, Question
from tools.behaviour.dimensions import TIME
from tools.behaviour.members import Taken, settle
from tools.behaviour.metrics import Metric, metrics
from tools.behaviour.sources import SOURCES
from tools.behaviour.wording import listed
from tools.contract import QueryMetric
from tools.result import ToolError
from tools.words import parse_count, parse_dimensions, parse_metric, parse_order, parse_period

_DIGITS = re.compile(r"[\d\s.\-/QHW]*")


@dataclass(frozen=True)
class Asked:
    """The question, how many rows were asked for (None: no number said), and what was taken to mean what."""

    question: Question
    limit: int | None
    taken: Taken
    interpreted: dict[str, Any]


def understand(shop: Shop, args: QueryMetric) -> Asked:
    """Raises ToolError naming what is not known, or cannot be combined."""
    metric = metrics()[parse_metric(args.metric)]
    dimensions = tuple(parse_dimensions(args.group_by)) if args.group_by else ()
    if len(dimensions) > 2:
        raise ToolError(f"A metric is broken down by two dimensions at most, not {len(dimensions)}; leave some out.")
    filters, taken = settle_filters(shop, args.filters or {})
    _check(metric, [*dimensions, *(chosen.dimension for chosen in filters)])
    period = parse_period(args.period or "all", shop.as_of)
    question = Question(
        metric, dimensions, period.start, period.end, filters, ascending=parse_order(args.order or "desc") == "asc"
    )
    return Asked(question, _limit(args.limit), taken, _canonical(question, period.canonical))


def period_taken(said: str | None, meant: str) -> Taken:
    """Words for a period are explained; dates explain themselves."""
    plain = said is None or _DIGITS.fullmatch(said) or meant == "all time"
    return [] if plain else [(said or "", meant)]


def settle_filters(shop: Shop, given: dict[str, Any]) -> tuple[tuple[Filter, ...], Taken]:
    """The filters of a call on values the shop has, and what was taken to mean what. Raises ToolError."""
    filters: list[Filter] = []
    taken: Taken = []
    for name, value in given.items():
        dimension = parse_dimensions(name)[0]
        values = cast(list[Any], value) if isinstance(value, list) else [value]
        said = [str(one).strip() for one in values if one is not None and str(one).strip()]
        if dimension in TIME:
            raise ToolError(f"A {dimension} is chosen with period, not with filters.")
        if said:
            chosen, words = settle(shop, dimension, said)
            filters += [chosen] if chosen else []
            taken += words
    return tuple(filters), taken


def _check(metric: Metric, used: list[str]) -> None:
    lacks = [dimension for dimension in used if dimension in SOURCES[metric.source].lacks]
    if lacks:
        what = SOURCES[metric.source].table
        raise ToolError(f"{metric.label} cannot be told by {listed(lacks)}: {what} have none, only orders do.")


def _limit(value: Any) -> int | None:
    if value is None:
        return None
    number = parse_count(value)
    if number == 0:
        raise ToolError("Ask for one row or more.")
    return number


def _canonical(question: Question, period: str) -> dict[str, Any]:
    return {
        "metric": question.metric.key,
        "group_by": list(question.dimensions),
        "period": period,
        "filters": {chosen.dimension: list(chosen.values) for chosen in question.filters},
        "order": "asc" if question.ascending else "desc",
    }
