"""Small models sometimes go round in circles or garble a name; such an answer is none."""

import re
from collections import Counter

PLAIN = frozenset(
    "are at by each first for found from highest in is lowest none the then there to was were with and".split()
)
_WORD = re.compile(r"[A-Za-z]{3,}")
_UNIT = re.compile(r"[一-鿿]|[^\W_]+")
_RUN = 4
_TIMES = 3


def garbled(text: str, sources: list[str]) -> set[str]:
    """Latin words of an answer that stand neither in the tools' texts nor in the question, nor serve to retell."""
    known = {word.casefold() for source in sources for word in _WORD.findall(source)}
    return {word for word in map(str.casefold, _WORD.findall(text)) if word not in known and word not in PLAIN}


def rambles(text: str) -> bool:
    """Whether some run of four words (or Chinese characters) stands in `text` three times or more."""
    units = [unit.casefold() for unit in _UNIT.findall(text) if not unit.isdigit()]
    runs = Counter(tuple(units[at : at + _RUN]) for at in range(len(units) - _RUN + 1))
    return any(count >= _TIMES for count in runs.values())
