"""English phrases brought to the grammar's own few words: `over the last couple of months` becomes `last 2 month`."""

import re
from functools import cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tools.words import numbers
from tools.words.period.calendar import MONTHS, UNITS, days_in
from tools.words.text import load

_UNIT_OF = {"h": "hour", "d": "day", "w": "week", "m": "month", "mo": "month", "q": "quarter", "y": "year"}
_SMALL = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|couple|few|several|dozen"
)
_COUNT = re.compile(rf"\b(?:an? (?=couple|few|dozen|hundred))?(?:{_SMALL})(?:[ -](?:and )?(?:{_SMALL}))*\b")
_TWENTY_TEN = re.compile(r"\btwenty[ -](ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen)\b")
_TENS_ORDINAL = re.compile(r"\b(twenty|thirty)[ -](first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)\b")
_TENS = {"twenty": 20, "thirty": 30}
_ORDINALS = {
    word: value for value, word in enumerate("first second third fourth fifth sixth seventh eighth ninth".split(), 1)
}
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_DAY_NAME = "(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_DATES = [
    (re.compile(r"(?<=\d)[t ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:z|utc|[+-]\d\d:?\d\d))?(?![\d:])"), ""),
    (re.compile(r"(?<![\da-z])(?P<y>\d{4})(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)"), "ymd"),
    (re.compile(r"(?<![\da-z])(?P<a>\d{1,2})(?P<s>[-/.])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})(?!\d)"), "dmy"),
    (re.compile(r"(?<![\da-z])(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>\d\d)(?!\d)"), "ymd"),
    (re.compile(r"(?<![\da-z])(?<!\d\.)(?P<y>\d{4})[-/.](?P<m>0?[1-9]|1[0-2])(?!\d)"), "ym"),
    (re.compile(r"(?<![\da-z])(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?!\d)"), "ym"),
    (re.compile(r"(?<![\da-z])(?P<m>0?[1-9]|1[0-2])[-/.](?P<y>\d{4})(?!\d)"), "ym"),
    (re.compile(rf"(?<![\da-z])(?P<d>\d{{1,2}})-(?P<name>{_MONTH})-(?P<y>\d{{4}})(?!\d)"), "ymd"),
    (re.compile(r"(?<![\da-z])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/])"), "dm"),
]
_DASHES = [
    (r"\.{2,}|…|~|→", " to "),
    (r"(?:(?<=\s)|^)-+(?=\s)", " to "),
    (rf"\b(\d{{1,2}})-({_MONTH})-(\d{{2,4}})\b", r"\1 \2 \3"),
    (rf"\b({_MONTH})-(\d{{4}})\b", r"\1 \2"),
    (rf"\b({_MONTH})-(\d\d)$", r"\1 20\2"),
    (rf"\b({_MONTH})-(\d{{1,2}})(?= (?:{_MONTH}))", r"\1 to \2"),
    (rf"\b({_MONTH})-(\d{{1,2}})\b", r"\1 \2"),
    (rf"\b({_MONTH}|{_DAY_NAME}|\d+)-({_MONTH}|{_DAY_NAME})\b", r"\1 to \2"),
    (r"\b(\d{4})-([qhw]\d+)\b", r"\1 \2"),
    (r"\b([qhw]\d)[-/](\d{4})\b", r"\1 \2"),
    (r"(?<=[a-z])-(?=[a-z])|(?<=mid)-|(?<=early)-|(?<=late)-|(?<=\d)-(?=hour|day|week|month|quarter|year)", " "),
    (r"(?<=[a-z\d])/(?=[a-z]{3})", " and "),
    (r"(?<=\d)\s*[/,]\s*(?=[dm]\d{6})|(?<=\d{4})/(?=\d{4})", " to "),
    (r"-", " to "),
]
_SHAPES = [
    (r"\b(\d{4}) ?([qh])([1-4])\b", r"\1 \2\3"),
    (r"\b([1-4])([qh])(\d\d)\b", r"\2\1 20\3"),
    (r"\b([1-4])([qh])\b", r"\2\1"),
    (r"\b([qh]) ([1-4])\b", r"\1\2"),
    (r"\b([qh])([1-4]) ?'(\d\d)\b", r"\1\2 20\3"),
    (r"\bquarter (?:number )?([1-4])\b", r"q\1"),
    (r"\b([1-4])th quarter\b", r"q\1"),
    (r"\bhalf ([12])\b", r"h\1"),
    (r"\b([12])th half(?: year\b)?(?= (?:\d{4}|year|this year|last year)(?:$| to| and)|$| to\b| and\b)", r"h\1"),
    (r"\b(?:cw|kw|wk|w|week no|week number) ?(\d{1,2})\b", r"week \1"),
    (r"\bhalf year\b", "6 month"),
    (r"\bthis (?=(?:last|past|\d+)\b)", ""),
    (rf"\bmonth (?=(?:{'|'.join(MONTHS)}|m\d+)\b)", ""),
    (r"\b(\d{4}) whole year\b|\bwhole year (?=(\d{4})\b)", r"\1"),
    (r"(@\w+) (week|weekend)\b", r"\2 \1"),
    (r"\bwhole (?=week \d)", ""),
    (rf"\bwhole (?!{'|'.join(UNITS)}|\d{{1,3}} )", ""),
]
_GLUED = re.compile(r"(last|past|this|previous|current)(\d*)(hour|day|week|fortnight|month|quarter|year)s?")
_COUNTED = re.compile(r"(\d+)(hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mths?|mo|m|quarters?|q|years?|yrs?|y)")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_READY = re.compile(
    r"\d+|[dmx]\d+|[qh][1-4]|(?:kw|cw|wk|w|q|h)\d{0,2}|[1-4][qh]\d\d|@\w+|\d{4}[qh][1-4]|week(?:from|to)|"
    r"(?:on|back)ward|and|to|from|between|sameperiod"
)


def _data() -> dict[str, Any]:
    return load("period/english.yaml")


@cache
def _vocabulary() -> dict[str, str]:
    return {said: word for word, spellings in _data()["words"].items() for said in [str(word), *spellings]}


@cache
def _noise() -> frozenset[str]:
    return frozenset(_data()["noise"])


@cache
def everything() -> frozenset[str]:
    """Folded phrases that set no limit in time."""
    return frozenset(_data()["all"])


@cache
def _phrases() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(pattern), replacement) for pattern, replacement in _data()["phrases"]]


def plain(text: str) -> str:
    """A folded phrase (holidays and dates marked) in the grammar's words."""
    text = re.sub(r"(?<=\w)'s?\b(?!\d)|[\"\[\](){}?!:;]", " ", text)
    text = _TWENTY_TEN.sub(lambda m: f"20{numbers.english(m[1])}", text)
    text = _TENS_ORDINAL.sub(lambda m: f"{_TENS[m[1]] + _ORDINALS[m[2]]}th", text)
    text = _COUNT.sub(lambda m: str(numbers.english(m[0]) or m[0]), text)
    text = " ".join(text.split()).strip(" .,")
    for pattern, replacement in _phrases():
        text = pattern.sub(replacement, text)
    for pattern, replacement in _DASHES:
        text = re.sub(pattern, replacement, text)
    found = [word for token in re.split(r"[\s,]+", text) for word in _words(token) if word not in _noise()]
    text = " ".join(found)
    for pattern, replacement in _SHAPES:
        text = re.sub(pattern, replacement, text)
    return re.sub(r"\b(?:(\d+) )?year and half\b", lambda m: f"{12 * int(m[1] or 1) + 6} month", text)


def _words(token: str) -> list[str]:
    """The grammar's words for one token; a word that is nearly one of them is taken as that."""
    token = token.strip(".") or token
    if token in ("&", "+"):
        return ["and"]
    if year := re.fullmatch(r"(?:fy)?'?(\d\d)|fy(\d{4})", token) if not token.isdigit() else None:
        return [year[2] or f"20{year[1]}"]
    if ordinal := _ORDINAL.fullmatch(token):
        return [f"{int(ordinal[1])}th"]
    if (counted := _COUNTED.fullmatch(token)) and not re.fullmatch("[1-4][qh]", token):
        return [counted[1], _UNIT_OF.get(counted[2]) or _vocabulary()[counted[2]]]
    if token in _vocabulary():
        return [_vocabulary()[token]]
    if token in _noise() or _READY.fullmatch(token):
        return [token]
    if glued := _GLUED.fullmatch(token):
        return [_vocabulary()[glued[1]], *([glued[2]] if glued[2] else []), glued[3]]
    return [_corrected(token)]


def _corrected(token: str) -> str:
    """A longer word with a letter or two wrong, though not the first, is the one it nearly is."""
    if not 5 <= len(token) <= 14 or not token.isalpha() or token in _data()["real"]:
        return token
    known = [said for said in _spellings() if said[0] == token[0]]
    hits = process.extract(token, known, scorer=OSA.distance, limit=4, score_cutoff=1 + (len(token) > 7))
    best = {_vocabulary()[said] for said, distance, _ in hits if distance == hits[0][1]}
    return best.pop() if len(best) == 1 else token


@cache
def _spellings() -> list[str]:
    return [said for said in _vocabulary() if len(said) > 4]


def dates_marked(text: str, day_first: bool = True) -> str:
    """A folded text with its numeric dates as d20111105, m201111 or x1105 (no year).

    `day_first` says how a date such as 5/11, without a year, is read where both ways are possible.
    """
    for pattern, order in _DATES:
        text = pattern.sub(lambda m, order=order: _date_word(m, order, day_first), text)
    return text


def _date_word(match: re.Match[str], order: str, day_first: bool) -> str:
    """`d20111105`, `m201111` or `x1105`; what is no date stays as it is."""
    if not order:
        return ""
    groups = match.groupdict()
    got = {name: int(value) for name, value in groups.items() if name not in ("s", "name") and value}
    if groups.get("name"):
        got["m"] = MONTHS.index(groups["name"][:3]) + 1
    if order == "ym":
        return f" m{got['y']:04d}{got['m']:02d} "
    day, month = got.get("d", 0), got.get("m", 0)
    if "a" in got:
        day, month = (got["a"], got["b"]) if day_first or order == "dmy" else (got["b"], got["a"])
        if month > 12:
            day, month = month, day
    year = got.get("y", 2000)
    year += 2000 if len(groups.get("y") or "") == 2 else 0
    if not (1 <= month <= 12 and year >= 1 and 1 <= day <= days_in(year, month)):
        return match[0]
    return f" d{year:04d}{month:02d}{day:02d} " if "y" in got else f" x{month:02d}{day:02d} "
