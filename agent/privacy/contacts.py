"""E-mail addresses and phone numbers in running text. Ids, amounts and dates are none."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

# One to one, so that positions stay those of the original text.
_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}

_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+'-]*@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?![A-Za-z0-9@])"
)

_CALL = r"(?:call|ring|text)(?:ed|s|ing)?(?: (?:me|us|him|her|them|back))?(?: (?:on|at|from))?"
_CUE = rf"(?:phone|mobile|cell|tel(?:ephone)?|whatsapp|fax|{_CALL}|手机号?|电话|号码|联系方式)"
_CUED = re.compile(
    _CUE + r"(?:\s*(?:number|no\.?|is|was|号码|号|是|为)){0,3}\s*[:：#]?\s*(\+?\(?\d[\d ().-]{5,17}\d)(?![\w.,]?\d)",
    re.IGNORECASE,
)
_INTERNATIONAL = re.compile(
    r"(?<![\w+])(?:\+\s?|00)[1-9]\d{0,2}[ .\-]?(?:\(0?\d{1,4}\)[ .\-]?)?\d{1,12}(?:[ .\-]\d{2,8}){0,5}(?!\d|[.,]\d)"
)
_CHINESE = re.compile(r"(?<![\w.,+-])(?:86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d|[.,]\d|[A-Za-z_-])", re.ASCII)
_AMERICAN = re.compile(
    r"(?<![\d.,+-])(?:1[ .-])?"
    r"(?:\([2-9]\d\d\)[ .-]?[2-9]\d\d[ .-]\d{4}|[2-9]\d\d([.-])[2-9]\d\d\1\d{4})(?!\d|[.,]\d|-\d)"
)
_TRUNK = re.compile(
    r"(?<![\w.,/:+-])\(?0[1-9]\d{0,3}\)?"
    r"(?:[ -]?\d{3,4}[ -]?\d{3,4}|[ -]?\d{6,7}|(?:[ .-]\d{2}){4})(?!\d|[.,/:]\d|-\d|[A-Za-z_])",
    re.ASCII,
)

_ID_WORD = r"\b(?:order|invoice|purchase|tracking|parcel|sku|product|item|review|ref(?:erence)?|id)"
_ID_BEFORE = re.compile(
    rf"(?:{_ID_WORD}|订单|单号|货号|编号|商品)(?:\s*(?:id|no\.?|numbers?|nr\.?|号码|号|是|为))?\s*[:：#]?\s*$"
    r"|#\s*$|[£$€¥￥]\s*$",
    re.IGNORECASE,
)
_UNIT = r"(?:GBP|USD|EUR|CNY|RMB|pounds?|dollars?|euros?|orders?|units?|views?|items?)\b"
_UNIT_AFTER = re.compile(rf"\s*(?:[%％£$€¥￥元块万亿件单次人]|{_UNIT})", re.IGNORECASE)
# Every pattern of a phone number needs this; most text has none, and each streamed piece is looked at.
_LONG_NUMBER = re.compile(r"\d[\d ().-]{5,}\d")
_DATE = re.compile(r"(?:19|20)\d\d[-./ ](?:0?[1-9]|1[0-2])[-./ ]\d|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d$")


class Span(NamedTuple):
    """A piece of personal data at text[start:end]."""

    start: int
    end: int
    kind: str


def contact_spans(text: str) -> list[Span]:
    """All e-mail addresses and phone numbers, in order, without overlaps."""
    plain = text.translate(_WIDE)
    found: list[Span] = []
    if "@" in plain:
        found += [Span(*match.span(), "email") for match in _EMAIL.finditer(plain)]
    if _LONG_NUMBER.search(plain):
        found += _phones(plain)
    return without_overlaps(found)


def without_overlaps(spans: list[Span]) -> list[Span]:
    """In order of position; of two that overlap, the earlier, or of one start the longer."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _phones(text: str) -> Iterator[Span]:
    for match in _CUED.finditer(text):
        if 7 <= _digits(match[1]) <= 15 and not _DATE.search(match[1]):
            yield Span(*match.span(1), "phone")
    for pattern, fits in _SHAPES:
        for match in pattern.finditer(text):
            if fits(match[0]) and not _is_something_else(text, match.start(), match.end()):
                yield Span(*match.span(), "phone")


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)


def _fits_international(text: str) -> bool:
    # A bare "+14561458" is a rise rather than a number to call.
    return (8 if re.search(r"\d[ .()-]+\d", text) else 10) <= _digits(text) <= 17 and not re.fullmatch(
        r"\+\d+\.\d\d?", text
    )


def _fits_trunk(text: str) -> bool:
    return 9 <= _digits(text) <= 12 and not _DATE.search(text)


_SHAPES: list[tuple[re.Pattern[str], Callable[[str], bool]]] = [
    (_INTERNATIONAL, _fits_international),
    (_CHINESE, lambda text: True),
    (_AMERICAN, lambda text: not _DATE.search(text)),
    (_TRUNK, _fits_trunk),
]


def _is_something_else(text: str, start: int, end: int) -> bool:
    if text[start] == "+":
        return bool(_UNIT_AFTER.match(text, end))
    return bool(_ID_BEFORE.search(text[max(0, start - 24) : start]) or _UNIT_AFTER.match(text, end))
