"""What may be said: the numbers, dates and ids in tool results and questions."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from agent.grounding.dates import Date
from agent.grounding.numbers import Unit, figures

_NOTHING = re.compile(r"\b(?:no|none|not|nothing|never|without)\b|没有|无|未", re.IGNORECASE)


@dataclass(frozen=True)
class Evidence:
    """What may be said. Values are sorted; `percents` also holds shares (0.123) as per cent (12.3)."""

    plain: tuple[float, ...]
    money: tuple[float, ...]
    percents: tuple[float, ...]
    dates: frozenset[tuple[str, int]]
    codes: frozenset[str]
    counts: frozenset[int]


def evidence(texts: Iterable[str], counts: Iterable[int] = ()) -> Evidence:
    """What tool results and questions support; `counts` are numbers of listed things, such as rows of a table."""
    plain: set[float] = set()
    money: set[float] = set()
    percents: set[float] = set()
    days: set[tuple[str, int]] = set()
    codes: set[str] = set()
    for one in map(_of_text, texts):
        plain |= one[0]
        money |= one[1]
        percents |= one[2]
        days |= one[3]
        codes |= one[4]
    return Evidence(
        tuple(sorted(plain)),
        tuple(sorted(money)),
        tuple(sorted(percents)),
        frozenset(days),
        frozenset(codes),
        frozenset(counts),
    )


_Found = tuple[set[float], set[float], set[float], set[tuple[str, int]], set[str]]


@lru_cache(maxsize=1024)
def _of_text(text: str) -> _Found:
    found = figures(text)
    values: dict[Unit, set[float]] = {"": set(), "money": set(), "percent": set()}
    for number in found.numbers:
        values[number.unit] |= {reading.value for reading in number.readings}
    values[""] |= {float(part.value) for date in found.dates for part in date.parts if part.kind in "yh"}
    values[""] |= {float(run) for code in found.codes for run in re.findall(r"\d{1,15}", code.text)}
    if _NOTHING.search(text):
        values[""].add(0.0)
    values["percent"] |= {value * 100 for value in values[""] if 0 < value < 1}
    days = {(part.kind, part.value) for date in found.dates for part in date.parts} | _month_ends(found.dates)
    return values[""], values["money"], values["percent"], days, {code.text.lower() for code in found.codes}


def _month_ends(found: list[Date]) -> set[tuple[str, int]]:
    """A month that is named may be said by its first and last day."""
    ends: set[tuple[str, int]] = set()
    for date in found:
        parts = {part.kind: part.value for part in date.parts}
        if 1 <= parts.get("m", 0) <= 12:
            ends |= {("d", 1), ("d", monthrange(parts.get("y", 2024), parts["m"])[1])}
        elif "y" in parts:
            ends |= {("d", 1), ("d", 31), ("m", 1), ("m", 12)}
    return ends
