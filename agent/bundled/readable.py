"""Phrases of the conversation that the tools would understand as a period, a country or two segments at once."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from agent.bundled import spans
from tools.result import ToolError
from tools.words import parse_segments
from tools.words.countries import find_country
from tools.words.period import parse_period

_ANY_DAY = datetime(2024, 6, 15)  # whether a phrase is a period does not hang on the day
_LATEST = 4
_SEGMENT_WORDS = 9
_LISTING = re.compile(r"[^\w\s-]|\b(?:and|or|vs|versus)\b|[和与或及跟]", re.IGNORECASE)
_LOWER_CODES = {"uk", "usa", "uae", "Usa", "Uk"}


@lru_cache(maxsize=20000)
def is_period(phrase: str) -> bool:
    try:
        parse_period(phrase, _ANY_DAY)
    except ToolError:
        return False
    return True


def is_country(phrase: str) -> bool:
    """Short words are codes only in capitals: `in`, `me` and `us` are words."""
    if phrase.isascii() and len(phrase) < 4 and phrase not in _LOWER_CODES and not phrase.isupper():
        return False
    return find_country(phrase) is not None


@lru_cache(maxsize=20000)
def both_segments(phrase: str) -> tuple[str, str] | None:
    """The two segments of `lapsed high-value` or `流失的大客户`; None for one, and for those that are only listed."""
    if _LISTING.search(phrase):
        return None
    try:
        found = parse_segments(phrase)
    except ToolError:
        return None
    return (found[0], found[1]) if len(found) == 2 else None


def segment_pairs(said: list[str]) -> list[tuple[str, str]]:
    """Segments that the latest message names together: customers of both are meant."""
    pairs = (both_segments(phrase) for phrase in spans.phrases(said[-1:], _SEGMENT_WORDS))
    return spans.distinct(pair for pair in pairs if pair)


_READERS: dict[str, tuple[Callable[[str], bool], int]] = {"period": (is_period, 14), "country": (is_country, 8)}


def readable(argument: str, said: list[str]) -> list[str] | None:
    """What an argument of this name could be in the latest messages; None where the tools cannot tell in advance."""
    if argument not in _READERS:
        return None
    reads, longest = _READERS[argument]
    return [phrase for phrase in spans.phrases(said[-_LATEST:], longest) if reads(phrase)]
