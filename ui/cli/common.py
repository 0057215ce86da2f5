"""What several commands share: the options, opening a shop, and printing one JSON object."""

import getpass
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from store.errors import WinbackError
from ui.cli.log import log_under

if TYPE_CHECKING:
    from store.settings import Settings
    from store.shop import Shop
    from tools.context import Actor

Home = Annotated[Path | None, typer.Option(help="The shop's folder (default: WINBACK_HOME or ./winback-data).")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
RoleName = Literal["care", "marketer", "approver", "admin"]
Role = Annotated[RoleName, typer.Option(help="Who asks.")]
ModelUrl = Annotated[str | None, typer.Option(help="An OpenAI-compatible server instead of the bundled model.")]


def settings_for(home: Path | None, **changes: Any) -> "Settings":
    """The settings of the environment, with what was given on the command line. Logs go under their home."""
    from pydantic import ValidationError

    from store.settings import Settings

    given: dict[str, Any] = {key: value for key, value in {"home": home, **changes}.items() if value is not None}
    try:
        settings = Settings(**given)
    except ValidationError as problem:
        first = problem.errors()[0]
        name = f"WINBACK_{first['loc'][0]}".upper()
        raise WinbackError(f"{name} has a value that cannot be used: {first['msg']}.") from problem
    log_under(settings.home)
    return settings


@contextmanager
def opened_shop(settings: "Settings") -> "Generator[Shop]":
    from store.shop import Shop

    shop = Shop.open(settings=settings)
    try:
        yield shop
    finally:
        shop.close()


def actor_for(role: RoleName) -> "Actor":
    """The person at this terminal."""
    from tools.context import Actor

    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "local"
    return Actor(name, role)


def json_object(text: str, option: str) -> dict[str, Any]:
    """An object given on the command line. Anything else is wrong use, and said as such."""
    try:
        given = json.loads(text)
    except ValueError as problem:
        raise typer.BadParameter(f"this is not JSON ({problem}).", param_hint=option) from problem
    if not isinstance(given, dict):
        raise typer.BadParameter('give a JSON object, such as {"metric": "revenue"}.', param_hint=option)
    return given


def print_json(content: Any) -> None:
    json.dump(content, sys.stdout, ensure_ascii=False, default=_plain)
    sys.stdout.write("\n")


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value)
