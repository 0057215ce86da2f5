"""Words, runs of words, ids and amounts of a text, in a form in which two ways of writing the same are equal."""

import re
from collections.abc import Iterable
from functools import lru_cache

from agent.grounding import evidence
from tools.result import ToolError
from tools.words import parse_id
from tools.words.numbers import NUMBER, value_of
from tools.words.text import fold

TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
HAN = re.compile(r"[\u3400-\u9fff]")
_ID = re.compile(r"(?<![a-z0-9_.,£$€¥])#?([a-z]{0,4})[-_]?(\d[a-z0-9-]*)(?![.,:]\d|[a-z0-9_%])")
_CUE = re.compile(
    r"(?:customer|client|buyer|cust|order|draft|campaign|product|number|no\.?|id|#"
    r"|客户|顾客|用户|会员|订单|草稿|活动|商品|号)"
    r"\s*[:：#]?\s*$|^\d+[.)、]\s*$"
)
_SIZE_BEFORE = re.compile(
    r"(?:\b(?:under|below|over|above|budget(?: of)?|max(?:imum)?|up to|at least|at most|within|last|past|top|first)"
    r"|\babout|预算|最多|不超过|低于|最近|过去|大约|前)\s*$"
)
_SIZE_AFTER = re.compile(
    r"\s*(?:(?:pounds?|gbp|euros?|eur|dollars?|usd|rmb|percent|days?|weeks?|months?|years?|words?|characters?|customers?"
    r"|people|stars?|times|reviews?|orders)\b|[%元块天周月年字个位人条次星])"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:-\d\d?)*")
_DAY = re.compile(r"(?:19|20)\d\d[01]\d[0-3]\d")
_LEAST_DIGITS = 3

Id = tuple[str, str]


@lru_cache(maxsize=4096)
def spelt(text: str) -> str:
    """The words of a text between single spaces, folded; every Chinese character is a word."""
    return f" {' '.join(TOKEN.findall(fold(text)))} "


def joined(texts: Iterable[str]) -> str:
    """Many texts as `spelt` makes them; no run goes from one into the next."""
    return "|".join(map(spelt, texts))


def contains(tokens: str, text: str) -> bool:
    """Whether the words of `text` stand in `tokens` one after the other."""
    run = spelt(text)
    return run == "  " or run in tokens


def id_of(value: object) -> Id | None:
    """An id as (letters, the rest without leading zeros), or None for what has no digit."""
    try:
        written = fold(parse_id(value))
    except ToolError:
        return None
    found = _ID.fullmatch(written)
    return _id(found[1], found[2]) if found else None


@lru_cache(maxsize=4096)
def ids(text: str, of_person: bool) -> frozenset[Id]:
    """What may be an id. In a person's words any number may; a tool's short numbers only after a word for an id."""
    found: set[Id] = set()
    for line in map(fold, text.splitlines()):
        for one in _ID.finditer(line):
            if of_person or one[1] or len(one[2]) > 4 or _CUE.search(line[: one.start()]):
                found.add(_id(one[1], one[2]))
    return frozenset(found)


@lru_cache(maxsize=1024)
def named_ids(text: str) -> frozenset[Id]:
    """The ids in a person's words that can hardly be a count, a year or a sum."""
    folded = fold(text)
    return frozenset(_id(one[1], one[2]) for one in _ID.finditer(folded) if _is_naming(folded, one))


def _is_naming(text: str, found: re.Match[str]) -> bool:
    if found[1]:
        return True
    if len(found[2]) < _LEAST_DIGITS or _YEAR.fullmatch(found[2]):
        return bool(_CUE.search(text[: found.start()]))
    return not _SIZE_BEFORE.search(text[: found.start()]) and not _SIZE_AFTER.match(text, found.end())


def writers(source: str) -> frozenset[Id]:
    """The ids in the source line of a quote, its day aside."""
    return frozenset(one for one in ids(source, of_person=False) if one[0] or not _DAY.fullmatch(one[1]))


def same_id(one: Id, other: Id) -> bool:
    return one[1] == other[1] and (one[0] == other[0] or not one[0] or not other[0])


def _id(letters: str, rest: str) -> Id:
    return letters, rest.replace("-", "").lstrip("0") or "0"


@lru_cache(maxsize=1024)
def amounts(text: str) -> frozenset[float]:
    """Every number of a text: `two grand`, `2k`, `£2,000` and `两千` are all 2000."""
    known = evidence([text])
    read = [value_of(one) for one in NUMBER.finditer(fold(text))]
    return frozenset([*known.plain, *known.money, *known.percents, *(float(one) for one in read if one is not None)])
