"""Folding: the spelling differences that never matter (case, width, accents, script, dashes, spaces)."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
CJK = "\u3400-\u9fff"
_MARKS = str.maketrans({"’": "'", "‘": "'", "´": "'", "“": '"', "”": '"', "–": "-", "—": "-", "−": "-"})
_CJK = re.compile(f"[{CJK}]")
_BETWEEN_CJK = re.compile(rf"(?<=[{CJK}])\s+(?=[{CJK}\d])|(?<=\d)\s+(?=[{CJK}])")
_WORD = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
_SMALL_WORDS = frozenset("the our a an of my their your its please".split())


@cache
def load(name: str) -> Any:
    """A YAML file of this folder."""
    loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=loader)


@cache
def _simplified() -> dict[int, int]:
    traditional, simple = (FOLDER / "traditional.txt").read_text(encoding="utf-8").split()
    return str.maketrans(traditional, simple)


def clean(text: str) -> str:
    """One width, no control characters, single spaces; case is kept."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not plain.isprintable():
        plain = "".join(_printable(char) for char in plain)
    return " ".join(plain.split())


def _printable(char: str) -> str:
    kind = unicodedata.category(char)
    return "" if kind in ("Cf", "Cs") else " " if kind[0] in "CZ" else char


def fold(text: str) -> str:
    """`clean` without case, accents or fancy marks, in simplified characters."""
    folded = clean(text).casefold()
    if not folded.isascii():
        folded = folded.translate(_MARKS)
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
        folded = unicodedata.normalize("NFKC", folded).casefold().translate(_simplified())
        folded = _BETWEEN_CJK.sub("", folded)
    return " ".join(folded.split())


def has_cjk(text: str) -> bool:
    return _CJK.search(text) is not None


def words(text: str) -> list[str]:
    """The words of a folded text in the singular, without articles; Chinese characters in a row are one word."""
    spelt = [match[0] for match in _WORD.finditer(text.replace("'", "")) if match[0] not in _SMALL_WORDS]
    return [word for word in (singular(w).replace("的", "").removeprefix("我们") for w in spelt) if word]


def key(text: str) -> str:
    """What two spellings of the same phrase share: `add-to-carts` and `add to cart` are both `addtocart`."""
    return "".join(words(fold(text)))


def singular(word: str) -> str:
    """A crude singular, good enough to compare: categories -> category, buyers -> buyer."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def shorten(text: str, most: int = 60) -> str:
    """`text` for an error message: cleaned and cut."""
    plain = clean(text)
    return plain if len(plain) <= most else plain[: most - 1] + "…"
