"""Calendar arithmetic: the unit a day lies in, units before it, and spans that end with it."""

from datetime import date, datetime, timedelta

Span = tuple[date, date]
"""First and last day, both included."""

DAY = timedelta(days=1)
MONTHS = list[str]("jan feb mar apr may jun jul aug sep oct nov dec".split())
WEEKDAYS = list[str]("mon tue wed thu fri sat sun".split())
UNITS = list[str]("hour day week fortnight month quarter half season year weekend".split())
_MONTHS = {"month": 1, "quarter": 3, "season": 3, "half": 6, "year": 12}
_DAYS = {"day": 1, "week": 7, "fortnight": 14, "weekend": 7}


def unit_span(unit: str, day: date) -> Span:
    """The calendar unit that holds `day`. Weeks start on Monday; a fortnight is the 14 days that end with `day`."""
    if unit in _MONTHS:
        length = _MONTHS[unit]
        first = day.replace(day=1)
        offset = (day.month - (0 if unit == "season" else 1)) % length
        start = add_months(first, -offset)
        return start, add_months(start, length) - DAY
    if unit == "week":
        monday = day - day.weekday() * DAY
        return monday, monday + 6 * DAY
    if unit == "weekend":
        monday = day - day.weekday() * DAY
        return monday + 5 * DAY, monday + 6 * DAY
    return (day - 13 * DAY, day) if unit == "fortnight" else (day, day)


def shift(unit: str, day: date, count: int) -> date:
    """`day` moved by `count` units; the last day of a month stays within the month."""
    if unit in _MONTHS:
        return add_months(day, count * _MONTHS[unit])
    return day + timedelta(days=count * _DAYS[unit])


def add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, days_in(year, month + 1)))


def days_in(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - DAY).day


def month_span(year: int, month: int) -> Span:
    return unit_span("month", date(year, month, 1))


def rolling(unit: str, count: int, now: datetime) -> Span:
    """The last `count` units, ending with today. One month counts as 30 days; quarters are whole ones before this."""
    today = now.date()
    if unit == "hour":
        return (now - timedelta(hours=count)).date(), today
    if unit == "quarter" and count > 1:
        return whole(unit, count, today)
    if unit == "month" and count == 1:
        return today - 29 * DAY, today
    if unit == "quarter":
        return today - 89 * DAY, today
    return shift(unit, today, -count) + DAY, today


def whole(unit: str, count: int, today: date) -> Span:
    """The `count` calendar units before the current one."""
    start, _ = unit_span(unit, today)
    return shift(unit, start, -count), start - DAY
