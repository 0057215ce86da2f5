"""Words that promise something, by language."""

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from tools.offers.drafts.model import Brief

HELD: dict[str, frozenset[str]] = {
    "coupon": frozenset({"money_off"}),
    "free_shipping": frozenset({"free_delivery", "free"}),
    "points": frozenset({"points"}),
    "gift": frozenset({"gift", "free"}),
    "access": frozenset({"access"}),
    "care_call": frozenset({"call"}),
}
_MAIN = {
    "free_shipping": "free_delivery",
    "points": "points",
    "gift": "gift",
    "access": "access",
    "coupon": "money_off",
}
_NO_LATIN = ("zh",)


def lexicon(language: str) -> dict[str, dict[str, list[str]]]:
    """Of a language, of English for one that is not covered."""
    return _read().get(language) or _read()["en"]


def promised(text: str, language: str) -> list[tuple[str, str]]:
    """Kind and wording of everything the text promises."""
    found: list[tuple[str, str]] = []
    for kind, pattern in _patterns(language).items():
        found += [(kind, one[0].strip()) for one in pattern.finditer(text)]
    return found


def holds(kind: str, text: str, brief: Brief) -> bool:
    """Whether the text says what an offer of this kind gives, in words of the lexicon or of the offer's name."""
    name = brief.offer.name.get(brief.language, "")
    named = bool(name) and name.casefold() in text.casefold()
    return named or any(one == _MAIN.get(kind) for one, _ in promised(text, brief.language))


@cache
def _patterns(language: str) -> dict[str, re.Pattern[str]]:
    promises = lexicon(language)["promises"]
    edge = "" if language in _NO_LATIN else r"(?<!\w)"
    return {kind: re.compile(rf"{edge}(?:{'|'.join(some)})", re.IGNORECASE) for kind, some in promises.items()}


@cache
def _read() -> dict[str, dict[str, dict[str, list[str]]]]:
    read: Any = yaml.safe_load(Path(__file__).with_name("lexicon.yaml").read_text("utf-8"))
    return cast("dict[str, dict[str, dict[str, list[str]]]]", read)
