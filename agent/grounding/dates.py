"""Dates in running text, taken apart into years, months and days."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_MONTH_NUMBERS = {
    name: number for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?<!\d)\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d(?!\d)"

_PATTERNS = [
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        r"(?<![\w.])(?P<y>(?:19|20)\d\d)[-/.](?P<m>0?[1-9]|1[0-2])[-/.](?P<d>0?[1-9]|[12]\d|3[01])(?!\d)"
        r"(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?",
        r"(?<![\w.])(?P<y>(?:19|20)\d\d)[-/](?P<m>0[1-9]|1[0-2])(?![\d%])(?!,\d)",
        r"(?<![\w.])(?P<d>0?[1-9]|[12]\d|3[01])[-/.](?P<m>0?[1-9]|1[0-2])[-/.](?P<y>(?:19|20)\d\d)(?!\d)",
        r"(?<![\w.])(?P<m>0?[1-9]|1[0-2])/(?P<d>0?[1-9]|[12]\d|3[01])/(?P<y>(?:19|20)\d\d)(?!\d)",
        r"(?<!\d)(?P<y>(?:19|20)\d\d)\s*年(?:\s*(?P<m>1[0-2]|0?[1-9])\s*月(?:份)?(?:\s*(?P<d>[12]\d|3[01]|0?[1-9])\s*[日号])?)?",
        r"(?<!\d)(?P<m>1[0-2]|0?[1-9])\s*月(?:份)?(?:\s*(?P<d>[12]\d|3[01]|0?[1-9])\s*[日号])?",
        r"(?<!\d)(?P<d>[12]\d|3[01]|0?[1-9])\s*[日号]",
        rf"(?:(?P<e>{_DAY})\s*(?:-|–|to|and)\s*)?(?P<d>{_DAY})\s+(?:of\s+)?(?P<n>{_MONTH})(?:,?\s+(?P<y>{_YEAR}))?",
        rf"(?<![a-z])(?P<n>{_MONTH})\s+(?P<d>{_DAY})(?!\d|[.,]\d|%)(?:\s*(?:-|–|to|and)\s*(?P<e>{_DAY})(?!\d))?(?:,?\s+(?P<y>{_YEAR}))?",
        rf"(?<![a-z])(?P<n>{_MONTH}),?\s+(?P<y>{_YEAR})",
        r"(?<![\w.:])(?P<h>[01]?\d|2[0-4])[:：](?P<i>[0-5]\d)(?::[0-5]\d)?(?![\d:])",
    )
]


class DatePart(NamedTuple):
    """One number of a date or time: kind is y, m, d or h (hours and minutes)."""

    kind: str
    value: int


class Date(NamedTuple):
    """A date or time of day at text[start:end]."""

    start: int
    end: int
    parts: tuple[DatePart, ...]


def dates(text: str) -> list[Date]:
    """All dates in order of position, without overlaps; a range of days in one month is one of them."""
    found = sorted(_all(text), key=lambda date: (date.start, -date.end))
    kept: list[Date] = []
    for date in found:
        if not kept or date.start >= kept[-1].end:
            kept.append(date)
    return kept


def _all(text: str) -> Iterator[Date]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield Date(match.start(), match.end(), tuple(_parts(match.groupdict())))


def _parts(groups: dict[str, str | None]) -> Iterator[DatePart]:
    for key, text in groups.items():
        if not text:
            continue
        if key == "n":
            yield DatePart("m", _MONTH_NUMBERS[text[:3].lower()])
        else:
            digits = re.sub(r"\D", "", text)
            yield DatePart({"e": "d", "i": "h"}.get(key, key), int(digits))
