"""Numbers in running text, with the unit they are in and how precisely they are said."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from agent.grounding.dates import Date, dates
from agent.grounding.words import CHINESE, ENGLISH, LARGEST, chinese_number, english_number

Unit = Literal["percent", "money", ""]

_SCALES = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "million": 1e6, "millions": 1e6,
    "b": 1e9, "bn": 1e9, "billion": 1e9,
    "百": 1e2, "千": 1e3, "万": 1e4, "w": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8,
}  # fmt: skip
_TOKEN = re.compile(r"<(?:email|phone|name)-\d+>|\[(?:e-mail|phone) hidden\]")
_CODE = re.compile(r"(?<![\w.])(?:[A-Za-z]+[-_]?\d[\w-]*|\d+[A-Za-z_-]+\d[\w-]*|\d{3,}[A-Za-z]{1,3})(?![\w])", re.ASCII)
_DIGITS = r"\d+(?:(?:[,.'’\u00a0\u202f]\d{3})+(?!\d))?(?:[.,]\d+)?"
_NUMBER = re.compile(
    rf"(?P<money>[£$€¥￥]|\b(?:GBP|USD|EUR|CNY|RMB)\s?)?(?<![\d])(?P<digits>{_DIGITS})"
    r"(?:(?P<suffix>[kKmMbBwW]n?\b)|\s?(?P<scale>thousand|millions?|billion|bn|mn|百万|千万|十万|[百千万亿])(?![A-Za-z]))?"
    r"(?:\s?(?P<percent>%|％|per\s?cent|pct|percentage|pp\b|个百分点)|\s?(?P<after>[£$€元块]|GBP|USD|EUR|pounds?|dollars?|euros?)(?![A-Za-z\d]))?"
)
_ORDINAL = re.compile(r"\s?(?:st|nd|rd|th)\b", re.IGNORECASE)
_CHINESE_PERCENT = re.compile(rf"百分之(?P<chinese>{CHINESE})|百分之(?P<digits>\d+(?:\.\d+)?)")
_ENGLISH = re.compile(ENGLISH + r"(?P<percent>\s+per\s?cent)?", re.IGNORECASE)
_CHINESE = re.compile(rf"(?<![千万百第上下星期周每统另])(?P<digits>{CHINESE})")


class Reading(NamedTuple):
    """One way to read a number: its size and the step of its last digit."""

    value: float
    step: float


class Number(NamedTuple):
    """A number at text[start:end]. A text such as "1.456" has more than one reading."""

    start: int
    end: int
    text: str
    readings: tuple[Reading, ...]
    unit: Unit = ""
    kind: Literal["digits", "words", "ordinal"] = "digits"


class Code(NamedTuple):
    """An id such as c001042 or 85123A."""

    start: int
    end: int
    text: str


class Figures(NamedTuple):
    """All that counts in a text."""

    numbers: list[Number]
    dates: list[Date]
    codes: list[Code]


def figures(text: str) -> Figures:
    """The numbers, dates and ids of a text; a place in the text is only one of them."""
    text = _TOKEN.sub(lambda found: " " * len(found[0]), text)
    found_dates = dates(text)
    text = _blank(text, found_dates)
    codes = [Code(*match.span(), match[0]) for match in _CODE.finditer(text) if not _is_scaled(match[0])]
    text = _blank(text, codes)
    percents = list(_chinese_percents(text))
    text = _blank(text, percents)
    digits = list(_digit_numbers(text))
    words = list(_word_numbers(_blank(text, digits)))
    return Figures(sorted([*percents, *digits, *words]), found_dates, codes)


def _blank(text: str, spans: list[Date] | list[Code] | list[Number]) -> str:
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def _is_scaled(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(?:k|m|bn|b|w|st|nd|rd|th|am|pm|x|mn)", text, re.IGNORECASE))


def _digit_numbers(text: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(text):
        suffix = (match["suffix"] or match["scale"] or "").lower()
        scales = [_SCALES[suffix]] if suffix in _SCALES else [1.0]
        if match["suffix"] in {"m", "b", "w"}:
            scales.append(1.0)
        readings = tuple(Reading(value * s, step * s) for value, step in _readings(match["digits"]) for s in scales)
        unit: Unit = "percent" if match["percent"] else "money" if match["money"] or match["after"] else ""
        ranked = _ORDINAL.match(text, match.end()) or text[: match.start()].endswith("第")
        kind = "ordinal" if ranked and not unit else "digits"
        yield Number(match.start(), match.end(), match[0].strip(), readings, unit, kind)


def _readings(digits: str) -> list[Reading]:
    """By any country's custom: "1,456.80" and "1.456,80" are one value, "1.456" has two; "1,456" is over a thousand."""
    bare = re.sub(r"['’\u00a0\u202f]", "", digits)
    customs = [(",", "."), (".", ",")]
    read = [_decimal(bare, thousands, point) for thousands, point in customs if _fits(bare, thousands, point)]
    return list(dict.fromkeys(read)) or [Reading(float(re.sub(r"\D", "", bare)), 1.0)]


def _fits(digits: str, thousands: str, point: str) -> bool:
    whole, _, decimals = digits.partition(point)
    groups = whole.split(thousands)
    if point == "," and len(decimals) == 3:
        return False
    return thousands not in decimals and point not in decimals and all(len(group) == 3 for group in groups[1:])


def _decimal(digits: str, thousands: str, point: str) -> Reading:
    whole, _, decimals = digits.partition(point)
    value = min(float(f"{whole.replace(thousands, '')}.{decimals or 0}"), float(LARGEST))
    return Reading(value, 10.0 ** -len(decimals))


def _chinese_percents(text: str) -> Iterator[Number]:
    for match in _CHINESE_PERCENT.finditer(text):
        reading = Reading(chinese_number(match["chinese"]), 1.0) if match["chinese"] else _readings(match["digits"])[0]
        yield Number(match.start(), match.end(), match[0], (reading,), "percent")


def _word_numbers(text: str) -> Iterator[Number]:
    for match in _ENGLISH.finditer(text):
        unit: Unit = "percent" if match["percent"] else ""
        yield Number(match.start(), match.end(), match[0], (Reading(english_number(match[0]), 1.0),), unit, "words")
    for match in _CHINESE.finditer(text):
        value = chinese_number(match["digits"])
        yield Number(match.start(), match.end(), match[0], (Reading(value, 1.0),), "", "words")
