"""Numbers written as words, turned into digits (num2words gives the words)."""

import re
from functools import cache
from importlib import import_module
from typing import Any

_NUMBERS = (*range(2, 101), 150, 200, 250, 300, 500, 1000)
_HALVES = {
    "en": r"half(?: the)? (?:price|off)|half-price",
    "de": r"(?:zum )?halbe[nr]? preis|die hälfte|halb so teuer",
    "fr": r"(?:à )?moitié prix|la moitié du prix",
    "es": r"(?:a )?mitad de(?:l)? precio",
    "nl": r"(?:voor de )?halve prijs|de helft van de prijs",
}
_CHINESE = re.compile(r"百分之([零一二两三四五六七八九十百\d]+)")
_CHINESE_UNITS = re.compile(
    r"([一二两三四五六七八九十百]+)(?=\s*(?:折|%|％|英镑|欧元|美元|块|元|倍|天|日|周|个月|个星期|年|小时|分钟|号))"
)
_CHINESE_HALF = re.compile(r"半价|五折|对折")
_PER_CENT = re.compile(r"\b(?:pour ?cent|por ?ciento|per ?cent)\b", re.IGNORECASE)
_DIGITS = {one: place for place, one in enumerate("零一二三四五六七八九")} | {"两": 2}


def digits(text: str, language: str) -> str:
    """The text with number words of the language, and of English, as digits; what means half as 50%."""
    if language == "zh":
        return _chinese(text)
    text = _PER_CENT.sub("%", text)
    text = re.sub(_HALVES.get(language, _HALVES["en"]), " 50% ", text, flags=re.IGNORECASE)
    table, pattern = _words(language)
    return pattern.sub(lambda found: table[_key(found[1])], text)


def _chinese(text: str) -> str:
    text = _CHINESE_HALF.sub("50%", text)
    text = _CHINESE.sub(lambda found: f"{found[1] if found[1].isdigit() else _value(found[1])}%", text)
    return _CHINESE_UNITS.sub(lambda found: str(_value(found[1])), text)


def _value(written: str) -> int:
    """十 -> 10, 二十五 -> 25, 八五 (as in 八五折) -> 85, 一百 -> 100."""
    if "百" in written:
        before, _, rest = written.partition("百")
        return (_value(before) if before else 1) * 100 + (_value(rest) if rest else 0)
    if "十" in written:
        before, _, rest = written.partition("十")
        return (_DIGITS[before] if before else 1) * 10 + (_DIGITS[rest] if rest else 0)
    return int("".join(str(_DIGITS[one]) for one in written))


@cache
def _words(language: str) -> tuple[dict[str, str], re.Pattern[str]]:
    convert: Any = import_module("num2words").num2words
    table: dict[str, str] = {}
    for number in _NUMBERS:
        try:
            written = str(convert(number, lang=language))
        except NotImplementedError:
            break
        table[_key(written)] = f" {number} " if language == "de" else str(number)
        table.setdefault(_key(written.replace(" y ", "")), str(number))
    some = "|".join(re.escape(one).replace(r"\ ", r"[\s-]+") for one in sorted(table, key=len, reverse=True)) or "(?!)"
    tail = r"(?=\b|prozent)" if language == "de" else r"\b"
    return table, re.compile(rf"\b({some}){tail}", re.IGNORECASE)


def _key(written: str) -> str:
    return " ".join(written.casefold().replace("-", " ").split())
