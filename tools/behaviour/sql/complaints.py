"""What the engine says, told again without a word of the data: which name is wrong and what the nearest ones are."""

import difflib
import re

from sqlglot import exp

from tools.behaviour.sql.allowed import TABLES
from tools.behaviour.sql.guard import Statement
from tools.behaviour.sql.limits import RUN
from tools.behaviour.sql.runner import Failure
from tools.result import ToolError

_UNKNOWN_COLUMN = (
    re.compile(r'Referenced column "([^"]+)"'),
    re.compile(r'does not have a column named "([^"]+)"'),
    re.compile(r'column "([^"]+)" (?:referenced|not found|was not found)', re.IGNORECASE),
)
_AMBIGUOUS = re.compile(r'Ambiguous reference to column name "([^"]+)"')
_UNKNOWN_TABLE = re.compile(r'Referenced table "([^"]+)" not found')
_NOT_GROUPED = re.compile(r'column "?([^" ]+)"? must appear in the GROUP BY')
_SLOW = f"This SQL took longer than {RUN.wall_s:g} seconds and was stopped; narrow the period or count less at once."
_HEAVY = "This SQL needs too much memory; narrow the period or group before joining."
_TYPES = "The types in this SQL do not fit together; compare like with like, or use TRY_CAST(… AS …)."
_VALUE = "A value cannot be turned into the type this SQL asks for; use TRY_CAST(… AS …) instead of a cast."
_OTHER = "The engine cannot run this SQL; write it in a simpler way."

_BY_KIND = {
    "Timeout": _SLOW,
    "InterruptException": _SLOW,
    "Crash": _HEAVY,
    "OutOfMemoryException": _HEAVY,
    "ConversionException": _VALUE,
    "OutOfRangeException": "A number in this SQL grows too large; divide or round before multiplying.",
    "IOException": "The shop's tables are being replaced at this moment; ask again.",
}


def complaint(failure: Failure, statement: Statement) -> ToolError:
    """The sentence for a failure. It names columns only if the statement itself names them."""
    if failure.kind in _BY_KIND:
        return ToolError(_BY_KIND[failure.kind])
    if failure.kind != "BinderException":
        return ToolError(_OTHER)
    named = {name.lower(): name for name in _names(statement.tree)}
    for pattern in _UNKNOWN_COLUMN:
        if name := _found(pattern, failure.message, named):
            return ToolError(_unknown(name, statement))
    if name := _found(_UNKNOWN_TABLE, failure.message, named):
        return ToolError(f"No table in this FROM is called {name}; use the names and aliases given there.")
    if name := _found(_AMBIGUOUS, failure.message, named):
        return ToolError(f"{name} is in more than one of these tables; write its table before it: orders.{name}.")
    if name := _found(_NOT_GROUPED, failure.message, named):
        return ToolError(f"{name} must be in GROUP BY, or inside an aggregate such as max({name}).")
    if "aggregate" in failure.message.lower() or "window function" in failure.message.lower():
        return ToolError("Aggregates and window functions cannot be used there; move them into HAVING or a subquery.")
    return ToolError(_TYPES)


def _names(tree: exp.Query) -> list[str]:
    return [identifier.name for identifier in tree.find_all(exp.Identifier) if identifier.name.isidentifier()]


def _found(pattern: re.Pattern[str], message: str, named: dict[str, str]) -> str | None:
    match = pattern.search(message)
    return named.get(match[1].lower().rpartition(".")[2]) if match else None


def _unknown(name: str, statement: Statement) -> str:
    """Says which tables have the column, or which of the columns at hand are nearest."""
    homes = [table for table, columns in TABLES.items() if name.lower() in columns]
    if not statement.tables.isdisjoint(homes):
        return f"{name} is not in reach there; select it in the subquery or WITH query first."
    if homes:
        return f"{name} is a column of {' and '.join(homes)}, which this SQL does not read; join it by its id."
    near = difflib.get_close_matches(name.lower(), _columns(statement), n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else "."
    known = "; ".join(f"{table} has {', '.join(TABLES[table])}" for table in sorted(statement.tables))
    return f"There is no column {name}{hint} {known}." if known else f"There is no column {name}{hint}"


def _columns(statement: Statement) -> list[str]:
    return sorted({column for table in statement.tables for column in TABLES[table]})
