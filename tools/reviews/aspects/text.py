"""A review as it is searched: `shown` can be quoted, and a place in it is the same place in `folded`."""

import html
import re
from functools import cache

from tools.words.text import FOLDER

MOST = 2000
HEAD = 1300
_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]{0,300}>", re.DOTALL)
_BREAK = re.compile(r"</?(?:br|p|div|li|tr|h\d)\b[^<>]{0,300}>", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]{2,}")
_UNSEEN = dict.fromkeys([0xAD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFE0F])
_GAP = re.compile(r"(?<=[\u3400-\u9fff！-～]) (?=\S)|(?<=\S) (?=[\u3400-\u9fff])")


@cache
def _folding() -> dict[int, int]:
    traditional, simple = (FOLDER / "traditional.txt").read_text(encoding="utf-8").split()
    pairs = dict(zip(map(ord, traditional), map(ord, simple), strict=True))
    for narrow in range(0x21, 0x7F):
        pairs[narrow + 0xFEE0] = ord(chr(narrow).lower())
    pairs |= {ord(char): ord(" ") for char in '-‐‑–—_*"“”\t\r\x00\xa0\u3000'}
    pairs |= {ord(char): ord("'") for char in "’‘´`"} | {ord(char): ord("，") for char in "，、,（）()/：:【】[]"}
    pairs |= {ord(digit): ord("0") for digit in "0123456789０１２３４５６７８９"}
    return str.maketrans(pairs | {ord("İ"): ord("i")})


def shown(text: str | None) -> str:
    """The text without markup, invisible characters and stray surrogates; of a long one the beginning and the end.

    At most `MOST` characters; never raises.
    """
    if not text:
        return ""
    text = _cut(text, 2 * MOST)
    if "<" in text or "&" in text:
        text = html.unescape(_TAG.sub(" ", _BREAK.sub("\n", text)))
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode("utf-8").translate(_UNSEEN)
    return _cut(_SPACES.sub(" ", text).strip(), MOST)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - MOST + HEAD]}\n{text[HEAD + 1 - MOST :]}"


def folded(plain: str) -> str:
    """Lower case, half width, simplified, digits as 0, a comma where Chinese has a space; as long as `plain`."""
    spelt = plain.translate(_folding()).lower()
    if not plain.isascii() and " " in spelt:
        spelt = _GAP.sub("，", spelt)
    return spelt if len(spelt) == len(plain) else plain


def fold_term(term: str) -> str:
    """A term of the lexicon, spelt as `folded` spells texts."""
    return term.translate(_folding()).lower()
