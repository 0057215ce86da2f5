"""From a settled question to rows: one Ibis expression, run by the engine."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from store.shop import Shop
from tools.behaviour.dimensions import PRODUCT, key, with_columns, with_names, with_segments
from tools.behaviour.metrics import Measure, Metric
from tools.behaviour.segments import members
from tools.behaviour.sources import SOURCES, fold_buyers
from tools.behaviour.untyped import Column, Table, _, ibis

MOST_ROWS = 1000


@dataclass(frozen=True)
class Filter:
    """Rows whose dimension is one of `values`; of segments, all must hold. `said` is how people read it."""

    dimension: str
    values: tuple[str, ...]
    said: str


@dataclass(frozen=True)
class Question:
    """A metric asked for, with every word settled. Days are inclusive; None is open."""

    metric: Metric
    dimensions: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None
    filters: tuple[Filter, ...] = ()
    ascending: bool = False


@dataclass(frozen=True)
class Figures:
    """`rows` are dictionaries (one per group, in order, at most a thousand): the dimensions, `value`, and `name`
    for products. `total` counts all groups."""

    rows: list[dict[str, Any]]
    total: int
    sql: str


def compute(shop: Shop, question: Question) -> Figures:
    """Raises WinbackError naming the table when the shop lacks one."""
    expression = _grouped(shop, question) if question.dimensions else _total(shop, question)
    rows: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
    if rows and rows[0]["value"] is None and question.metric.unit in ("money", "count"):
        rows[0]["value"] = 0
    sql = str(shop.warehouse.backend.compile(expression, pretty=True))
    return Figures(rows, rows[0].get("groups", 1) if rows else 0, sql)


def guests(shop: Shop, question: Question) -> Any:
    """The same question about the rows without a customer id; None where they have no figure."""
    alone = replace(question, dimensions=())
    rows = _measured(_rows(shop, alone).filter(_.customer_id.isnull()), alone, [])
    return rows.to_pyarrow().to_pylist()[0]["value"]


def data_range(shop: Shop, metric: Metric) -> tuple[date, date] | None:
    """The first and the last day of what the metric counts, whatever the period and filters."""
    source = SOURCES[metric.source]
    table: Table = shop.warehouse.table(source.table)
    moment = table[source.moment]
    row = table.aggregate(first=moment.min(), last=moment.max()).to_pyarrow().to_pylist()[0]
    return (row["first"].date(), row["last"].date()) if row["first"] else None


def has_costs(shop: Shop) -> bool:
    """Whether the cost of any product is known."""
    products: Table = shop.warehouse.table("products")
    return bool(products.cost.notnull().any().to_pyarrow().as_py())


def has_totals(shop: Shop) -> bool:
    """Whether the worth of any order is known."""
    orders: Table = shop.warehouse.table("orders")
    return bool(orders.total.notnull().any().to_pyarrow().as_py())


def _total(shop: Shop, question: Question) -> Table:
    return _measured(_rows(shop, question), question, [])


def _grouped(shop: Shop, question: Question) -> Table:
    keys = list(question.dimensions)
    rows = _rows(shop, question)
    if "segment" in keys:
        rows = with_segments(rows, shop.warehouse, shop.as_of.date())
    if "customer" in keys:
        rows = rows.filter(_.customer_id.notnull())
    rows = rows.mutate(**{dimension: key(dimension) for dimension in keys})
    groups = _measured(rows, question, keys).filter(_.value.notnull())
    groups = groups.mutate(groups=_.count().over())
    order = _order(question, keys)
    groups = groups.order_by(order).limit(MOST_ROWS)
    if "product" in keys:
        groups = with_names(groups, shop.warehouse).order_by(order)
    return groups


def _order(question: Question, keys: list[str]) -> list[Column]:
    return [ibis.asc("value") if question.ascending else ibis.desc("value"), *keys]


def _rows(shop: Shop, question: Question) -> Table:
    """The rows the question is about, before grouping."""
    used = set(question.dimensions) | {chosen.dimension for chosen in question.filters}
    rows = SOURCES[question.metric.source].build(shop.warehouse, bool(used & PRODUCT))
    rows = with_columns(rows, used, shop.warehouse)
    if question.metric.where:
        rows = rows.filter(_[question.metric.where])
    return within(rows, shop, question.start, question.end, question.filters)


def within(rows: Table, shop: Shop, start: date | None, end: date | None, filters: Sequence[Filter]) -> Table:
    """The rows of these days (inclusive; None is open) that pass all filters. Rows have `moment` and every column
    that the filters need (see `with_columns`)."""
    tests: list[Any] = []
    if start:
        tests.append(_.moment >= _midnight(start))
    if end:
        tests.append(_.moment < _midnight(end + timedelta(days=1)))
    segments = [chosen for chosen in filters if chosen.dimension == "segment"]
    tests += [key(chosen.dimension).isin(chosen.values) for chosen in filters if chosen not in segments]
    rows = rows.filter(*tests) if tests else rows
    for chosen in segments:
        rows = _in_segments(rows, chosen, shop)
    return rows


def _in_segments(rows: Table, chosen: Filter, shop: Shop) -> Table:
    for segment in chosen.values:
        belongs = members(shop.warehouse, segment, shop.as_of.date())
        rows = rows.semi_join(belongs, rows.customer_id == belongs.member)
    return rows


def _measured(rows: Table, question: Question, keys: list[str]) -> Table:
    """One row per group (or one in all) with `value`."""
    measures = question.metric.measures
    if question.metric.source == "buyers":
        rows = fold_buyers(rows, keys)
    elif "product_id" in rows.columns and any(measure.column == "order_id" for measure in measures):
        rows = _folded_orders(rows, keys, measures)
        measures = [replace(m, how="rows", column=None) if m.column == "order_id" else m for m in measures]
    top, *bottom = [_aggregate(measure) for measure in measures]
    named = {"top": top, "bottom": bottom[0]} if bottom else {"value": top}
    groups = rows.group_by(keys).aggregate(**named) if keys else rows.aggregate(**named)
    if not bottom:
        return groups
    return groups.select(*keys, value=_.top.cast("float64") / _.bottom.cast("float64").nullif(0))


def _folded_orders(rows: Table, keys: list[str], measures: Sequence[Measure]) -> Table:
    """Lines as one row per order and group: counting those is quicker than counting different orders among lines."""
    sums = {m.column: _[m.column].sum() for m in measures if m.column and m.how == "sum"}
    flags = {m.flag: _[m.flag].any() for m in measures if m.flag}
    return rows.group_by([*keys, "order_id"]).aggregate(**sums, **flags)


def _aggregate(measure: Measure) -> Column:
    where = _[measure.flag] if measure.flag else None
    if measure.column is None:
        return _.count(where=where)
    column = _[measure.column]
    how = {"sum": column.sum, "mean": column.mean, "count": column.nunique}[measure.how]
    return how(where=where)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)
