"""Feasts and shopping days: their names, and the days they fall on."""

import re
from datetime import date, timedelta
from functools import cache
from typing import Any

from tools.words.period.calendar import Span
from tools.words.text import fold, has_cjk, load

_THURSDAY = 3


def _table() -> dict[str, dict[str, Any]]:
    return load("period/holidays.yaml")


@cache
def _names() -> dict[str, str]:
    return {fold(name): holiday for holiday, entry in _table().items() for name in entry["names"]}


@cache
def _pattern() -> re.Pattern[str]:
    ordered = sorted(_names(), key=len, reverse=True)
    return re.compile("|".join(re.escape(n) if has_cjk(n) else rf"(?<![\w-]){re.escape(n)}(?![\w-])" for n in ordered))


def marked(text: str) -> str:
    """A folded text with the names of holidays replaced by `@holiday`."""
    return _pattern().sub(lambda match: f" @{_names()[match[0]]} ", text)


def is_holiday(name: str) -> bool:
    return name in _table()


def holiday_span(name: str, year: int) -> Span | None:
    """The days of a holiday in `year`, None where they are not known."""
    entry = _table()[name]
    if "days" in entry:
        first, _, last = str(entry["days"]).partition("..")
        return _day(year, first), _day(year, last or first)
    if "easter" in entry:
        sunday, (before, after) = _easter(year), entry["easter"]
        return sunday + timedelta(days=before), sunday + timedelta(days=after)
    if "thanksgiving" in entry:
        first = date(year, 11, 1)
        thursday = first + timedelta(days=(_THURSDAY - first.weekday()) % 7 + 21)
        day = thursday + timedelta(days=entry["thanksgiving"])
        return day, day
    before, after = entry["around"]
    moon: date | None = next((day for day in entry["moons"] if day.year == year), None)
    return (moon - timedelta(days=before), moon + timedelta(days=after)) if moon else None


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year:04d}-{text}")


def _easter(year: int) -> date:
    """Western Easter Sunday (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)
