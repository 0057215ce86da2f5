"""Which numbers of an answer nothing supports. Pure functions of text."""

import re
from bisect import bisect_left, bisect_right

from agent.grounding.dates import Date
from agent.grounding.evidence import Evidence
from agent.grounding.numbers import Code, Number, Reading, Unit, figures

_SMALL = 12
# Without "about", only long numbers may be rounded at will, and little: 1,456,000 for 1,456,145; no year for another.
_LONG = 10_000
_ROUND_ENOUGH = 0.005
_LEAST_CODE_DIGITS = 3

_FENCED_CODE = re.compile(r"```.*?```", re.DOTALL)
_LIST_MARK = re.compile(r"^[ \t]*(?:[-*•]|\(?(?:\d{1,3})(?:[.)](?=\s)|[、）](?=\D)))", re.MULTILINE)
_ABOUT = re.compile(
    r"(?:\babout|\baround|\broughly|\bapprox(?:imately|\.)?|\bsome|\bca\.?|~|≈|约|大约|大概|将近)\s*[£$€¥￥]?\s*$",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"(?:\bover|\bmore than|\babove|\bat least|\bexceed(?:s|ed|ing)?|超过|多于|至少|逾)\s*[£$€¥￥]?\s*$", re.IGNORECASE
)
_UNDER = re.compile(
    r"(?:\bnearly|\balmost|\bunder|\bless than|\bbelow|\bclose to|\bjust short of|近|接近|不到|低于)\s*[£$€¥￥]?\s*$",
    re.IGNORECASE,
)
_IDIOM = re.compile(r"24/7|50/50|\bQ[1-4]\b|\bH[12]\b", re.IGNORECASE)


def unsupported(answer: str, known: Evidence) -> list[str]:
    """The numbers, dates and ids of the answer that `known` does not support, as they are written there.

    Numbers in words up to twelve, ordinals up to twelve and marks of lists are not claims.
    """
    text = _FENCED_CODE.sub(lambda block: " " * len(block[0]), answer)
    listed = len(_LIST_MARK.findall(text))
    text = _IDIOM.sub(lambda mark: " " * len(mark[0]), _LIST_MARK.sub(lambda mark: " " * len(mark[0]), text))
    found = figures(text)
    counts = known.counts | {listed} if listed else known.counts
    wrong: list[tuple[int, str]] = []
    wrong += [(n.start, n.text) for n in found.numbers if not _is_supported(n, text, known, counts)]
    wrong += [(d.start, text[d.start : d.end].strip()) for d in found.dates if not _is_known_date(d, known)]
    wrong += [(c.start, c.text) for c in found.codes if not _is_known_code(c, known)]
    return list(dict.fromkeys(said for _, said in sorted(wrong)))


def _is_supported(number: Number, text: str, known: Evidence, counts: frozenset[int]) -> bool:
    if number.kind != "digits" and number.unit == "" and number.readings[0].value <= _SMALL:
        return True
    if number.unit == "" and any(reading.value in counts for reading in number.readings):
        return True
    before = text[max(0, number.start - 24) : number.start]
    return any(_near(low, high, number.unit, known) for low, high in (_range(r, before) for r in number.readings))


def _range(reading: Reading, before: str) -> tuple[float, float]:
    """The values that a number so said may stand for."""
    value, half = reading.value, reading.step / 2
    round_step = max(reading.step, _round_step(value))
    if _OVER.search(before):
        low, high = value, value + round_step
    elif _UNDER.search(before):
        low, high = value - round_step, value
    else:
        if not _ABOUT.search(before):
            round_step = min(round_step, 2 * _ROUND_ENOUGH * value) if value >= _LONG else 0.0
        half = max(half, round_step / 2)
        low, high = value - half, value + half
    slack = 1e-9 * max(1.0, abs(value))
    return low - slack, high + slack


def _round_step(value: float) -> float:
    """1,500 is said to the hundred."""
    if value < 10 or value != int(value):
        return 0.0
    digits = str(int(value))
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))


def _near(low: float, high: float, unit: Unit, known: Evidence) -> bool:
    if unit == "percent":
        plain = known.plain[bisect_left(known.plain, low) : bisect_right(known.plain, high)]
        return _any(known.percents, low, high) or any(value <= 100 or value != int(value) for value in plain)
    if unit == "money":
        return _any(known.money, low, high) or _any(known.plain, low, high)
    return any(_any(values, low, high) for values in (known.plain, known.money, known.percents))


def _any(values: tuple[float, ...], low: float, high: float) -> bool:
    return bisect_left(values, low) < bisect_right(values, high)


def _is_known_date(date: Date, known: Evidence) -> bool:
    plain = known.plain
    return all(
        (part.kind, part.value) in known.dates or _any(plain, part.value, part.value) or part.kind == "h"
        for part in date.parts
    )


def _is_known_code(code: Code, known: Evidence) -> bool:
    digits = re.findall(r"\d{1,15}", code.text)
    if sum(map(len, digits)) < _LEAST_CODE_DIGITS or code.text.lower() in known.codes:
        return True
    return len(digits) == 1 and _any(known.plain, float(digits[0]), float(digits[0]))
