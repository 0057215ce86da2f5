"""Filter values against those a shop really has: `UK` against `United Kingdom`, `lunch bag` against product names."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from rapidfuzz import fuzz, process

from tools.result import ToolError
from tools.words.choices import vocabulary
from tools.words.countries import find_country
from tools.words.ids import id_candidates
from tools.words.languages import find_language
from tools.words.text import fold, shorten, words

_CLOSE = 86
_FEW = 8
_LONGEST = 200
_LETTERS = {"product": "p", "customer": "c", "order": "o"}
Reader = Callable[[str], Any]


def match_value(wanted: Any, known: Iterable[str] | Mapping[str, str], dimension: str = "value") -> list[str]:
    """The shop's own values that `wanted` means, spelt as the shop spells them; at least one.

    `known` holds the values, or id -> name where values have names (products); then ids come back. Countries and
    languages meet by their codes, order channels by their kind, products by id or by words of their name, anything
    else by its words or a close spelling. Raises ToolError with the nearest known values.
    """
    names = dict(cast(Mapping[str, str], known)) if isinstance(known, Mapping) else {value: value for value in known}
    text = str(wanted)
    candidates = names if len(text) <= _LONGEST else {}
    if candidates and (read := _reader(dimension)) and (meaning := read(text)):
        meanings = {value: read(value) for value in names}
        if same := [value for value in names if meanings[value] == meaning]:
            return same
        candidates = {value: name for value, name in names.items() if meanings[value] is None}
    for found in (_same, _same_id, _same_words, _close):
        if values := found(text, candidates, dimension):
            return values
    raise ToolError(_unknown(text, names, dimension))


def _reader(dimension: str) -> Reader | None:
    """What tells the meaning of a value of this dimension, so that Niger is never taken for Nigeria."""
    if dimension in ("channel", "segment"):
        return vocabulary({"channel": "order_channel"}.get(dimension, dimension)).find
    return {"country": find_country, "language": find_language}.get(dimension)


def _same(text: str, names: dict[str, str], _: str) -> list[str]:
    spelt = fold(text)
    return [value for value, name in names.items() if spelt in (_folded(value), _folded(name))]


def _same_id(text: str, names: dict[str, str], dimension: str) -> list[str]:
    if dimension not in _LETTERS:
        return []
    try:
        candidates = id_candidates(text, _LETTERS[dimension])
    except ToolError:
        return []
    spelt: dict[str, list[str]] = {}
    for value in names:
        spelt.setdefault(value.casefold(), []).append(value)
    return next((spelt[c.casefold()] for c in candidates if c.casefold() in spelt), list[str]())


def _same_words(text: str, names: dict[str, str], _: str) -> list[str]:
    """Values that have all the words, or all of their beginnings."""
    wanted = _words(text)
    for has in (_has_word, _has_beginning):
        values = [value for value, name in names.items() if wanted and all(has(_words(name), word) for word in wanted)]
        if values:
            return values
    return []


def _has_word(own: tuple[str, ...], word: str) -> bool:
    """Chinese has no spaces between its words, so there a part of a word will do."""
    return word in own or (not word.isascii() and any(word in one for one in own))


def _has_beginning(own: tuple[str, ...], word: str) -> bool:
    return len(word) > 2 and any(one.startswith(word) for one in own)


def _close(text: str, names: dict[str, str], _: str) -> list[str]:
    spelt = fold(text)
    if len(spelt) < 4:
        return []
    whole = dict.fromkeys(names, 0.0)
    for score in (fuzz.ratio, fuzz.partial_ratio):
        hits = process.extract(spelt, _spelt(names), scorer=score, limit=None, score_cutoff=_CLOSE)
        for _name, points, value in hits:
            whole[value] = max(whole[value], points if len(_folded(names[value])) >= len(spelt) - 2 else 0)
        best = max(whole.values(), default=0)
        if best:
            return [value for value, points in whole.items() if points >= best - 1]
    return []


def _spelt(names: dict[str, str]) -> dict[str, str]:
    return {value: _folded(name) for value, name in names.items()}


@lru_cache(maxsize=100_000)
def _folded(name: str) -> str:
    return fold(name)


@lru_cache(maxsize=100_000)
def _words(name: str) -> tuple[str, ...]:
    return tuple(words(fold(name)))


def _unknown(text: str, names: dict[str, str], dimension: str) -> str:
    if not names:
        return f"This shop has no {dimension} to filter by."
    near = process.extract(fold(text[:_LONGEST]), _spelt(names), scorer=fuzz.WRatio, limit=3, score_cutoff=50)
    shown = list(names.values()) if len(names) <= _FEW else list(dict.fromkeys(names[value] for _, _, value in near))
    problem = f"This shop has no {dimension} {shorten(text)!r}"
    if not shown:
        return f"{problem}; give one of its own, or part of a name."
    listed = " and ".join(", ".join(map(str, shown)).rsplit(", ", 1))
    which = "known" if len(names) <= _FEW else "the nearest"
    return f"{problem}; {which} {'is' if len(shown) == 1 else 'are'} {listed}."
