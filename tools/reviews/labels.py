"""What is said of a review's text, and the one interface behind which the labellers stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Sentiment = Literal["negative", "neutral", "positive"]
SENTIMENTS: tuple[Sentiment, ...] = ("negative", "neutral", "positive")  # the order of probabilities everywhere
ASPECTS = ("quality", "delivery", "price", "service", "packaging", "fit", "design")


@dataclass(frozen=True)
class Label:
    """`probabilities` are of negative, neutral and positive, calibrated, summing to 1; `score` is that of `sentiment`.

    `aspects` maps the aspects a text speaks of to how it speaks of each. `version` names who labelled it.
    """

    sentiment: Sentiment
    score: float
    probabilities: tuple[float, float, float]
    aspects: dict[str, Sentiment]
    version: str


class Labeller(Protocol):
    """Labels texts in any language it knows; every text gets a label, whatever is in it."""

    @property
    def version(self) -> str:
        """Names the model; labels of another version are not mixed up with its own."""
        ...

    def label(self, texts: Sequence[str | None]) -> list[Label]:
        """One label a text, in their order. Raises WinbackError where the labeller cannot be reached."""
        ...
