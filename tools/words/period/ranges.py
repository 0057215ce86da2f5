"""Ranges and open ends: `march to may 2011`, `since sep`, `before last month`, `5th to 12th nov`."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from tools.result import ToolError
from tools.words.period.calendar import DAY, Span
from tools.words.period.grammar import point
from tools.words.period.part import Part, earliest, latest

Bounds = tuple[date | None, date | None]
_BETWEEN = re.compile(r" (?:to|until|and) ")


def bounds(text: str, now: datetime) -> Bounds | None:
    """First and last day, None for an open end; None where the grammar's words make no period.

    Raises ToolError for a range that ends before it begins, or that is two stretches with a gap between.
    """
    part = point(text, now)
    if part and (span := latest(part, now.date())):
        return span
    return _open(text, now) or _closed(text, now)


def _open(text: str, now: datetime) -> Bounds | None:
    match = re.fullmatch(r"(since|from|after|until|to|before) (.+?)(?: onward)?", text)
    where, rest = (match[1], match[2]) if match else ("", "")
    if not match and (match := re.fullmatch(r"(.+) (onward|backward)", text)):
        where, rest = ("since" if match[2] == "onward" else "until"), match[1]
    part = point(rest, now)
    span = latest(part, now.date(), exact=True) if part else None
    if span is None:
        return None
    if where in ("since", "from"):
        return span[0], None
    if where == "after":
        return span[1] + DAY, None
    return (None, span[0] - DAY) if where == "before" else (None, span[1])


def _closed(text: str, now: datetime) -> Bounds | None:
    between = text.startswith("between ")
    text = re.sub("^(?:from|between|since) ", "", text)
    for first, joint, second in _splits(text):
        one, two = point(first, now), point(second, now)
        if one and two and (spans := _joined(*_completed(one, two), now.date())):
            return _checked(*spans, adjacent=joint == "and" and not between)
    return None


def _splits(text: str) -> Iterator[tuple[str, str, str]]:
    for match in _BETWEEN.finditer(text):
        yield text[: match.start()], match[0].strip(), text[match.end() :]


def _completed(one: Part, two: Part) -> tuple[Part, Part]:
    """Each part with what its partner says for both: the month of `5th to 12th nov`, the unit of `1 to 3 quarter`."""
    return _filled(one, two), _filled(two, one)


def _filled(part: Part, partner: Part) -> Part:
    if part.kind == "bare" or (part.kind == "day" and part.month is None):
        if partner.kind == "day" and partner.month is not None:
            return replace(part, kind="day", month=partner.month, year=part.year or partner.year)
        if partner.kind == "month" and (part.kind == "day" or partner.cuts):
            return replace(part, kind="day", month=partner.number, year=part.year or partner.year)
        if partner.kind in ("month", "quarter", "half", "week") and part.number <= _size(partner.kind):
            return replace(part, kind=partner.kind)
        if partner.kind == "day":
            return replace(part, kind="day")
    return part


def _size(kind: str) -> int:
    return {"month": 12, "quarter": 4, "half": 2}.get(kind, 53)


def _joined(one: Part, two: Part, today: date) -> tuple[Span, Span] | None:
    """The stretch that begins and the one that ends the range; what lacks its year takes it from its partner."""
    if one.kind == two.kind == "weekday" and one.span and two.span and one.span > two.span:
        one = replace(one, span=(one.span[0] - 7 * DAY, one.span[1] - 7 * DAY))
    if two.dated or one.dated:
        if two.dated:
            last = latest(two, today, exact=True)
            first = latest(one, last[1], exact=True) if last else None
        else:
            first = latest(one, today, exact=True)
            last = earliest(two, first[0], exact=True) if first else None
        return (first, last) if first and last else None
    first = latest(one, today, exact=True)
    last = earliest(two, first[0], exact=True) if first else None
    if first and last and last[1] > today and _wraps(one, first, last):
        last = latest(two, today, exact=True)
        first = latest(one, last[1], exact=True) if last else None
    return (first, last) if first and last else None


def _wraps(part: Part, first: Span, last: Span) -> bool:
    """Whether the range runs over the end of a year (of a month, of a week), so that it may be the one before."""
    if part.kind == "weekday":
        return first[0].isocalendar().week != last[0].isocalendar().week
    if part.kind == "day" and part.month is None:
        return first[0].month != last[0].month
    return first[0].year != last[0].year


def _checked(first: Span, last: Span, adjacent: bool) -> Bounds:
    if first[0] > last[1]:
        raise ToolError(f"That period ends on {last[1]}, before it begins on {first[0]}; write the earlier date first.")
    if adjacent and last[0] > first[1] + DAY:
        raise ToolError(
            f"A period is one stretch of time; ask for {first[0]} to {first[1]} first, then for {last[0]} to {last[1]}."
        )
    return first[0], last[1]
