"""Aspects with their polarity: terms find the clauses, and what the terms leave open the polarity model decides."""

from collections.abc import Sequence
from typing import Any, Protocol

from tools.reviews.aspects.clauses import Clause, clauses
from tools.reviews.aspects.text import shown
from tools.reviews.labels import Sentiment

EDGE = 0.05  # a leaning within this of nothing is neutral
MIXED = 0.25  # the same where clauses contradict one another


class ClausePolarity(Protocol):
    """A model of polarity: an (n, 3) array of negative, neutral and positive for n texts."""

    def probabilities(self, texts: Sequence[str]) -> Any: ...


def find_aspects(texts: Sequence[str | None], polarity: ClausePolarity) -> list[dict[str, Sentiment]]:
    """The aspects every text speaks of, each with how it speaks of it; {} where it names none.

    The lexicon decides what its terms are clear about, an aspect of several clauses by their balance. Of the others
    `polarity` is asked, in one call: of the last clause together with the whole text as it was given, of the text alone
    where clauses contradict one another. Sarcasm is not seen. Never raises on a text.
    """
    found: list[dict[str, Sentiment]] = []
    open_ones: list[tuple[dict[str, Sentiment], str, tuple[str, ...], float]] = []
    for text in texts:
        plain = shown(text)
        said = _by_aspect(clauses(plain)) if plain else {}
        aspects: dict[str, Sentiment] = {}
        for aspect, about in said.items():
            values = [value for clause in about if (value := clause.value(aspect)) is not None]
            balance = sum(values)
            aspects[aspect] = _sentiment(balance)
            if not values:
                open_ones.append((aspects, aspect, (about[-1].of(plain), text or ""), EDGE))
            elif balance == 0 != max(values):
                open_ones.append((aspects, aspect, (text or "",), MIXED))
        found.append(aspects)
    leaning = _leaning(polarity, [text for *_, asked, _ in open_ones for text in asked])
    for aspects, aspect, asked, edge in open_ones:
        aspects[aspect] = _sentiment(sum(leaning[text] for text in asked), edge)
    return found


def _by_aspect(found: list[Clause]) -> dict[str, list[Clause]]:
    said: dict[str, list[Clause]] = {}
    for clause in found:
        for aspect in clause.aspects:
            said.setdefault(aspect, []).append(clause)
    return said


def _leaning(polarity: ClausePolarity, texts: list[str]) -> dict[str, float]:
    """Positive less negative, by text."""
    distinct = list(dict.fromkeys(texts))
    if not distinct:
        return {}
    return {text: float(p[2] - p[0]) for text, p in zip(distinct, polarity.probabilities(distinct), strict=True)}


def _sentiment(leaning: float, edge: float = EDGE) -> Sentiment:
    return "positive" if leaning > edge else "negative" if leaning < -edge else "neutral"


def clauses_about(text: str | None, aspect: str) -> list[str]:
    """The clauses of a text that speak of an aspect, in the customer's words and in order."""
    plain = shown(text)
    return [clause.of(plain) for clause in clauses(plain) if aspect in clause.aspects]
