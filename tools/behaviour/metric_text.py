"""How a metric's figures read. The layout is fixed: the bundled model was trained to retell it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tools.behaviour.compute import Figures, Question
from tools.behaviour.dimensions import member
from tools.behaviour.sources import SOURCES
from tools.behaviour.wording import counted, figure, plain, span

SHOWN = 10
MOST_SHOWN = 100


@dataclass(frozen=True)
class Telling:
    """What the words need beside the figures.

    `limit` is the number of rows asked for, if any; `in_time` puts the table for people in time order; `covered` is
    the first and last day of the data where the answer mentions them; `guests` the figure of rows without a customer,
    where they are left out; `taken` pairs people's words with what they were taken to mean.
    """

    question: Question
    currency: str
    limit: int | None = None
    in_time: bool = False
    covered: tuple[date, date] | None = None
    guests: Any = None
    taken: tuple[tuple[str, str], ...] = ()


def answer(telling: Telling, figures: Figures) -> str:
    """The text for the model: the figure or the rows, then what must be known to read them rightly."""
    lines = _rows(telling, figures) if telling.question.dimensions else [_total(telling, figures)]
    lines += _nothing(telling, figures)
    if telling.guests:
        lines.append(f"Guests, who have no customer id, are left out: {_figure(telling, telling.guests)}.")
    if "segment" in telling.question.dimensions and figures.rows:
        lines.append("A customer counts in each of their segments.")
    lines += [f'"{said}" was taken to mean {meant}.' for said, meant in telling.taken]
    return "\n".join(lines)


def title(telling: Telling) -> str:
    """`Revenue by country, all time, country France`: what is asked for, without the figures."""
    question = telling.question
    by = f" by {' and '.join(question.dimensions)}" if question.dimensions else ""
    where = "".join(f", {chosen.said}" for chosen in question.filters)
    return f"{question.metric.label}{by}, {when(telling)}{where}"


def table(telling: Telling, figures: Figures) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows for people: the dimensions, ids where members have them, then the value.

    Months and the like stand in time order where no other order was asked for.
    """
    question = telling.question
    columns = [_column(dimension) for dimension in question.dimensions]
    if "product" in question.dimensions:
        columns.append("product_id")
    rows = _kept(telling, figures)
    if telling.in_time and figures.total == len(rows):
        rows = sorted(rows, key=lambda row: [row[dimension] for dimension in question.dimensions])
    cells = [_cells(telling, row) for row in rows]
    return [*columns, question.metric.key], cells


def _total(telling: Telling, figures: Figures) -> str:
    return f"{title(telling)}: {_figure(telling, figures.rows[0]['value'])}."


def _rows(telling: Telling, figures: Figures) -> list[str]:
    if not figures.rows:
        return [f"{title(telling)}: none."]
    shown = _kept(telling, figures)[: min(telling.limit or SHOWN, MOST_SHOWN)]
    number = counted(figures.total, "row")
    number = number if len(shown) == figures.total else f"{len(shown)} of {number}"
    first = "lowest" if telling.question.ascending else "highest"
    return [
        f"{title(telling)}, {first} first, {number}:",
        *(f"{place}. {_members(telling, row)}: {_figure(telling, row['value'])}" for place, row in enumerate(shown, 1)),
    ]


def _nothing(telling: Telling, figures: Figures) -> list[str]:
    if telling.covered is None or any(row["value"] for row in figures.rows):
        return []
    first, last = telling.covered
    question = telling.question
    noun = SOURCES[question.metric.source].table
    outside = (question.end and question.end < first) or (question.start and question.start > last)
    why = "That is outside the data" if outside else "Nothing matches"
    return [f"{why}; the shop's {noun} run from {span(first, last)}."]


def when(telling: Telling) -> str:
    """An open end is the data's own."""
    start, end = telling.question.start, telling.question.end
    if telling.covered:
        start, end = start or telling.covered[0], end or telling.covered[1]
    if (telling.question.start is None and telling.question.end is None) or not start or not end:
        return "all time"
    return span(start, max(start, end))


def _members(telling: Telling, row: dict[str, Any]) -> str:
    return ", ".join(_member(dimension, row) for dimension in telling.question.dimensions)


def _member(dimension: str, row: dict[str, Any]) -> str:
    return row["name"] if dimension == "product" and row["name"] else member(dimension, row[dimension])


def _cells(telling: Telling, row: dict[str, Any]) -> list[Any]:
    cells: list[Any] = [_member(dimension, row) for dimension in telling.question.dimensions]
    if "product" in telling.question.dimensions:
        cells.append(row["product"])
    return [*cells, plain(row["value"], telling.question.metric.unit)]


def _column(dimension: str) -> str:
    return "customer_id" if dimension == "customer" else dimension


def _kept(telling: Telling, figures: Figures) -> list[dict[str, Any]]:
    return figures.rows[: telling.limit] if telling.limit else figures.rows


def _figure(telling: Telling, value: Any) -> str:
    return figure(value, telling.question.metric.unit, telling.currency)
