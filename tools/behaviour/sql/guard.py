"""Reads the model's SQL and lets through one plain SELECT over the shop's tables, or says in a sentence why not.

Everything is refused that `allowed` does not name; what cannot be read is refused too. What runs is not the text that
came in but the checked tree written out again, without comments, read back and checked once more.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

import sqlglot
from sqlglot import exp

from tools.behaviour.sql import joins, scope
from tools.behaviour.sql.allowed import CLOCKS, NODES, TYPES, UNTYPED_FUNCTIONS
from tools.behaviour.sql.lexed import check_text
from tools.behaviour.sql.limits import RUN, STATEMENT
from tools.behaviour.sql.refused import SqlRefused

_ARGUMENTS: dict[type[exp.Expr], frozenset[str]] = {
    exp.Select: frozenset(
        "with_ expressions from_ joins where group having qualify windows order limit offset distinct".split()
    ),
    exp.Table: frozenset({"this", "alias"}),
    exp.Join: frozenset({"this", "on", "using", "side", "kind"}),
    exp.Subquery: frozenset("this alias with_ order limit offset".split()),
}
_SETS = (exp.Union, exp.Except, exp.Intersect)
_JOINS = frozenset({"", "LEFT", "RIGHT", "FULL", "INNER", "OUTER", "CROSS", "SEMI", "ANTI"})
_SCHEMA = "Name tables and columns without a schema: orders, or orders.total."

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of statements that are refused anyway


@dataclass(frozen=True)
class Statement:
    """A statement that may run: its `sql` as it will, the tables it reads, and what it took as today, if it asked.

    `quotes_customers` is true where a column may hold text that customers wrote.
    """

    sql: str
    tree: exp.Query
    tables: frozenset[str]
    today: str | None
    quotes_customers: bool


def check(sql: str, as_of: datetime) -> Statement:
    """The statement to run for `sql`. "Today" is `as_of`. Raises SqlRefused with what to do instead."""
    try:
        check_text(sql)
        tree = _read(sql)
        tables = _inspect(tree)
        today = _stop_clocks(tree, as_of)
        text = _cap_rows(tree).sql("duckdb", comments=False, pretty=True)
        tree = _read(text)
        if _inspect(tree) != tables or tree.sql("duckdb", comments=False, pretty=True) != text:
            raise SqlRefused("This SQL cannot be read reliably; write it in a simpler way.")
    except SqlRefused:
        raise
    except Exception as problem:  # what the reader stumbles over does not run
        raise SqlRefused("This SQL cannot be read; write one plain SELECT in DuckDB's dialect.") from problem
    return Statement(text, tree, tables, today, scope.quotes_customers(tree, tables))


def _read(sql: str) -> exp.Query:
    trees = [tree for tree in sqlglot.parse(sql, dialect="duckdb") if tree is not None]
    if len(trees) != 1:
        raise SqlRefused("run_sql takes one statement at a time; send one SELECT.")
    tree = trees[0]
    while isinstance(tree, exp.Subquery) and not any(value for key, value in tree.args.items() if key != "this"):
        tree = tree.this
    if not isinstance(tree, (exp.Select, exp.Subquery, *_SETS)):
        raise SqlRefused(f"run_sql only reads: send one SELECT, not {_name(tree)}.")
    return tree


def _inspect(tree: exp.Query) -> frozenset[str]:
    """Check the whole tree; the shop's tables it reads."""
    _check_depth(tree)
    counts = {exp.Select: 0, exp.Join: 0, exp.CTE: 0, exp.SetOperation: 0}
    for node in tree.walk():
        if type(node) not in NODES:
            _check_untyped(node)
        _check_arguments(node)
        for kind in counts:
            counts[kind] += isinstance(node, kind)
    for kind, most, what in (
        (exp.Select, STATEMENT.selects, "SELECTs"),
        (exp.Join, STATEMENT.joins, "joins"),
        (exp.CTE, STATEMENT.ctes, "WITH queries"),
        (exp.SetOperation, STATEMENT.set_operations, "UNIONs"),
    ):
        if counts[kind] > most:
            raise SqlRefused(f"This SQL has {counts[kind]} {what}; at most {most} are allowed: split the question.")
    tables = scope.resolve(tree)
    joins.check(tree)
    return tables


def _check_depth(tree: exp.Query) -> None:
    stack: list[tuple[exp.Expr, int]] = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > STATEMENT.depth:
            raise SqlRefused("This SQL is nested too deeply; write it in fewer steps.")
        stack.extend((child, depth + 1) for child in node.iter_expressions())


def _check_untyped(node: exp.Expr) -> None:
    if isinstance(node, exp.Anonymous) and isinstance(node.this, str) and node.this.lower() in UNTYPED_FUNCTIONS:
        return
    if isinstance(node, exp.Func):
        raise SqlRefused(f"The function {_name(node).lower()} is not available in run_sql; use another one.")
    raise SqlRefused(f"run_sql does not take {_name(node)}; write one plain SELECT without it.")


def _check_arguments(node: exp.Expr) -> None:
    allowed = _ARGUMENTS.get(type(node))
    odd = [key for key, value in node.args.items() if value and allowed is not None and key not in allowed]
    if odd and odd[0] in ("db", "catalog"):
        raise SqlRefused(_SCHEMA)
    if odd and isinstance(node, exp.Join) and node.method:
        raise SqlRefused(f"run_sql does not take {node.method} joins; say which columns must be equal with ON.")
    if odd:
        raise SqlRefused(f"run_sql does not take {odd[0].strip('_').upper()} here; write one plain SELECT without it.")
    if isinstance(node, exp.With) and node.args.get("recursive"):
        raise SqlRefused("run_sql does not take WITH RECURSIVE; write the steps out or use a plain SELECT.")
    if isinstance(node, exp.Join) and not {node.side.upper(), node.kind.upper()} <= _JOINS:
        raise SqlRefused("run_sql takes INNER, LEFT, RIGHT, FULL, SEMI and ANTI joins only.")
    if isinstance(node, exp.DataType):
        _check_type(node)
    if isinstance(node, exp.Column) and (node.args.get("db") or node.args.get("catalog")):
        raise SqlRefused(_SCHEMA)
    if isinstance(node, (exp.Limit, exp.Offset, exp.Fetch)):
        _check_number_of_rows(node)
    if isinstance(node, exp.In) and len(node.expressions) > STATEMENT.listed_values:
        most = STATEMENT.listed_values
        raise SqlRefused(f"A list in IN may hold {most} values; select them from a table instead.")


def _check_type(node: exp.DataType) -> None:
    name = node.this.value if isinstance(node.this, exp.DType) else ""
    if name not in TYPES:
        raise SqlRefused(f"The type {name or 'of that name'} is not available in run_sql; use a plain one.")


def _check_number_of_rows(node: exp.Expr) -> None:
    count = node.args.get("count") if isinstance(node, exp.Fetch) else node.expression
    options = node.args.get("limit_options")
    plain = isinstance(count, exp.Literal) and count.name.isdigit() and len(count.name) < 10
    if not plain or node.expressions or (options and (options.args.get("percent") or options.args.get("with_ties"))):
        raise SqlRefused(f"LIMIT and OFFSET take a plain whole number; at most {RUN.rows:,} rows come back.")


def _stop_clocks(tree: exp.Query, as_of: datetime) -> str | None:
    """Put the shop's "now" in place of the machine's."""
    clocks = [
        node
        for node in tree.find_all(exp.CurrentDate, exp.CurrentTimestamp, exp.Localtimestamp, exp.Anonymous)
        if not isinstance(node, exp.Anonymous) or node.name.lower() in CLOCKS
    ]
    for node in clocks:
        day = isinstance(node, exp.CurrentDate)
        moment = as_of.date().isoformat() if day else as_of.isoformat(" ", "seconds")
        node.replace(exp.cast(exp.Literal.string(moment), "DATE" if day else "TIMESTAMP"))
    return as_of.date().isoformat() if clocks else None


def _cap_rows(tree: exp.Query) -> exp.Query:
    """One row more than will be shown, so that it is known whether there are more."""
    limit = tree.args.get("limit")
    count = limit.args.get("count") if isinstance(limit, exp.Fetch) else limit.expression if limit else None
    if count is None or int(count.name) > RUN.rows:
        count = exp.Literal.number(RUN.rows + 1)
    tree.set("limit", exp.Limit(expression=count.copy()))
    return tree


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return str(node.this)
    if isinstance(node, exp.Command):
        return str(node.this).upper()
    return node.sql_name() if isinstance(node, exp.Func) else node.key.upper()
