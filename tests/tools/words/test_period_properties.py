"""Periods built from random dates, in many spellings, against plain date arithmetic; and nothing but ToolError."""

import calendar
import contextlib
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.result import ToolError
from tools.words import parse_period

days = st.dates(date(1995, 1, 1), date(2040, 12, 31))
moments = st.datetimes(datetime(1995, 1, 1), datetime(2040, 12, 31))
AS_OF = datetime(2041, 1, 1)
quick = settings(max_examples=60, deadline=None)

DAY_SPELLINGS = [
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
    "{0:%Y%m%d}",
    "{0:%d/%m/%Y}",
    "{0:%d.%m.%Y}",
    "{0.day} {0:%B} {0.year}",
    "{0:%B} {0.day}, {0.year}",
    "the {0.day}th of {0:%B} {0.year}",
    "{0.day}-{0:%b}-{0.year}",
    "{0:%b} {0.day} {0.year}",
    "{0:%A} {0.day} {0:%b} {0.year}",
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}年{0.month}月{0.day}號",
]
MONTH_SPELLINGS = ["{0:%Y-%m}", "{0:%B} {0.year}", "{0.year}年{0.month}月份", "{0:%m}/{0.year}", "{0.year} {0:%b}"]
RANGES = ["{} to {}", "from {} until {}", "between {} and {}", "{}..{}", "{} - {}", "从{}到{}", "在{}和{}之间"]


def month(day: date) -> tuple[date, date]:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


@quick
@given(days, st.sampled_from(DAY_SPELLINGS))
def test_days(day: date, spelling: str) -> None:
    period = parse_period(spelling.format(day), AS_OF)
    assert (period.start, period.end) == (day, day)


@quick
@given(days, st.sampled_from(MONTH_SPELLINGS))
def test_months(day: date, spelling: str) -> None:
    period = parse_period(spelling.format(day), AS_OF)
    assert (period.start, period.end) == month(day)


@quick
@given(days, days, st.sampled_from(DAY_SPELLINGS), st.sampled_from(DAY_SPELLINGS), st.sampled_from(RANGES))
def test_ranges_of_days(one: date, two: date, first: str, second: str, range_: str) -> None:
    one, two = sorted((one, two))
    period = parse_period(range_.format(first.format(one), second.format(two)), AS_OF)
    assert (period.start, period.end) == (one, two)


@quick
@given(days, st.sampled_from(DAY_SPELLINGS + MONTH_SPELLINGS))
def test_open_ends(day: date, spelling: str) -> None:
    said = spelling.format(day)
    first, last = (day, day) if spelling in DAY_SPELLINGS else month(day)
    since, until = parse_period(f"since {said}", AS_OF), parse_period(f"until {said}", AS_OF)
    assert (since.start, since.end, until.start, until.end) == (first, None, None, last)
    assert parse_period(f"before {said}", AS_OF).end == first - timedelta(days=1)
    assert parse_period(f"after {said}", AS_OF).start == last + timedelta(days=1)
    assert parse_period(f"自{said}以来", AS_OF).start == first


@quick
@given(moments, st.integers(1, 400))
def test_last_days_end_today(now: datetime, count: int) -> None:
    for said in (f"last {count} days", f"最近{count}天", f"past {count}d", f"last_{count}_days"):
        period = parse_period(said, now)
        assert (period.start, period.end) == (now.date() - timedelta(days=count - 1), now.date())


@quick
@given(moments)
def test_calendar_units(now: datetime) -> None:
    today = now.date()
    monday = today - timedelta(days=today.weekday())
    last = today.replace(day=1) - timedelta(days=1)
    assert parse_period("last week", now).start == monday - timedelta(days=7)
    assert parse_period("上周日", now).start == monday - timedelta(days=1)
    assert parse_period("last month", now).end == last
    assert parse_period("上上个月", now).end == last.replace(day=1) - timedelta(days=1)
    assert parse_period("去年", now).canonical == f"{now.year - 1}-01-01..{now.year - 1}-12-31"
    assert parse_period("year to date", now).canonical == f"{now.year}-01-01..{today}"


@quick
@given(moments, st.integers(1, 12))
def test_a_month_without_a_year_is_the_latest_begun(now: datetime, number: int) -> None:
    start = parse_period(calendar.month_name[number], now).start
    assert start == date(now.year - (number > now.month), number, 1)
    assert parse_period(f"{number}月", now).start == start


@quick
@given(moments, st.sampled_from(list(calendar.day_name)))
def test_weekdays_are_the_latest(now: datetime, name: str) -> None:
    day, last = parse_period(name, now).start, parse_period(f"last {name}", now).start
    assert day is not None
    assert last is not None
    assert (f"{day:%A}", f"{last:%A}") == (name, name)
    assert 0 <= (now.date() - day).days < 7
    assert 0 < (now.date() - last).days <= 7


PIECES = """
last past this next since until from to and between before after of the in 1st 2nd third 3 11 2011 30 days weeks months
year quarter half Q3 H1 march sept friday weekend christmas easter summer week early late end start ago ytd ..
- / , . ' 去年 上个 最近 三 十 月 日 号 年 周 季度 到 至 以来 之前 之后 前 后 半 第 初 底
上旬 双十一 今天 00:00 2011-02-30 12/25 @ { \\ ^
""".split()
heaps = st.lists(st.sampled_from(PIECES), max_size=8)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), heaps.map(" ".join), heaps.map("".join)), moments)
def test_anything_else_is_a_period_or_a_tool_error(text: str, now: datetime) -> None:
    with contextlib.suppress(ToolError):
        period = parse_period(text, now)
        assert period.start is None or period.end is None or period.start <= period.end
        assert parse_period(period.canonical, now) == period


@pytest.mark.parametrize("moment", [datetime.min, datetime.max])
@pytest.mark.parametrize("text", "last year;last 30 days;march;since last summer;上周;easter;29 feb;week 53".split(";"))
def test_the_ends_of_the_calendar_do_no_harm(text: str, moment: datetime) -> None:
    with contextlib.suppress(ToolError):
        parse_period(text, moment)
