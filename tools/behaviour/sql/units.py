"""What a result's columns measure, traced back to the shop's columns: money, a count, or neither.

A name would not do: `count(*) AS total` is not an amount, and a year is no count to put commas in.
"""

from collections.abc import Iterable
from typing import Literal

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from store.warehouse.schema import MONEY
from tools.behaviour.sql.allowed import TABLES

Unit = Literal["money", "count", ""]

_KEEPING = (
    exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Mode, exp.Quantile, exp.PercentileCont, exp.PercentileDisc,
    exp.ApproxQuantile, exp.AnyValue, exp.First, exp.Last, exp.ArgMax, exp.ArgMin, exp.Stddev, exp.StddevPop,
    exp.StddevSamp, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Abs, exp.Round, exp.Floor,
    exp.Ceil, exp.Trunc, exp.Coalesce, exp.Nullif, exp.Alias, exp.Paren, exp.Neg, exp.Cast, exp.TryCast, exp.Window,
    exp.Filter, exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup, exp.Distinct, exp.Order,
)  # fmt: skip
_COUNTS = (exp.Count, exp.CountIf, exp.ApproxDistinct)


def units(tree: exp.Query) -> list[Unit]:
    """The unit of each result column, in order; empty where the statement cannot be traced."""
    try:
        schema: dict[str, object] = {name: dict.fromkeys(columns, "VARCHAR") for name, columns in TABLES.items()}
        traced = qualify(
            tree.copy(),
            dialect="duckdb",
            schema=schema,
            validate_qualify_columns=False,
            quote_identifiers=False,
            isolate_tables=False,
        )
        scope = build_scope(traced)
    except SqlglotError:
        return []
    if scope is None:
        return []
    return [_unit(column, _first(scope)) for column in _columns(scope)]


def _first(scope: Scope) -> Scope:
    """Of a UNION, the first part: it names the columns."""
    while scope.set_operation_scopes:
        scope = scope.set_operation_scopes[0]
    return scope


def _columns(scope: Scope) -> list[exp.Expr]:
    query = _first(scope).expression
    return query.selects if isinstance(query, exp.Query) else []


def _unit(node: exp.Expr | None, scope: Scope) -> Unit:
    if isinstance(node, exp.Column):
        return _column(node, scope)
    if isinstance(node, _COUNTS):
        return "count"
    if isinstance(node, _KEEPING):
        inner = node.expressions[0] if isinstance(node, exp.Distinct) and node.expressions else node.this
        return _unit(inner, scope)
    if isinstance(node, (exp.Add, exp.Sub)):
        return _unit(node.left, scope) or _unit(node.right, scope)
    if isinstance(node, exp.Mul):
        sides = {_unit(node.left, scope), _unit(node.right, scope)}
        return "money" if "money" in sides and len(sides) == 2 else ""
    if isinstance(node, exp.Div):
        return "money" if _unit(node.left, scope) == "money" != _unit(node.right, scope) else ""
    if isinstance(node, exp.Case):
        results = [*(branch.args["true"] for branch in node.args["ifs"]), node.args.get("default")]
        return _any(_unit(result, scope) for result in results)
    if isinstance(node, exp.Subquery):
        inner = [scope for scope in scope.subquery_scopes if scope.expression is node.this]
        return _any(_unit(_columns(scope)[0], _first(scope)) for scope in inner)
    return ""


def _any(found: Iterable[Unit]) -> Unit:
    for unit in found:
        if unit:
            return unit
    return ""


def _column(column: exp.Column, scope: Scope) -> Unit:
    source = scope.sources.get(column.table)
    if isinstance(source, exp.Table):
        return "money" if TABLES.get(source.name.lower(), {}).get(column.name.lower()) == MONEY else ""
    if not isinstance(source, Scope):
        return ""
    for select in _columns(source):
        if select.alias_or_name == column.name:
            return _unit(select, _first(source))
    return ""
