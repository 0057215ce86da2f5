"""Expressions that a mapping may hold: one scalar or aggregate SQL expression, nothing that reads elsewhere."""

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_FORBIDDEN = (exp.Query, exp.Table, exp.DDL, exp.Command, exp.Placeholder, exp.Parameter)
_FORBIDDEN_FUNCTIONS = {"getenv", "read_text", "read_blob", "getvariable", "query", "query_table"}


def check_expression(sql: str) -> str:
    """Return `sql` unchanged, or raise ValueError: it must be a single expression without queries or statements."""
    if is_plain_name(sql):
        return sql
    if not sql.strip():
        raise ValueError("`` is no expression; name a column")
    try:
        trees = sqlglot.parse(f"SELECT {sql} AS x", dialect="duckdb")
    except SqlglotError:
        raise ValueError(f"`{sql}` is neither a column's name nor an SQL expression") from None
    select = trees[0]
    if len(trees) != 1 or not isinstance(select, exp.Select) or set(_parts(select)) != {"expressions"}:
        raise ValueError(f"`{sql}` must be one SQL expression")
    if len(select.expressions) != 1:
        raise ValueError(f"`{sql}` must be one SQL expression, not a list of them")
    for node in select.expressions[0].walk():
        if isinstance(node, _FORBIDDEN) or _function_name(node) in _FORBIDDEN_FUNCTIONS:
            raise ValueError(f"`{sql}` may only compute from the source's columns")
    return sql


def is_plain_name(sql: str) -> bool:
    """Whether the text can only be a column's name as a header writes it (letters, digits, spaces, _ and -)."""
    return bool(sql) and all(char.isalnum() or char in "_ -." for char in sql) and not sql[0].isdigit()


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


def _parts(select: exp.Select) -> list[str]:
    return [key for key, value in select.args.items() if value]


def _function_name(node: object) -> str:
    return node.name.lower() if isinstance(node, exp.Anonymous) else ""
