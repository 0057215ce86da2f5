"""Stretches counted from today: last week, the past 30 days, three months ago, the same month last year."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from tools.words.period.calendar import DAY, UNITS, add_months, rolling, shift, unit_span, whole
from tools.words.period.part import Part, before, fixed, latest

Match = re.Match[str]
_UNIT = f"(?P<unit>{'|'.join(UNITS)})"
_MOST = 36_600
_TRAILING = {"hour", "fortnight"}


def relative(text: str, now: datetime) -> Part | None:
    """The part for a phrase in the grammar's words, or None where it is not counted from today."""
    for pattern, reading in _READINGS:
        if match := re.fullmatch(pattern, text):
            count = int(match.groupdict().get("n") or "1")
            unit = match.groupdict().get("unit") or "day"
            return reading(unit, count, now) if 1 <= count <= _MOST else None
    return None


def unit_part(unit: str, day: date) -> Part:
    """The calendar unit that holds `day`, in a form that days and weeks can be counted in."""
    if unit == "year":
        return Part("year", year=day.year)
    if unit == "month":
        return Part("month", day.month, year=day.year)
    if unit == "quarter":
        return Part("quarter", (day.month + 2) // 3, year=day.year)
    if unit == "half":
        return Part("half", 1 + (day.month > 6), year=day.year)
    return fixed(unit_span(unit, day))


def _last_many(unit: str, count: int, now: datetime) -> Part:
    return fixed(rolling(unit, count, now))


def _last_whole(unit: str, count: int, now: datetime) -> Part:
    return fixed(whole(unit, count, now.date()))


def _past(unit: str, count: int, now: datetime) -> Part:
    if unit in ("season", "weekend"):
        return _last(unit, count, now)
    return fixed(rolling(unit, 1, now))


def _last(unit: str, _: int, now: datetime) -> Part:
    if unit in _TRAILING:
        return fixed(rolling(unit, 1, now))
    return _earlier(unit, 1, now)


def _earlier(unit: str, count: int, now: datetime) -> Part:
    """The `count`-th calendar unit before this one."""
    today = now.date()
    if unit == "weekend":
        start, end = before(Part("weekend"), today) or unit_span(unit, today)
        return fixed((start - 7 * (count - 1) * DAY, end - 7 * (count - 1) * DAY))
    return unit_part(unit, shift(unit, unit_span(unit, today)[0], -count))


def _before_last(unit: str, _: int, now: datetime) -> Part:
    return _earlier(unit, 2, now)


def _this(unit: str, _: int, now: datetime) -> Part:
    return unit_part(unit, now.date())


def _the(unit: str, count: int, now: datetime) -> Part:
    if unit == "weekend":
        return fixed(latest(Part("weekend"), now.date()) or unit_span(unit, now.date()))
    return _this(unit, count, now)


def _ago(unit: str, count: int, now: datetime) -> Part:
    if unit == "hour":
        day = rolling(unit, count, now)[0]
        return fixed((day, day))
    day = shift(unit, now.date(), -count)
    return replace(unit_part("day" if unit == "fortnight" else unit, day), edge=day)


def _a_year_before(unit: str, _: int, now: datetime) -> Part:
    return unit_part(unit, add_months(now.date(), -12))


def _same_period(unit: str, _: int, now: datetime) -> Part:
    """The unit before this one, as far as this one has come."""
    day = shift(unit, now.date(), -1)
    return fixed((unit_span(unit, day)[0], day))


def _today(_unit: str, _count: int, now: datetime) -> Part:
    return fixed((now.date(), now.date()))


def _yesterday(_unit: str, _count: int, now: datetime) -> Part:
    return fixed((now.date() - DAY, now.date() - DAY))


_READINGS: list[tuple[str, Callable[[str, int, datetime], Part]]] = [
    ("today|now", _today),
    ("yesterday", _yesterday),
    (rf"(?:last|past) (?:(?P<n>\d+) )?whole {_UNIT}", _last_whole),
    (rf"(?:last|past) whole (?P<n>\d+) {_UNIT}", _last_whole),
    (rf"(?:last|past) (?P<n>\d+) {_UNIT}", _last_many),
    (rf"(?P<n>\d{{1,3}}) {_UNIT}", _last_many),
    (rf"past {_UNIT}", _past),
    (rf"last {_UNIT}", _last),
    (rf"{_UNIT} before last", _before_last),
    (rf"this (?:whole )?{_UNIT}", _this),
    ("(?:whole )?(?P<unit>week|fortnight|month|quarter|season|year|weekend)", _the),
    (rf"(?:(?P<n>\d+) )?{_UNIT} ago", _ago),
    (rf"same {_UNIT} last year", _a_year_before),
    (rf"last year same {_UNIT}", _a_year_before),
    ("today last year|last year today", _a_year_before),
    (rf"sameperiod last {_UNIT}", _same_period),
    (rf"last {_UNIT} sameperiod", _same_period),
]
