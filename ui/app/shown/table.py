"""Tables: sortable, and downloadable as CSV in the browser."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from markupsafe import Markup

from tools.behaviour.wording import money
from tools.result import Artifact
from ui.app.frame.html import Templates
from ui.app.frame.words import Language, Words

HERE = Path(__file__).parent
_MOST_CELL = 400
_SMALL = 0.01
_SHARES = ("probability", "share", "rate")
_MONEY = ("revenue", "gmv", "value_at_risk", "spend", "cost", "price", "total", "budget", "margin", "amount")

Links = Callable[[str, Any], str | None]


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    language: Language,
    title: str = "",
    name: str = "table",
    links: Links | None = None,
    names: Mapping[str, str] | None = None,
    shown: int = 200,
    currency: str | None = None,
) -> Markup:
    """A table of plain values; Markup cells pass through. `names` overrides what columns are called.

    Cells of `customer_id` link to the customer's page; others where `links(column, value)` gives an address.
    """
    words = Words(HERE, language)
    kept = rows[:shown]
    numeric = [_is_number_column(place, kept) for place in range(len(columns))]
    heads = [
        {"name": (names or {}).get(column) or words.or_plain("column", column), "number": number}
        for column, number in zip(columns, numeric, strict=True)
    ]

    def cell(place: int, value: Any) -> dict[str, Any]:
        column = columns[place]
        link = _link(column, value, language) or (links(column, value) if links else None)
        return {
            "text": _text(column, value, currency),
            "value": value if _is_number(value) else None,
            "number": numeric[place],
            "link": link,
        }

    body = [[cell(place, value) for place, value in enumerate(row)] for row in kept]
    return Templates(HERE)(
        "table",
        t=words,
        columns=heads,
        rows=body,
        title=title,
        name=name,
        counted=_counted(words, len(kept), len(rows)),
    )


def artifact_table(artifact: Artifact, language: Language) -> Markup:
    """The table of a tool's result; nothing where it has no rows."""
    if not artifact.rows:
        return Markup("")
    return table(artifact.columns, artifact.rows, language=language, title=artifact.title, name=artifact.kind)


def rows_said(words: Words, count: int) -> str:
    return words("table.row") if count == 1 else words("table.rows", count=f"{count:,}")


def _counted(words: Words, shown: int, count: int) -> str:
    if shown < count:
        return words("table.part", shown=f"{shown:,}", count=f"{count:,}")
    return rows_said(words, count)


def _link(column: str, value: Any, language: Language) -> str | None:
    plain = isinstance(value, str) and re.fullmatch(r"[\w.-]{1,64}", value)
    return f"/{language}/customers?id={value}" if column == "customer_id" and plain else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _is_number_column(place: int, rows: Sequence[Sequence[Any]]) -> bool:
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and all(_is_number(value) for value in values)


def _text(column: str, value: Any, currency: str | None) -> str | Markup:
    if isinstance(value, Markup):
        return value
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if not (value.hour or value.minute) else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, (list, tuple, set)):
        return ", ".join(str(one) for one in value)[:_MOST_CELL]
    if not _is_number(value):
        text = str(value)
        return text if len(text) <= _MOST_CELL else f"{text[:_MOST_CELL]}…"
    return _number(column, value, currency)


def _number(column: str, value: Any, currency: str | None) -> str:
    name = column.lower()
    if any(part in name for part in _SHARES) and 0 <= value <= 1:
        return f"{100 * float(value):.1f}%"
    if currency and any(part in name for part in _MONEY):
        return money(value, currency)
    if name.endswith(("_id", "year")):
        return str(value)
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value):,}"
    small = 0 < abs(value) < _SMALL
    return f"{float(value):.2g}" if small else f"{float(value):,.2f}"
