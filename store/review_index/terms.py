"""Words of a text for full-text search: English as it is (SQLite stems it), Chinese as words and as characters."""

import re
from functools import cache
from pathlib import Path

_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_TOKEN = re.compile(r"\w+")
_MOST_TOKENS = 60
_SINGLE = "字"  # marks a character that stands for itself, so that it is not counted as a word of one character


def terms(text: str) -> str:
    """The text with Chinese cut up by spaces: its words (of long ones also the shorter ones in them), its characters.

    Characters find what the words miss: the same thing said a little differently, or cut differently.
    """
    return _CHINESE.sub(_cut, text)


def match_expression(query: str) -> str:
    """An FTS5 expression that matches any of the query's words; "" where it has none.

    Every word is quoted, so that nothing people write is syntax. Words that say nothing are left out, unless there are
    no others.
    """
    tokens = list(dict.fromkeys(_TOKEN.findall(terms(query).lower())))
    telling = [token for token in tokens if token.removeprefix(_SINGLE) not in _stop_words()] or tokens
    return " OR ".join(f'"{token}"' for token in telling[:_MOST_TOKENS])


def _cut(run: re.Match[str]) -> str:
    import rjieba  # its dictionary takes a moment to load

    return f" {' '.join(rjieba.cut_for_search(run[0]))} {' '.join(_SINGLE + char for char in run[0])} "


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())
