"""A stretch of time as said: a month without a year, a day without a month, the second half of something."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from tools.words.period.calendar import DAY, WEEKDAYS, Span, add_months, days_in, month_span, unit_span
from tools.words.period.holidays import holiday_span

Kind = Literal[
    "year", "half", "quarter", "season", "month", "week", "day", "weekday", "weekend", "holiday", "bare", "fixed"
]
_DECADE = 10


@dataclass(frozen=True)
class Cut:
    """A slice of a longer stretch: `count` pieces of `unit` from piece `first` (from 0; negative counts from the end).

    `edge` marks the start or end of something, which is one day where it bounds a range.
    """

    unit: str
    first: int = 0
    count: int = 1
    edge: Literal["", "start", "end"] = ""


@dataclass(frozen=True)
class Part:
    """What was said and what was left out.

    `number` is the year's half, quarter, season, month or ISO week, the day of the month, or the weekday from 0; a
    `bare` number waits for its partner in a range to say what it counts. `edge` is the exact day a fixed stretch means
    as a bound ("since two weeks ago").
    """

    kind: Kind
    number: int = 0
    month: int | None = None
    year: int | None = None
    name: str = ""
    span: Span | None = None
    edge: date | None = None
    cuts: tuple[Cut, ...] = ()

    @property
    def dated(self) -> bool:
        """Whether it can mean only one stretch of time."""
        return self.span is not None or self.year is not None

    def cut(self, cut: Cut) -> "Part":
        return replace(self, cuts=(*self.cuts, cut))


def fixed(span: Span, edge: date | None = None) -> Part:
    return Part("fixed", span=span, edge=edge)


def occurrences(part: Part, around: date, exact: bool = False) -> list[Span]:
    """The stretches of time `part` can mean, oldest first, from some years before `around` to the year after.

    `exact` makes the start or end of something a single day.
    """
    if exact and part.edge and not part.cuts:
        return [(part.edge, part.edge)]
    spans: list[Span] = []
    for span in [part.span] if part.span else _candidates(part, around):
        for cut in part.cuts:
            span = sliced(span, cut, exact) if span else None
        if span:
            spans.append(span)
    return spans


def _candidates(part: Part, around: date) -> list[Span | None]:
    if part.kind == "bare" or (part.kind == "day" and part.month is None and part.year is not None):
        return []
    if part.kind in ("weekday", "weekend"):
        monday = unit_span("week", around)[0]
        return [_of_week(part, monday + 7 * shift * DAY) for shift in range(-3, 3)]
    if part.kind == "day" and part.month is None:
        months = [add_months(around.replace(day=1), shift) for shift in range(-12, 2)]
        return [_of_year(replace(part, month=first.month), first.year) for first in months]
    years = [part.year] if part.year is not None else range(around.year - _DECADE, around.year + 2)
    return [_of_year(part, year) for year in years]


def _of_week(part: Part, monday: date) -> Span:
    if part.kind == "weekend":
        return monday + 5 * DAY, monday + 6 * DAY
    return monday + part.number * DAY, monday + part.number * DAY


def _of_year(part: Part, year: int) -> Span | None:
    """The stretch in `year`, None where there is none (30 February, week 53)."""
    number = part.number
    if part.kind == "day" and part.month:
        return (day := date(year, part.month, number), day) if number <= days_in(year, part.month) else None
    if part.kind == "week":
        try:
            return unit_span("week", date.fromisocalendar(year, number, 1))
        except ValueError:
            return None
    if part.kind == "holiday":
        return holiday_span(part.name, year)
    if part.kind == "year":
        return unit_span("year", date(year, 1, 1))
    length = {"month": 1, "quarter": 3, "season": 3, "half": 6}[part.kind]
    first = add_months(date(year, 1, 1), (number - 1) * length + 2 * (part.kind == "season"))
    return first, add_months(first, length) - DAY


def sliced(span: Span, cut: Cut, exact: bool = False) -> Span | None:
    """The piece of `span` that `cut` names, None where `span` is too short for it."""
    if cut.edge and exact:
        return (span[0], span[0]) if cut.edge == "start" else (span[1], span[1])
    pieces = _pieces(span, cut.unit, from_end=cut.first < 0)
    chosen = pieces[cut.first :][: cut.count] if cut.first >= -len(pieces) else []
    return (chosen[0][0], chosen[-1][1]) if len(chosen) == cut.count else None


def _pieces(span: Span, unit: str, from_end: bool) -> list[Span]:
    start, end = span
    if unit in ("third", "half"):
        return _portions(span, 3 if unit == "third" else 2)
    if unit == "edge":
        return _pieces(span, "month", from_end) if (end - start).days > 45 else _portions(span, 3)
    pieces: list[Span] = []
    if unit in ("day", "week", "fortnight"):
        length = {"day": 1, "week": 7, "fortnight": 14}[unit]
        offset = ((end - start).days + 1) % length if from_end else 0
        first = start + timedelta(days=offset)
        while first <= end:
            pieces.append((first, min(first + timedelta(days=length - 1), end)))
            first += timedelta(days=length)
        return pieces
    if unit in WEEKDAYS:
        first = start + (WEEKDAYS.index(unit) - start.weekday()) % 7 * DAY
        return [(day, day) for day in (first + 7 * week * DAY for week in range((end - first).days // 7 + 1))]
    while start <= end:
        piece = unit_span(unit, start)
        if piece[0] >= span[0] and piece[1] <= end:
            pieces.append(piece)
        start = piece[1] + DAY
    return pieces


def _portions(span: Span, count: int) -> list[Span]:
    """Halves or thirds: of a month 1-15 or 1-10 and so on, of a year whole months, of anything else whole days."""
    start, end = span
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    if span == (month_span(start.year, start.month)):
        bounds = [start + timedelta(days=(30 // count) * index) for index in range(count)]
    elif start.day == 1 and end == add_months(start, months) - DAY and months % count == 0:
        bounds = [add_months(start, index * months // count) for index in range(count)]
    else:
        days = (end - start).days + 1
        bounds = [start + timedelta(days=-(-days * index // count)) for index in range(count)]
    lasts = [*(bound - DAY for bound in bounds[1:]), end]
    return [(first, last) for first, last in zip(bounds, lasts, strict=True) if first <= last]


def latest(part: Part, limit: date, exact: bool = False) -> Span | None:
    """The last occurrence that begins by `limit`, or the first one there is."""
    spans = occurrences(part, limit, exact)
    return next((span for span in reversed(spans) if span[0] <= limit), spans[0] if spans else None)


def earliest(part: Part, limit: date, exact: bool = False) -> Span | None:
    """The first occurrence that ends on `limit` or later, or the last one there is."""
    spans = occurrences(part, limit, exact)
    return next((span for span in spans if span[1] >= limit), spans[-1] if spans else None)


def before(part: Part, today: date) -> Span | None:
    """The last occurrence that is over ("last March", "last Friday")."""
    return next((span for span in reversed(occurrences(part, today)) if span[1] < today), None)
