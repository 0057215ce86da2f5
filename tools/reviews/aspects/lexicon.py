"""The bilingual lexicon as one automaton: a text is read once, whatever the number of terms."""

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from ahocorasick_rs import AhoCorasick, Implementation

from tools.reviews.aspects.text import fold_term
from tools.reviews.labels import ASPECTS

FILE = Path(__file__).with_name("lexicon.yaml")
STOPS = ".!?。！？;；…~～\n"
PAUSES = "，"
DENIED = 2  # says something only where it is denied, and then something bad: "does not fit"
VALUES: dict[str, int | None] = {"names": None, "denied": DENIED, "good": 1, "fair": 0, "bad": -1}
WORD = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_CHOICE = re.compile(r"\(([^()]*)\)")
_MARKS = {"negators": "negator", "contrast": "stop", "joins": "pause"}

Sense = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Term:
    """What a term can mean: aspects with the feeling the term itself carries (None: it only names), a feeling, a break.

    `hints` are aspects that count only where a clause has no other; `mark` is stop, pause or negator; `worn` is 1 for
    what people wear and -1 for what they do not.
    """

    aspects: tuple[Sense, ...] = ()
    hints: tuple[Sense, ...] = ()
    feeling: int | None = None
    worn: int = 0
    mark: str | None = None
    left: bool = False
    right: bool = False


class Lexicon:
    """Finds terms in folded text; of terms that overlap, the one that begins first, then the longest."""

    def __init__(self, terms: dict[str, Term]) -> None:
        self._terms = list(terms.values())
        self._automaton = AhoCorasick(list(terms), implementation=Implementation.NoncontiguousNFA)

    def read(self, folded: str) -> Iterator[tuple[int, int, Term]]:
        """Start, end and meaning of every term, in order; Latin terms only as whole words."""
        matches = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        matches.sort(key=_place)
        last, length, terms = 0, len(folded), self._terms
        for index, start, end in matches:
            if start < last:
                continue
            term = terms[index]
            if term.left and start and folded[start - 1] in WORD:
                continue
            if term.right and end < length and folded[end] in WORD:
                continue
            last = end
            yield start, end, term


def _place(match: tuple[int, int, int]) -> tuple[int, int]:
    return match[1], -match[2]


@cache
def lexicon() -> Lexicon:
    """The lexicon of this folder."""
    loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return Lexicon(terms_of(yaml.load(FILE.read_text(encoding="utf-8"), Loader=loader)))


def terms_of(book: dict[str, Any]) -> dict[str, Term]:
    """Every spelling in a lexicon file, with what it means."""
    aspects: dict[str, list[Sense]] = defaultdict(list)
    hints: dict[str, list[Sense]] = defaultdict(list)
    feelings: dict[str, int | None] = {}
    marks = dict.fromkeys(STOPS, "stop") | dict.fromkeys(PAUSES, "pause")
    for sheet in (book, book["zh"]):
        for aspect in ASPECTS:
            _collect(sheet[aspect], aspect, aspects)
            _collect(sheet[aspect].get("hints", {}), aspect, hints)
        for name, terms in sheet["feelings"].items():
            feelings |= dict.fromkeys(spellings(terms), VALUES[name])
    for name, mark in _MARKS.items():
        marks |= dict.fromkeys(spellings(book[name]), mark)
    worn = dict.fromkeys(spellings(book["unworn"]), -1) | dict.fromkeys(spellings(book["worn"]), 1)
    known = dict.fromkeys(itertools.chain(aspects, hints, feelings, marks, worn, spellings(book["ignored"])))
    return {
        spelt.removesuffix("*"): Term(
            tuple(aspects.get(spelt, ())),
            tuple(hints.get(spelt, ())),
            feelings.get(spelt),
            worn.get(spelt, 0),
            marks.get(spelt),
            spelt[0] in WORD,
            spelt[-1] in WORD,
        )
        for spelt in known
    }


def _collect(sheet: dict[str, Any], aspect: str, into: dict[str, list[Sense]]) -> None:
    for name, value in VALUES.items():
        for spelt in spellings(sheet.get(name) or ""):
            into[spelt].append((aspect, value))


def spellings(terms: str) -> list[str]:
    """The terms of a list between commas, alternatives written out, folded: "fabric(|s)" is fabric and fabrics.

    A stem, which may go on as any word, ends in "*".
    """
    spelt = list(dict.fromkeys(form for term in terms.split(",") for form in _forms(term.strip()) if form))
    return [*spelt, *(form.replace("'", "") for form in spelt if "n't" in form)]


def _forms(term: str) -> Iterator[str]:
    inner = _CHOICE.search(term)
    if inner:
        for choice in inner[1].split("|"):
            yield from _forms(term[: inner.start()] + choice + term[inner.end() :])
    else:
        yield " ".join(fold_term(term.removesuffix("*")).split()) + "*" * term.endswith("*")
