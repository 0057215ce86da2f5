"""One stretch of time in the grammar's words (see `english`): `q3 last year`, `1th week dec`, `fri last week`."""

import re
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from tools.words.period.calendar import DAY, MONTHS, UNITS, WEEKDAYS, Span, days_in, shift, unit_span
from tools.words.period.holidays import is_holiday
from tools.words.period.part import Cut, Part, before, fixed, latest
from tools.words.period.relative import relative

_SEASONS = ["spring", "summer", "autumn", "winter"]
_MONTH = f"(?P<month>{'|'.join(MONTHS)})"
_DAY = r"(?P<day>\d{1,2})(?:th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d|year before last|last year|this year|(?:\d+ )?year ago|year)"
_WEEK = r"(?P<week>last week|this week|week before last|(?:\d+ )?week ago|week)"
_WEEKDAY = f"(?P<weekday>{'|'.join([*WEEKDAYS, 'weekend'])})"
_UNIT = f"(?P<unit>{'|'.join(UNITS)})"
_SLICE = r"early|mid|late|start|end|\d+th [a-z]+|1th \d+ [a-z]+|last (?:\d+ )?[a-z]+"
_BESIDE = rf"(?:(?P<count>\d+) )?{_UNIT} (?P<where>before|to|until|after|from|since) (?P<rest>.+)"
_THIRDS = ["early", "mid", "late"]


@lru_cache(maxsize=4096)
def point(text: str, now: datetime) -> Part | None:
    """What `text` means, or None where it is not one stretch of time. Long phrases ask it again and again."""
    if not text or len(text) > 100:
        return None
    return relative(text, now) or _dated(text) or _named(text, now) or _inside(text, now) or _beside(text, now)


def _dated(text: str) -> Part | None:
    if match := re.fullmatch(r"d(\d{4})(\d\d)(\d\d)", text):
        return Part("day", int(match[3]), month=int(match[2]), year=int(match[1]))
    if match := re.fullmatch(r"m(\d{4})(\d\d)", text):
        return Part("month", int(match[2]), year=int(match[1]))
    if match := re.fullmatch(r"(?:year )?((?:19|20)\d\d)(?: year)?", text):
        return Part("year", year=int(match[1]))
    return None


def _named(text: str, now: datetime) -> Part | None:
    """Something with a name, usually without its year."""
    if match := re.fullmatch("(last|past|this) (.+)", text):
        part = _plainly_named(match[2])
        return _lately(part, match[1], now.date()) if part else None
    return _plainly_named(text)


def _plainly_named(text: str) -> Part | None:
    if text in MONTHS:
        return Part("month", MONTHS.index(text) + 1)
    if text in _SEASONS:
        return Part("season", _SEASONS.index(text) + 1)
    if text in WEEKDAYS:
        return Part("weekday", WEEKDAYS.index(text))
    if text.startswith("@") and is_holiday(text[1:]):
        return Part("holiday", name=text[1:])
    if match := re.fullmatch(r"([qh])([1-4])", text):
        return Part("quarter" if match[1] == "q" else "half", int(match[2])) if text not in ("h3", "h4") else None
    if match := re.fullmatch(r"week (\d{1,2})", text):
        return Part("week", int(match[1])) if 1 <= int(match[1]) <= 53 else None
    if match := re.fullmatch(r"x(\d\d)(\d\d)", text):
        return Part("day", int(match[2]), month=int(match[1]))
    if match := re.fullmatch(r"(\d{1,2})(th)?", text):
        return Part("day" if match[2] else "bare", int(match[1])) if 1 <= int(match[1]) <= 31 else None
    return _day(text)


def _day(text: str) -> Part | None:
    match = re.fullmatch(f"{_DAY} {_MONTH}", text) or re.fullmatch(f"{_MONTH} {_DAY}", text)
    if not match:
        return None
    day, month = int(match["day"]), MONTHS.index(match["month"]) + 1
    return Part("day", day, month=month) if 1 <= day <= days_in(2000, month) else None


def _lately(part: Part, which: str, today: date) -> Part | None:
    """`last march` is the latest one that is over, `this friday` the one of this week."""
    if which == "this":
        monday = unit_span("week", today)[0]
        day = monday + part.number * DAY
        return replace(part, span=(day, day)) if part.kind == "weekday" else part
    span = before(part, today) if part.kind != "bare" else None
    if span is None:
        return None
    if part.kind == "weekday" or (part.kind == "day" and part.month is None):
        return replace(part, span=span)
    return replace(part, year=span[0].year)


@lru_cache(maxsize=4096)
def _inside(text: str, now: datetime) -> Part | None:
    """Part of something longer: of a year, a month, a week."""
    return _of_year(text, now) or _of_month(text, now) or _of_week(text, now) or _cut(text, now)


def _of_year(text: str, now: datetime) -> Part | None:
    for pattern in (f"(?P<rest>.+?) {_YEAR}", f"{_YEAR} (?P<rest>.+)"):
        if not (match := re.fullmatch(pattern, text)):
            continue
        year = point(match["year"], now)
        part = _plainly_named(match["rest"]) or _inside(match["rest"], now)
        if year and year.year and part and not part.dated and _yearly(part):
            return replace(part, year=year.year)
    return None


def _yearly(part: Part) -> bool:
    return part.kind not in ("weekday", "weekend", "fixed")


def _of_month(text: str, now: datetime) -> Part | None:
    match = re.fullmatch(r"(?P<day>\d+)th (?P<rest>.+)", text) or re.fullmatch(r"(?P<rest>.+) (?P<day>\d+)th", text)
    month = point(match["rest"], now) if match else None
    if not match or not month or month.kind != "month" or month.cuts or not 1 <= int(match["day"]) <= 31:
        return None
    return Part("day", int(match["day"]), month=month.number, year=month.year)


def _of_week(text: str, now: datetime) -> Part | None:
    match = re.fullmatch(f"{_WEEKDAY} {_WEEK}", text) or re.fullmatch(f"{_WEEK} {_WEEKDAY}", text)
    if match:
        week = latest(point(match["week"], now) or Part("bare"), now.date())
        offset, length = (5, 1) if match["weekday"] == "weekend" else (WEEKDAYS.index(match["weekday"]), 0)
        return fixed((week[0] + offset * DAY, week[0] + (offset + length) * DAY)) if week else None
    if match := re.fullmatch(f"(?:{'|'.join(WEEKDAYS)}) (.+)", text):
        part = point(match[1], now)
        return part if part and part.kind == "day" else None
    return None


def _cut(text: str, now: datetime) -> Part | None:
    match = re.fullmatch(f"(?P<how>{_SLICE}) (?P<rest>.+)", text)
    cut = _slice(match["how"].split()) if match else None
    part = point(match["rest"], now) if match and cut else None
    return part.cut(cut) if part and cut and part.kind not in ("bare", "day", "weekday") else None


def _slice(words: list[str]) -> Cut | None:
    if words[0] in _THIRDS:
        return Cut("third", _THIRDS.index(words[0]))
    if words[0] in ("start", "end"):
        return Cut("edge", -(words[0] == "end"), edge="start" if words[0] == "start" else "end")
    if words[-1] not in UNITS and words[-1] not in WEEKDAYS:
        return None
    count = int(words[1]) if len(words) == 3 else 1
    if words[0] == "last":
        return Cut(words[-1], -count, count)
    return Cut(words[-1], 0, count) if len(words) == 3 else Cut(words[-1], int(words[0][:-2]) - 1)


def _beside(text: str, now: datetime) -> Part | None:
    """What lies around or next to a day: its week, the two weeks before it."""
    today = now.date()
    if (match := re.fullmatch(r"(week|weekend|weekfrom|weekto) (.+)", text)) and (span := _span(match[2], now)):
        return fixed(_week(match[1], span))
    if match := re.fullmatch(_BESIDE, text):
        span, count = _span(match["rest"], now), int(match["count"] or 1)
        if span is None or span == (today, today):
            return None
        if match["where"] in ("before", "to", "until"):
            return fixed((shift(match["unit"], span[0], -count), span[0] - DAY))
        first = span[0] if match["where"] in ("from", "since") else span[1] + DAY
        return fixed((first, shift(match["unit"], first, count) - DAY))
    return None


def _span(text: str, now: datetime) -> Span | None:
    part = point(text, now)
    return latest(part, now.date()) if part else None


def _week(which: str, span: Span) -> Span:
    if which == "weekfrom":
        return span[0], span[0] + 6 * DAY
    if which == "weekto":
        return span[1] - 6 * DAY, span[1]
    monday, sunday = unit_span("week", span[0])
    if which == "week":
        return monday, sunday
    friday = monday + 4 * DAY
    return (friday if span[0] == friday else friday + DAY), sunday
