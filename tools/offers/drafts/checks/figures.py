"""The figures of a text: percentages, sums of money, dates and bare numbers, however they are written."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

from babel.dates import get_month_names

from tools.offers.drafts.checks.number_words import digits

Kind = Literal["percent", "money", "date", "number"]
_NUMBER = r"\d+(?:[.,' ]\d{3})*(?:[.,]\d{1,2})?|\d+"
_EDGE = r"(?<![A-Za-zÀ-ÿ0-9_.,])"  # Chinese characters may stand right before a figure
_SYMBOLS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "CNY", "￥": "CNY"}
_NAMES = {
    "GBP": r"GBP|pounds?(?: sterling)?|quid|pfund|livres?(?: sterling)?|libras?|pond(?:en)?|英镑|镑",
    "EUR": r"EUR|euros?|欧元",
    "USD": r"USD|dollars?|dollar|dólares?|美元|美金",
    "CNY": r"CNY|RMB|yuan|元|块钱?|人民币",
    "?": r"CHF|SEK|JPY|franken|pence|cents?|céntimos?|centimes?",
}
_PERCENT_WORDS = r"%|％|percent|per cent|prozent\w*|pour ?cents?|por ciento|procent|个百分点"
_PERCENT = re.compile(rf"{_EDGE}({_NUMBER})\s*-?\s*(?:{_PERCENT_WORDS})", re.IGNORECASE)
_OFF_TENTHS = re.compile(r"(\d{1,2}(?:\.\d)?)\s*折")
_BEFORE = re.compile(rf"([£€$¥￥]|(?<![A-Za-z])(?:GBP|EUR|USD|CNY|RMB|CHF)(?![A-Za-z]))\s*({_NUMBER})", re.IGNORECASE)
_AFTER = re.compile(rf"{_EDGE}({_NUMBER})\s*-?\s*([£€$¥￥]|(?:{'|'.join(_NAMES.values())})(?![a-zà-ÿ]))", re.IGNORECASE)
_BARE = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclass(frozen=True)
class Figure:
    """`value` is the share off for a percentage (as 20), the sum for money, None for a date; `currency` "?" means one
    that is not told apart; `at` is where it stands in `Figures.text`."""

    kind: Kind
    written: str
    value: Decimal | None = None
    currency: str | None = None
    day: tuple[int | None, int, int] | None = None  # year, month, day
    at: int = 0


@dataclass
class Figures:
    """What was found; `text` has number words as digits."""

    text: str
    found: list[Figure]


def figures(text: str, language: str) -> Figures:
    """Figures of the text, each once; what one pattern has taken no other sees."""
    text = digits(text, language)
    found: list[Figure] = []
    left = text
    for pattern, read in ((_dates(language), _date), (_OFF_TENTHS, _tenths), (_PERCENT, _percent)):
        for one in pattern.finditer(left):
            found.append(read(one))
        left = pattern.sub(_blank, left)
    for pattern, order in ((_BEFORE, (2, 1)), (_AFTER, (1, 2))):
        for one in pattern.finditer(left):
            found.append(Figure("money", one[0], _value(one[order[0]]), _currency(one[order[1]]), at=one.start()))
        left = pattern.sub(_blank, left)
    found += [Figure("number", one[0], _value(one[0]), at=one.start()) for one in _BARE.finditer(left)]
    return Figures(text, found)


def _blank(found: re.Match[str]) -> str:
    return "·" * len(found[0])


def _percent(found: re.Match[str]) -> Figure:
    return Figure("percent", found[0].strip(), _value(found[1]), at=found.start())


def _tenths(found: re.Match[str]) -> Figure:
    """9 折 is 10 % off, 85 折 is 15 %."""
    value = Decimal(found[1])
    return Figure("percent", found[0], 100 - value * (10 if value < 10 else 1), at=found.start())


def _currency(written: str) -> str:
    if written in _SYMBOLS:
        return _SYMBOLS[written]
    return next(code for code, names in _NAMES.items() if re.fullmatch(names, written, re.IGNORECASE))


def _value(written: str) -> Decimal | None:
    """`1,000` is a thousand, `8,00` is eight."""
    bare = re.sub(r"[' ]", "", written.strip()).replace(":", ".")
    bare = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", bare).replace(",", ".")
    return Decimal(bare) if re.fullmatch(r"\d+(?:\.\d+)?", bare) else None


def _date(found: re.Match[str]) -> Figure:
    parts = {name: value for name, value in found.groupdict().items() if value}
    named = next((value for name, value in parts.items() if name.startswith("m")), "")
    month = int(named) if named.isdigit() else _months()[named.casefold().rstrip(".")]
    number = int(next(value for name, value in parts.items() if name.startswith("d")))
    year = next((int(value) for name, value in parts.items() if name.startswith("y")), None)
    if year is not None and year < 100:
        year += 2000
    return Figure("date", found[0].strip(), day=(year, month, number), at=found.start())


def same_day(day: tuple[int | None, int, int], wanted: date, language: str) -> bool:
    """A date of figures alone is read as the language writes it; in English either way."""
    year, month, number = day
    if year not in (None, wanted.year):
        return False
    asked = (wanted.month, wanted.day)
    return asked == (month, number) or (language == "en" and asked == (number, month))


@cache
def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in ("en", "de", "fr", "es", "nl"):
        for width in ("wide", "abbreviated"):
            for month, name in get_month_names(width, locale=language).items():  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
                names.setdefault(str(name).casefold().rstrip("."), int(month))  # pyright: ignore[reportUnknownArgumentType]
    return names


@cache
def _dates(_language: str) -> re.Pattern[str]:
    month = "|".join(re.escape(one) for one in sorted(_months(), key=len, reverse=True))
    return re.compile(
        r"(?P<y1>\d{4})\s*年\s*(?P<m1>\d{1,2})\s*月\s*(?P<d1>\d{1,2})\s*[日号]|(?P<m2>\d{1,2})\s*月\s*(?P<d2>\d{1,2})\s*[日号]|"
        r"(?P<y3>\d{4})[-/.](?P<m3>\d{1,2})[-/.](?P<d3>\d{1,2})|"
        r"(?<![\d.])(?P<d4>[0-3]?\d)[./-](?P<m4>[01]?\d)[./-](?P<y4>\d{4}|\d{2})(?!\d)|"
        r"(?<![\d.,])(?P<d5>[0-3]?\d)[./](?P<m5>[01]?\d)\.(?!\d)|"
        rf"\b(?P<d6>[0-3]?\d)(?:\.|st|nd|rd|th|er)?\s+(?:of |de )?(?P<m6>{month})\b\.?"
        r"(?:,?\s+(?:de |del )?(?P<y6>\d{4}))?|"
        rf"\b(?P<m7>{month})\b\.?\s+(?:the )?(?P<d7>[0-3]?\d)(?!\d)(?:st|nd|rd|th)?(?:,?\s+(?P<y7>\d{{4}}))?",
        re.IGNORECASE,
    )
