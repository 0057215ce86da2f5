"""What several commands share: the options, opening a shop, and printing one JSON object."""

import getpass
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from store.errors import WinbackError
from store.settings import Settings

if TYPE_CHECKING:
    from store.shop import Shop
    from tools.context import Actor

Home = Annotated[Path | None, typer.Option(help="The shop's folder (default: WINBACK_HOME or ./winback-data).")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Role = Annotated[str, typer.Option(help="Who asks: care, marketer, approver or admin.")]


def settings_for(home: Path | None, **changes: Any) -> Settings:
    given = {key: value for key, value in {"home": home, **changes}.items() if value is not None}
    return Settings(**given)


def open_shop(settings: Settings) -> "Shop":
    from store.shop import Shop

    return Shop.open(settings=settings)


def actor_for(role: str) -> "Actor":
    from tools.context import Actor
    from tools.context import Role as Roles

    if role not in get_args(Roles):
        raise typer.BadParameter(f"{role!r} is not a role; use {', '.join(get_args(Roles))}.", param_hint="--role")
    return Actor(_user(), role)  # pyright: ignore[reportArgumentType]


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "local"


def json_object(text: str, option: str) -> dict[str, Any]:
    """An object given on the command line. Raises WinbackError naming the option."""
    try:
        given = json.loads(text)
    except json.JSONDecodeError as problem:
        raise WinbackError(f"{option} is not JSON ({problem.msg} at character {problem.pos}).") from problem
    if not isinstance(given, dict):
        raise WinbackError(f'{option} must be a JSON object, such as \'{{"metric": "revenue"}}\'.')
    return given


def print_json(content: Any) -> None:
    json.dump(content, sys.stdout, ensure_ascii=False, default=_plain)
    sys.stdout.write("\n")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value)
