"""`winback users`: who may sign in to the application."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.common import Home, Json, RoleName, actor_for, print_json, settings_for

if TYPE_CHECKING:
    from store.ledger import Ledger

app = typer.Typer(help="Who may sign in to the application.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The user's name.")]
FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@app.command("list")
def list_(home: Home = None, as_json: Json = False) -> None:
    """All users."""
    from store.access import list_users

    with _ledger(home) as ledger:
        found = list_users(ledger)
    if as_json:
        print_json({"users": [vars(one) for one in found]})
        return
    for one in found:
        typer.echo(f"{one.name}  {one.role}  since {one.created_at:%Y-%m-%d}")
    if not found:
        typer.echo("There are no users yet; `winback users add NAME --role admin` adds the first.")


@app.command()
def add(
    name: Name,
    role: Annotated[RoleName, typer.Option(help="care, marketer, approver or admin.")],
    password_stdin: FromStdin = False,
    home: Home = None,
) -> None:
    """Add a user; the first one has to be an admin, and from then on everybody signs in."""
    from store.access import add_user

    with _ledger(home) as ledger:
        made = add_user(ledger, name, role, _password(password_stdin), by=actor_for("admin"), now=datetime.now())
    typer.echo(f"{made.name} may sign in as {made.role}.")


@app.command()
def role(
    name: Name,
    role: Annotated[RoleName, typer.Argument(help="care, marketer, approver or admin.")],
    home: Home = None,
) -> None:
    """Give a user another role; they have to sign in again."""
    from store.access import set_role

    with _ledger(home) as ledger:
        made = set_role(ledger, name, role, by=actor_for("admin"), now=datetime.now())
    typer.echo(f"{made.name} is {made.role}.")


@app.command()
def password(name: Name, password_stdin: FromStdin = False, home: Home = None) -> None:
    """Give a user another password; they have to sign in again."""
    from store.access import set_password

    with _ledger(home) as ledger:
        set_password(ledger, name, _password(password_stdin), by=actor_for("admin"), now=datetime.now())
    typer.echo(f"The password of {name} is changed.")


@app.command()
def remove(name: Name, home: Home = None) -> None:
    """Remove a user; what they did stays in the audit."""
    from store.access import remove_user

    with _ledger(home) as ledger:
        remove_user(ledger, name, by=actor_for("admin"), now=datetime.now())
    typer.echo(f"{name} is removed.")


@contextmanager
def _ledger(home: Home) -> "Generator[Ledger]":
    from store.ledger import Ledger

    settings = settings_for(home)
    ledger = Ledger.open(settings.home, settings.ledger)
    try:
        yield ledger
    finally:
        ledger.close()


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return typer.prompt("Password", hide_input=True, confirmation_prompt=True)
