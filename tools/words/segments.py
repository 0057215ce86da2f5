"""Phrases that name several segments at once, such as `unhappy VIPs` or `快流失的大客户`."""

import re

from tools.words.text import CJK, fold, singular, words
from tools.words.vocabulary import Vocabulary

_GONE = re.compile(
    r"\b(?:not|no longer|never|haven'?t|hasn'?t|havent|hasnt|didn'?t|stopped|without)\b.*"
    r"\b(?:bought|buy\w*|order\w*|purchas\w*|shopp\w*|seen|heard|been back|come back|returned|active)\b"
    r"|(?:没|未|不再|停止).*(?:买|下单|购|来|动静|消费|下过单)"
)
_FILLERS = frozenset(
    "who is that have which also but still were being both at in we with most 中 里 又 但 也 且 那些 这些 了 是".split()
)
_LONGEST = 6


def decomposed(text: str, names: Vocabulary) -> list[str]:
    """The segments whose names make up `text`, fillers aside; empty where anything else remains."""
    phrase = fold(text.replace("_", " "))
    if len(phrase) > 200:
        return []
    found = _cut_words(phrase, names)
    if not found and _GONE.search(phrase):
        return ["lapsed"]
    return found


def _cut_words(phrase: str, names: Vocabulary) -> list[str]:
    rest = [piece for word in words(phrase) for piece in _pieces(word)]
    found: list[str] = []
    while rest:
        size, name = _longest(rest, names)
        if name:
            found.append(name)
        elif rest[0] not in _FILLERS and rest[0] not in names.nouns and singular(rest[0]) not in names.nouns:
            return []
        rest = rest[size:]
    return found


def _pieces(word: str) -> list[str]:
    """Chinese is taken apart into characters, for it has no spaces between words."""
    return list(word) if re.match(f"[{CJK}]", word) else [word]


def _longest(rest: list[str], names: Vocabulary) -> tuple[int, str | None]:
    limit = _LONGEST if rest[0].isascii() else 2 * _LONGEST
    for size in range(min(limit, len(rest)), 0, -1):
        joined = "".join(rest[:size])
        name = names.index.get(joined) or names.bare.get(joined)
        if name and not (size == 1 and len(joined) == 1):
            return size, name
        if joined in names.nouns:
            return size, None
    return 1, None
