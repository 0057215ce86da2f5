"""Numbers written in words, English and Chinese."""

import re

# No text may overflow the arithmetic of the check.
LARGEST = 10**100

_ONES = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split(),
        range(1, 20),
        strict=True,
    )
)
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "dozen": 12}
_ANY = "|".join([*_ONES, *_TENS, *_SCALES])

ENGLISH = rf"\b(?:an?\s+(?={'|'.join(_SCALES)})|(?={_ANY}))(?:(?:{_ANY})\b(?:[\s-]+(?:and\s+)?(?=(?:{_ANY})\b))?)+"

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1_000}
_BIG = {"万": 10_000, "亿": 100_000_000}

CHINESE = r"[一二三四五六七八九十两][零〇一二三四五六七八九十百千万亿两]*"


def english_number(text: str) -> float:
    """`two hundred and fifty` -> 250. `text` must match ENGLISH."""
    total, current = 0, 0
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _ONES or word in _TENS:
            current += _ONES.get(word, 0) + _TENS.get(word, 0)
        elif word in _SCALES:
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= 1_000:
                total, current = total + current, 0
    return float(min(total + current, LARGEST))


def chinese_number(text: str) -> float:
    """`两千三百` -> 2300; digits in a row (`二〇一一`) are read one by one. `text` must match CHINESE."""
    if len(text) > 1 and all(char in _DIGITS for char in text):
        return min(float("".join(str(_DIGITS[char]) for char in text)), float(LARGEST))
    total, section, digit = 0, 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[char], 0
        else:
            total, section, digit = (total + section + digit) * _BIG[char], 0, 0
    return float(min(total + section + digit, LARGEST))
