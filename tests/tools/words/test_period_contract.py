"""The canonical forms of the contract, at several moments; labels; open ends."""

from datetime import date, datetime

import pytest

from tools.words import Period, parse_period

FRIDAY = datetime(2011, 12, 9, 12, 50)
SUNDAY = datetime(2024, 3, 31, 23, 59)
NEW_YEAR = datetime(2025, 1, 1, 0, 0)
LEAP_DAY = datetime(2024, 2, 29, 8, 0)

CANONICAL = [
    (FRIDAY, "2011", "2011-01-01..2011-12-31"),
    (FRIDAY, "2011-11", "2011-11-01..2011-11-30"),
    (FRIDAY, "2011-11-05", "2011-11-05..2011-11-05"),
    (FRIDAY, "2011-09..2011-11", "2011-09-01..2011-11-30"),
    (FRIDAY, "2011-12-01..2011-12-07", "2011-12-01..2011-12-07"),
    (FRIDAY, "2011-09..", "2011-09-01.."),
    (FRIDAY, "..2011-06", "..2011-06-30"),
    (FRIDAY, "2010..2011-03", "2010-01-01..2011-03-31"),
    (FRIDAY, "2011-02-28..2011-02", "2011-02-28..2011-02-28"),
    (FRIDAY, "all", "all"),
    (SUNDAY, "today", "2024-03-31..2024-03-31"),
    (SUNDAY, "yesterday", "2024-03-30..2024-03-30"),
    (SUNDAY, "this_week", "2024-03-25..2024-03-31"),
    (SUNDAY, "last_week", "2024-03-18..2024-03-24"),
    (SUNDAY, "last_7_days", "2024-03-25..2024-03-31"),
    (SUNDAY, "last_30_days", "2024-03-02..2024-03-31"),
    (SUNDAY, "last_90_days", "2024-01-02..2024-03-31"),
    (SUNDAY, "last_6_months", "2023-10-01..2024-03-31"),
    (SUNDAY, "last_12_months", "2023-04-01..2024-03-31"),
    (SUNDAY, "this_month", "2024-03-01..2024-03-31"),
    (SUNDAY, "last_month", "2024-02-01..2024-02-29"),
    (SUNDAY, "this_quarter", "2024-01-01..2024-03-31"),
    (SUNDAY, "last_quarter", "2023-10-01..2023-12-31"),
    (SUNDAY, "this_year", "2024-01-01..2024-12-31"),
    (SUNDAY, "last_year", "2023-01-01..2023-12-31"),
    (SUNDAY, "last weekend", "2024-03-23..2024-03-24"),
    (SUNDAY, "this weekend", "2024-03-30..2024-03-31"),
    (SUNDAY, "Sunday", "2024-03-31..2024-03-31"),
    (SUNDAY, "last Sunday", "2024-03-24..2024-03-24"),
    (SUNDAY, "last March", "2023-03-01..2023-03-31"),
    (SUNDAY, "this winter", "2023-12-01..2024-02-29"),
    (SUNDAY, "easter", "2024-03-29..2024-04-01"),
    (SUNDAY, "去年同期", "2023-01-01..2023-03-31"),
    (NEW_YEAR, "today", "2025-01-01..2025-01-01"),
    (NEW_YEAR, "yesterday", "2024-12-31..2024-12-31"),
    (NEW_YEAR, "last_week", "2024-12-23..2024-12-29"),
    (NEW_YEAR, "last_month", "2024-12-01..2024-12-31"),
    (NEW_YEAR, "last_quarter", "2024-10-01..2024-12-31"),
    (NEW_YEAR, "ytd", "2025-01-01..2025-01-01"),
    (NEW_YEAR, "December", "2024-12-01..2024-12-31"),
    (NEW_YEAR, "January", "2025-01-01..2025-01-31"),
    (NEW_YEAR, "last winter", "2023-12-01..2024-02-29"),
    (NEW_YEAR, "last Christmas", "2024-12-24..2024-12-26"),
    (NEW_YEAR, "week 1", "2024-12-30..2025-01-05"),
    (NEW_YEAR, "last 24 hours", "2024-12-31..2025-01-01"),
    (LEAP_DAY, "last_12_months", "2023-03-01..2024-02-29"),
    (LEAP_DAY, "same day last year", "2023-02-28..2023-02-28"),
    (LEAP_DAY, "a month ago", "2024-01-01..2024-01-31"),
    (LEAP_DAY, "29 February", "2024-02-29..2024-02-29"),
    (LEAP_DAY, "past month", "2024-01-31..2024-02-29"),
    (datetime(2023, 5, 1), "29 February", "2020-02-29..2020-02-29"),
    (datetime(2023, 5, 31), "a month ago", "2023-04-01..2023-04-30"),
    (datetime(2023, 6, 15), "May to July", "2023-05-01..2023-07-31"),
    (datetime(2023, 6, 15), "November to February", "2022-11-01..2023-02-28"),
    (datetime(2023, 6, 7), "Monday to Friday", "2023-06-05..2023-06-09"),
]


@pytest.mark.parametrize(("as_of", "said", "meant"), CANONICAL)
def test_canonical_forms(as_of: datetime, said: str, meant: str) -> None:
    assert parse_period(said, as_of).canonical == meant


@pytest.mark.parametrize(("as_of", "said", "meant"), CANONICAL)
def test_what_is_canonical_reads_as_itself(as_of: datetime, said: str, meant: str) -> None:
    assert parse_period(meant, as_of) == parse_period(said, as_of)


def test_ends_are_dates_or_open() -> None:
    assert parse_period("2011-11", FRIDAY) == Period(
        date(2011, 11, 1), date(2011, 11, 30), "2011-11-01..2011-11-30", "November 2011"
    )
    assert (parse_period("since 2010", FRIDAY).start, parse_period("since 2010", FRIDAY).end) == (
        date(2010, 1, 1),
        None,
    )
    assert (parse_period("all", FRIDAY).start, parse_period("all", FRIDAY).end) == (None, None)


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("2011", "2011"),
        ("Q3 2011", "Q3 2011"),
        ("last month", "November 2011"),
        ("yesterday", "8 December 2011"),
        ("2011-09..2011-11", "September to November 2011"),
        ("2010-12..2011-01", "December 2010 to January 2011"),
        ("2010..2011", "2010 to 2011"),
        ("1-11 November", "1 to 11 November 2011"),
        ("5 Nov to 3 Dec 2011", "5 November to 3 December 2011"),
        ("5 Nov 2010 to 3 Dec 2011", "5 November 2010 to 3 December 2011"),
        ("since September", "from 1 September 2011 on"),
        ("until June", "up to 30 June 2011"),
        ("all time", "all time"),
    ],
)
def test_labels(said: str, label: str) -> None:
    assert parse_period(said, FRIDAY).label == label
