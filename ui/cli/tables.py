"""Tables on the terminal."""

from typing import Any

from rich.table import Table
from rich.text import Text

ROWS_SHOWN = 10


def table(columns: list[str], rows: list[list[Any]], title: str = "") -> Table:
    """The first rows as a table; cells are plain text."""
    shown = Table(title=title or None, title_justify="left", show_edge=False, pad_edge=False)
    for name in columns:
        shown.add_column(name, overflow="fold")
    for row in rows[:ROWS_SHOWN]:
        shown.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    if len(rows) > ROWS_SHOWN:
        shown.caption = f"{len(rows) - ROWS_SHOWN} more rows"
    return shown
