"""Chinese phrases brought to the same words as English ones: `去年9月到11月` becomes `last year sep to nov`."""

import re
from functools import cache
from typing import Any

from tools.words import numbers
from tools.words.text import load

_NUMERAL = re.compile(rf"(?<!之)(?<!统){numbers.CHINESE}+(?![直下])")
_FIELD = re.compile(r"\{(\d)(?:\|(.))?(?::(\w+))?\}|\\(\d)")
_HALVES = [
    (re.compile(r"(?:(\d+)年半|(?<![上下\d])半年)"), 12, 6, "个月"),
    (re.compile(r"(?:(\d+)个半月|(?<![上下\d])半个?月)"), 30, 15, "天"),
]
_DEPTH = 6


def _data() -> dict[str, Any]:
    return load("period/chinese.yaml")


@cache
def _rules(name: str) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), template) for pattern, template in _data()[name]]


@cache
def everything() -> frozenset[str]:
    """Folded phrases that set no limit in time."""
    return frozenset(_data()["all"])


def to_english(text: str) -> str:
    """A folded phrase (holidays marked) in English words that `english.plain` understands."""
    if text.strip() == "十一":
        return "@national_day"
    digits = _NUMERAL.sub(lambda match: str(numbers.chinese(match[0])), text)
    digits = re.sub(r"(?<=[日号])\s*\d{1,2}(?::\d{2}){1,2}", "", digits)
    digits = re.sub(r"\s*([\u3400-\u9fff~])\s*", r"\1", digits)
    for pattern, whole, half, unit in _HALVES:
        digits = pattern.sub(lambda m, w=whole, h=half, u=unit: f"{w * int(m[1] or 0) + h}{u}", digits)
    return _translated(digits.removesuffix("的"), _DEPTH)


def _translated(text: str, depth: int) -> str:
    text = text.strip()
    for pattern, template in _rules("shapes"):
        if depth and (match := pattern.fullmatch(text)):
            return _filled(template, match, depth - 1)
    for pattern, template in _rules("words"):
        text = pattern.sub(lambda match, template=template: _filled(template, match, 0), text)
    return text


def _filled(template: str, match: re.Match[str], depth: int) -> str:
    def value(field: re.Match[str]) -> str:
        if field[4]:
            return match[int(field[4])]
        group = match[int(field[1])].removesuffix("份")
        if field[3]:
            return _data()[field[3]].get(group.removeprefix("个"), group)
        return _translated(group + (field[2] or "") if field[2] and not group.endswith(field[2]) else group, depth)

    return _FIELD.sub(value, template)
