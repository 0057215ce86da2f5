"""The demo shop's hand-written prose as a set of labelled texts: clauses, short reviews and whole ones."""

import random
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from store.demo.prose.grammar import Grammar, pick
from tools.reviews.labels import SENTIMENTS

_SLOT = re.compile(r"\{(\w+?)(_cap)?\}")
_PRODUCT = {
    "en": {
        "thing": "product", "a_thing": "a product", "price": "£20", "month": "March",
        "this": "this", "it": "it", "it_obj": "it", "is": "is", "was": "was",
        "has": "has", "isnt": "isn't", "wasnt": "wasn't", "s": "s", "es": "es",
    },
    "zh": {"thing": "东西", "price": "20镑", "month": "3月"},
}  # fmt: skip


def prose(language: str) -> tuple[list[str], NDArray[np.int64]]:
    """Each line once, its choices settled, with the place of the intended feeling in `SENTIMENTS`; sarcasm left out."""
    grammar, rng = Grammar(language), random.Random(1)
    fills = {name: choices[0] for name, choices in grammar.fills.items()} | _PRODUCT[language]
    place = {str(label): index for index, label in enumerate(SENTIMENTS)}
    labels = {_filled(pick(rng, line), fills): place[label] for label, line in _lines(grammar)}
    return list(labels), np.array(list(labels.values()))


def _lines(grammar: Grammar) -> Iterator[tuple[str, str]]:
    for label in SENTIMENTS:
        for pools in grammar.aspects.values():
            for block in pools.get(label, {}).values():
                yield from ((label, line.strip()) for line in str(block).splitlines() if line.strip())
        for section in (grammar.whole, grammar.short):
            yield from ((label, piece.text) for piece in section.get(label, []))


def _filled(text: str, fills: dict[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        word = fills.get(match[1], match[0])
        return word[:1].upper() + word[1:] if match[2] else word

    return _SLOT.sub(value, text)
