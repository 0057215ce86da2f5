"""What the campaign commands share."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.common import Home, Json, Role, RoleName, actor_for, opened_shop, settings_for

if TYPE_CHECKING:
    from store.shop import Shop
    from tools.context import Actor

__all__ = ["As", "Home", "Json", "Role", "acting", "opened", "rows", "said"]

As = Annotated[str | None, typer.Option("--as", help="Who acts (default: the user of this machine).")]


@contextmanager
def opened(home: Path | None) -> "Generator[Shop]":
    with opened_shop(settings_for(home)) as shop:
        yield shop


def acting(role: RoleName, name: str | None) -> "Actor":
    """The person at this terminal, by the name they give."""
    from tools.context import Actor

    return Actor(name.strip(), role) if name and name.strip() else actor_for(role)


def said(lines: Sequence[str]) -> None:
    """Lines as they are; words of customers or models are never read as terminal codes."""
    from agent.clean import clean_untrusted

    for line in lines:
        typer.echo(clean_untrusted(line))


def rows(columns: list[str], found: Sequence[Sequence[Any]], title: str = "", most: int = 50) -> None:
    from rich.console import Console

    from ui.cli.tables import fitting, table

    console = Console(highlight=False, soft_wrap=True)
    listed = [list(row) for row in found]
    kept = fitting(columns, listed, console.width, most)
    console.print(table([columns[at] for at in kept], [[row[at] for at in kept] for row in listed], title, most))
