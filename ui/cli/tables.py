"""Tables on the terminal."""

from decimal import Decimal
from math import isfinite
from typing import Any, Literal

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from agent.clean import clean_untrusted

ROWS_SHOWN = 10
_SMALL = 2
_GAP = 3
_PROSE = 40


def table(columns: list[str], rows: list[list[Any]], title: str = "", most: int = ROWS_SHOWN) -> Table:
    """The first rows as a table; whatever stands in a cell is shown as plain text, numbers to the right."""
    shown = Table(title=_plain(title) if title else None, title_justify="left", show_edge=False, pad_edge=False)
    written = [_column([row[place] for row in rows[:most]]) for place in range(len(columns))]
    for name, (side, _) in zip(columns, written, strict=True):
        shown.add_column(_plain(_heading(name)), overflow="fold", justify=side)
    for row in zip(*(cells for _, cells in written), strict=True):
        shown.add_row(*row)
    if len(rows) > most:
        shown.caption = f"{len(rows) - most} more rows"
    return shown


def _heading(name: str) -> str:
    """A column's name that breaks between its words where the table is wide."""
    return name.replace("_", " ") if name.isidentifier() else name


def fitting(columns: list[str], rows: list[list[Any]], width: int, most: int = ROWS_SHOWN) -> list[int]:
    """The places of the columns that fit on a line of `width`; prose goes first, for the answer tells it in words, then
    whatever stands last."""
    needs: dict[int, int] = {}
    for place, name in enumerate(columns):
        _, cells = _column([row[place] for row in rows[:most]])
        needs[place] = max((cell_len(word) for word in [*_heading(name).split(), *map(str, cells)]), default=0) + _GAP
    while len(needs) > 1 and sum(needs.values()) > width and max(needs.values()) > _PROSE:
        del needs[max(needs, key=lambda place: needs[place])]
    while len(needs) > 2 and sum(needs.values()) > width:
        needs.popitem()
    return list(needs)


def _column(values: list[Any]) -> tuple[Literal["left", "right"], list[Text]]:
    """Numbers as people read them: to the right, thousands apart, all with as many decimals."""
    numbers = [abs(value) for value in values if _is_number(value)]
    if not numbers:
        return "left", [_plain(value) for value in values]
    whole = all(value == int(value) for value in numbers)
    decimals = 0 if whole else 2 if max(numbers) >= _SMALL else 4
    return "right", [Text(f"{value:,.{decimals}f}") if _is_number(value) else _plain(value) for value in values]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool) and isfinite(value)


def _plain(cell: Any) -> Text:
    return Text("" if cell is None else clean_untrusted(str(cell)))
