"""What goes into the review index and what is asked of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Literal

Mode = Literal["fused", "vector", "lexical"]
MODES: tuple[Mode, ...] = ("fused", "vector", "lexical")


@dataclass(frozen=True)
class ReviewRow:
    """A review as the shop has it now; what is not known is None."""

    review_id: str
    text: str | None
    product: str | None = None
    customer: str | None = None
    day: date | None = None
    language: str | None = None
    sentiment: str | None = None

    @property
    def facts(self) -> tuple[str | None, ...]:
        """Everything but the text, as it is stored; days as ISO text."""
        day = self.day.isoformat() if self.day else None
        return self.product, self.customer, day, self.language, self.sentiment


@dataclass(frozen=True)
class Where:
    """Which reviews may be found; None asks nothing. Days are half-open: from `start` up to, not with, `end`."""

    sentiments: Collection[str] | None = None
    products: Collection[str] | None = None
    customers: Collection[str] | None = None
    languages: Collection[str] | None = None
    review_ids: Collection[str] | None = None
    start: date | None = None
    end: date | None = None

    @property
    def lists(self) -> dict[str, Collection[str]]:
        """Column -> allowed values, of the columns that something is asked of."""
        asked = {
            "sentiment": self.sentiments,
            "product": self.products,
            "customer": self.customers,
            "language": self.languages,
            "review_id": self.review_ids,
        }
        return {column: values for column, values in asked.items() if values is not None}

    @property
    def everything(self) -> bool:
        return not self.lists and self.start is None and self.end is None


@dataclass(frozen=True)
class Hit:
    """A review that was found. Higher scores are better, and compare within one search only."""

    review_id: str
    score: float


@dataclass(frozen=True)
class SyncReport:
    """What a sync did: reviews it read, added, changed and removed; distinct texts it embedded and forgot."""

    read: int
    added: int
    changed: int
    removed: int
    embedded: int
    forgotten: int
    embedder: str
