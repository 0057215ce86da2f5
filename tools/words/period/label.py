"""How a period reads: `November 2011`, `Q3 2011`, `5 November 2011`, `September to November 2011`."""

from datetime import date

from tools.words.period.calendar import unit_span


def label(start: date | None, end: date | None) -> str:
    if start is None or end is None:
        if start:
            return f"from {_day(start)} on"
        return f"up to {_day(end)}" if end else "all time"
    if start == end:
        return _day(start)
    whole = next((unit for unit in ("year", "quarter", "month") if (start, end) == unit_span(unit, start)), None)
    if whole == "quarter":
        return f"Q{(start.month + 2) // 3} {start.year}"
    if whole:
        return f"{start:%Y}" if whole == "year" else f"{start:%B %Y}"
    if start == unit_span("month", start)[0] and end == unit_span("month", end)[1]:
        return _months(start, end)
    if start.year != end.year:
        return f"{_day(start)} to {_day(end)}"
    return f"{start.day} {start:%B} to {_day(end)}" if start.month != end.month else f"{start.day} to {_day(end)}"


def _months(start: date, end: date) -> str:
    if (start.month, end.month) == (1, 12):
        return f"{start.year} to {end.year}"
    return f"{start:%B} to {end:%B %Y}" if start.year == end.year else f"{start:%B %Y} to {end:%B %Y}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
