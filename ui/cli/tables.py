"""Tables on the terminal."""

from typing import Any

from rich.table import Table
from rich.text import Text

from agent.clean import clean_untrusted

ROWS_SHOWN = 10


def table(columns: list[str], rows: list[list[Any]], title: str = "", most: int = ROWS_SHOWN) -> Table:
    """The first rows as a table; whatever stands in a cell is shown as plain text."""
    shown = Table(title=_plain(title) if title else None, title_justify="left", show_edge=False, pad_edge=False)
    for name in columns:
        shown.add_column(_plain(name), overflow="fold")
    for row in rows[:most]:
        shown.add_row(*map(_plain, row))
    if len(rows) > most:
        shown.caption = f"{len(rows) - most} more rows"
    return shown


def _plain(cell: Any) -> Text:
    return Text("" if cell is None else clean_untrusted(str(cell)))
