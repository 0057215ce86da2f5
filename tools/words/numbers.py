"""Numbers as people write them: digits, English words, Chinese numerals, and mixtures such as 2k or 1.5万."""

import re
from decimal import Decimal
from typing import Any

from tools.result import ToolError
from tools.words.text import clean, fold, shorten

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_SMALL = {word: value for value, word in enumerate(_ONES.split())} | {"couple": 2, "pair": 2, "few": 3, "several": 3}
_TIES = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_TENS = {word: 10 * value for value, word in enumerate(_TIES, 2)}
_THOUSANDS = dict.fromkeys(["thousand", "grand", "k"], 1_000)
_MILLIONS = dict.fromkeys(["million", "m", "mn", "mio"], 10**6)
_SCALES = {"dozen": 12, "hundred": 100, **_THOUSANDS, **_MILLIONS, "bn": 10**9, "billion": 10**9}
_WORDS = {**_SMALL, **_TENS, **_SCALES}

_NINE = {char: value for value, char in enumerate("零一二三四五六七八九")}
_DIGITS = {**_NINE, "〇": 0, "两": 2, "俩": 2, "仨": 3, "几": 3}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
CHINESE = f"[{''.join([*_DIGITS, *_UNITS])}]"

_FIGURE = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|\.\d+"
_SPELT = "|".join(sorted(_WORDS, key=len, reverse=True))
_ENGLISH = rf"(?:(?:half )?an? )?\b(?:{_SPELT})\b(?:(?:[ -]+| and | of )(?:a half|{_SPELT})\b)*"
NUMBER = re.compile(
    rf"(?P<figure>{_FIGURE})(?P<scale> ?(?:k|m|mn|mio|bn|dozen|hundred|thousand|grand|million|billion)\b|{CHINESE}+)?"
    rf"|(?P<english>(?<![a-z])(?:{_ENGLISH}))|(?P<chinese>{CHINESE}+)"
)
_MOST_DIGITS = 24
_COLLOQUIAL = re.compile(r"(?<![\d.])(\d+)([百千万亿])([1-9])(?![\d百千万亿十])")


def parse_number(text: str) -> Decimal | None:
    """The number that `text` is, or None where it is anything else."""
    match = NUMBER.fullmatch(_unabridged(fold(text)))
    return value_of(match) if match else None


def only_number(text: str) -> Decimal | None:
    """The one number in a folded text, None where there is none or more than one."""
    found = [value for match in NUMBER.finditer(_unabridged(text)) if (value := value_of(match)) is not None]
    return found[0] if len(found) == 1 else None


def _unabridged(text: str) -> str:
    """`1万2` means 1.2万."""
    return _COLLOQUIAL.sub(r"\1.\3\2", text)


def value_of(match: re.Match[str]) -> Decimal | None:
    if len(match[0]) > 80:
        return None
    if match["english"]:
        return english(match["english"])
    if match["chinese"]:
        return Decimal(chinese(match["chinese"]))
    digits = re.sub("[, ]", "", match["figure"])
    if len(digits) > _MOST_DIGITS:
        return None
    scale = (match["scale"] or "").strip()
    return Decimal(digits) * (_SCALES[scale] if scale in _SCALES else _chinese_scale(scale))


def _chinese_scale(scale: str) -> int:
    total = 1
    for char in scale:
        total *= _UNITS.get(char, 1)
    return total


def english(text: str) -> Decimal | None:
    """`two hundred and fifty` -> 250, `half a million` -> 500000; None where the words don't make one number."""
    total, current = Decimal(0), Decimal("0.5") if text.startswith("half") else Decimal(0)
    for word in re.findall("[a-z]+", text.removeprefix("half")):
        if word in _SCALES:
            current = (current or Decimal(1)) * _SCALES[word]
            if _SCALES[word] >= 1_000:
                total, current = total + current, Decimal(0)
        elif word == "half":
            current += Decimal("0.5")
        elif word in _WORDS:
            if current % (1 if current % 1 else 10 if _WORDS[word] < 10 else 100) or current % 100 == 10:
                return None
            current += _WORDS[word]
    total += current
    return total if total < 10**_MOST_DIGITS else None


def chinese(text: str) -> int:
    """`两千三百` -> 2300, `两千三` -> 2300; digits in a row (`二〇一一`) are read one by one."""
    if len(text) > 1 and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, section, digit, last = 0, 0, 0, 1
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
            last = 1 if digit == 0 else last
        elif _UNITS[char] < 10_000:
            last = _UNITS[char]
            section, digit = section + (digit or 1) * last, 0
        else:
            last = _UNITS[char]
            total, section, digit = (total + section + digit) * last or last, 0, 0
    return total + section + digit * (last // 10 if last >= 100 else 1)


def parse_count(value: Any) -> int:
    """How many: 5, "5.0", "top five", "a dozen", "前十名". Raises ToolError for what is not one whole number."""
    number = _as_decimal(value)
    if number is None or number < 0 or number != int(number) or number >= 10**_MOST_DIGITS:
        raise ToolError(f"I need a whole number such as 10 where you wrote {shorten(str(value))!r}.")
    return int(number)


def _as_decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        text = repr(value)
        return Decimal(text) if re.fullmatch(r"-?\d{1,18}(\.\d+)?", text) else None
    text = fold(clean(str(value)))
    if text.startswith("-"):
        return None
    exact = parse_number(text)
    return exact if exact is not None else only_number(text)
