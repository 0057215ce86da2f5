"""From the YAML that a person writes to a catalogue that holds together, or one sentence that says what does not."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

import yaml
from pydantic import ValidationError

from store.errors import WinbackError
from tools.offers.catalogue.model import Catalogue
from tools.offers.catalogue.sound import problem_of

_MOST = 500_000  # characters


@lru_cache(maxsize=8)
def parse_catalogue(text: str) -> Catalogue:
    """The catalogue. Raises WinbackError naming the offer and what is wrong with it."""
    read = _read(text)
    try:
        catalogue = Catalogue.model_validate(read)
    except ValidationError as problem:
        raise WinbackError(_sentence(problem, read)) from problem
    if wrong := problem_of(catalogue):
        raise WinbackError(wrong)
    return catalogue


def _read(text: str) -> dict[str, Any]:
    if len(text) > _MOST:
        raise WinbackError(f"The catalogue has more than {_MOST:,} characters; write a shorter one.")
    try:
        if any(isinstance(token, yaml.AliasToken) for token in cast(Iterable[object], yaml.scan(text))):  # pyright: ignore[reportUnknownMemberType]
            raise WinbackError("The catalogue uses YAML aliases (*name); write the values out.")
        read = yaml.safe_load(text)
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise WinbackError(
            f"The catalogue is not valid YAML{where}; see tools/offers/catalogue/demo.yaml."
        ) from problem
    if not isinstance(read, dict):
        raise WinbackError("The catalogue is empty or no YAML mapping; see tools/offers/catalogue/demo.yaml.")
    return cast(dict[str, Any], read)


def _sentence(problem: ValidationError, read: dict[str, Any]) -> str:
    first = problem.errors()[0]
    where = list(first["loc"])
    who = "The catalogue"
    if where[:1] == ["offers"] and len(where) > 1:
        who, where = _offer_named(read, cast(int, where[1])), where[2:]
    field = ".".join(str(part) for part in where) or "entry"
    if first["type"] == "missing":
        return f"{who} lacks {field}; add it and propose the catalogue again."
    if first["type"] == "extra_forbidden":
        return f"{who} has an unknown field {field}; correct or remove it."
    given = str(first["input"])
    given = given if len(given) <= 40 else given[:39] + "…"
    return f"{who}: {field} is {given}; {_rule(str(first['msg']))}."


def _rule(message: str) -> str:
    """Pydantic's words, as the end of a sentence."""
    return message.removesuffix(".").replace("Input should", "it should").replace("Decimal input", "it")


def _offer_named(read: dict[str, Any], place: int) -> str:
    offers = read.get("offers")
    one: Any = cast(list[Any], offers)[place] if isinstance(offers, list) else None
    name = cast(dict[str, Any], one).get("id") if isinstance(one, dict) else None
    return f"Offer {name}" if name else f"Offer number {place + 1}"
