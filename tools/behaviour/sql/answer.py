"""How an answer reads: ten numbered rows for the model, figures as they should be quoted, all rows in the table."""

from datetime import datetime
from typing import Any

from tools.behaviour.sql.guard import Statement
from tools.behaviour.sql.limits import RUN
from tools.behaviour.sql.runner import Answer
from tools.behaviour.sql.units import Unit, units
from tools.behaviour.wording import counted, money
from tools.result import Artifact, ToolResult

_SHOWN = 10
_CELL = 200
_CUT = {
    "rows": f"Only the first {RUN.rows:,} are here: count or group instead of listing.",
    "bytes": f"Only the first {RUN.result_bytes // 1_000_000} MB are here: select fewer columns, or count or group.",
}


def result(answer: Answer, statement: Statement, currency: str) -> ToolResult:
    """Text and table of an answer; `interpreted` says what "today" was taken to mean."""
    rows = _days_without_midnight(answer)
    texts = any(kind in ("VARCHAR", "JSON") or "[" in kind for kind in answer.types)
    return ToolResult(
        text=_text(answer, rows, units(statement.tree), currency),
        artifact=Artifact(title="SQL", columns=answer.columns, rows=rows, sql=statement.sql),
        interpreted={"today": statement.today} if statement.today else {},
        untrusted=statement.quotes_customers and texts,
    )


def _days_without_midnight(answer: Answer) -> list[list[Any]]:
    """Moments that all fall on midnight are days, and are written so."""
    rows = [list(row) for row in answer.rows]
    for place, kind in enumerate(answer.types):
        cells = [row[place] for row in rows if row[place] is not None]
        if kind.startswith("TIMESTAMP") and all(cell.endswith("T00:00:00") for cell in cells):
            for row in rows:
                row[place] = row[place] and row[place].removesuffix("T00:00:00")
    return rows


def _text(answer: Answer, rows: list[list[Any]], kinds: list[Unit], currency: str) -> str:
    if not rows and answer.cut is None:
        return "0 rows."
    head = f"{'More than ' if answer.cut else ''}{counted(len(rows), 'row')}."
    if len(kinds) != len(answer.columns):
        kinds = [""] * len(answer.columns)
    lines = [head, ", ".join(answer.columns)]
    for number, row in enumerate(rows[:_SHOWN], 1):
        cells = [_cell(value, unit, currency) for value, unit in zip(row, kinds, strict=True)]
        lines.append(f"{number}. {', '.join(cells)}")
    if len(rows) > _SHOWN:
        lines.append(f"The other {len(rows) - _SHOWN:,} rows are in the table.")
    if answer.cut:
        lines.append(_CUT[answer.cut])
    return "\n".join(lines)


def _cell(value: Any, unit: Unit, currency: str) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if unit == "money" and isinstance(value, (int, float)):
        return money(value, currency)
    if isinstance(value, float):
        return _decimal(value)
    if isinstance(value, int):
        return f"{value:,}" if unit == "count" else str(value)
    if "T" in value and len(value) >= 19:
        return _moment(value)
    text = " ".join(str(value).split())
    return text if len(text) <= _CELL else text[:_CELL] + "…"


def _decimal(value: float) -> str:
    text = f"{value:,.4f}" if abs(value) < 1 else f"{value:,.2f}"
    return text.rstrip("0").rstrip(".")


def _moment(value: str) -> str:
    """`2011-12-01 08:26`; any other text stays."""
    try:
        return datetime.fromisoformat(value).isoformat(" ", "minutes")
    except ValueError:
        return value
