"""Hundreds of ways to say a period, each with the days it means on Friday 9 December 2011."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from tools.result import ToolError
from tools.words import parse_period

AS_OF = datetime(2011, 12, 9, 12, 50)


def table(name: str) -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.rsplit("|", 1) for line in lines if not line.startswith("#")]
    return [(said.strip(), meant.strip()) for said, meant in pairs]


@pytest.mark.parametrize(("said", "meant"), table("periods_en.txt"))
def test_english(said: str, meant: str) -> None:
    assert parse_period(said, AS_OF).canonical == meant


@pytest.mark.parametrize(("said", "meant"), table("periods_zh.txt"))
def test_chinese(said: str, meant: str) -> None:
    assert parse_period(said, AS_OF).canonical == meant


def test_case_and_punctuation_make_no_difference() -> None:
    for said, meant in table("periods_en.txt"):
        assert parse_period(f" {said.upper()}?", AS_OF).canonical == meant, said


@pytest.mark.parametrize(
    ("said", "first", "second"),
    [
        ("March and May", "2011-03-01 to 2011-03-31", "2011-05-01 to 2011-05-31"),
        ("10月和12月", "2011-10-01 to 2011-10-31", "2011-12-01 to 2011-12-31"),
    ],
)
def test_two_stretches_with_a_gap_are_not_one_period(said: str, first: str, second: str) -> None:
    with pytest.raises(ToolError, match=f"one stretch of time; ask for {first} first, then for {second}"):
        parse_period(said, AS_OF)


@pytest.mark.parametrize("said", ["2011-09..2011-03", "from 5 Nov 2011 to 1 Nov 2011", "2011年9月到2010年3月"])
def test_a_range_that_ends_before_it_begins(said: str) -> None:
    with pytest.raises(ToolError, match="write the earlier date first"):
        parse_period(said, AS_OF)


@pytest.mark.parametrize("said", ["next month", "tomorrow", "明天", "下个月", "下周", "the coming week"])
def test_the_future_has_no_figures(said: str) -> None:
    with pytest.raises(ToolError, match="lies in the future: the shop's data ends on 2011-12-09"):
        parse_period(said, AS_OF)


NOT_PERIODS = """
foo; revenue; 3 to 5; 31 February; 2011-13; 2011-02-30; 30/02/2011; week 60; last 0 days; last 99999999 days; 99999; 0
the day the music died; 你好; 哈哈; -; ..; to; since; from to; last last; q5; h3; @christmas_eve_; 月月; last 40000
last 36000 months; days; weeks; months; half; hours; quarterly;
match; merch; string; sent; novel; jane; 当天; the other day; last century
"""


@pytest.mark.parametrize("said", ["", " ", "x" * 10_000, "年" * 140, *re.split(r";?\n|;", NOT_PERIODS)])
def test_what_is_no_period_is_answered_with_examples(said: str) -> None:
    with pytest.raises(ToolError, match=r"^I can't read .{0,64} as a period; write for example 2011-11, .*月.$"):
        parse_period(said, AS_OF)
