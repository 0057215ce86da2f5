"""An index on an embedder small enough to know what it must find."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

from store.review_index import ReviewIndex, ReviewRow
from store.settings import Settings


class LettersEmbedder:
    """Character pairs hashed into a vector; counts the texts it is given."""

    def __init__(self, name: str = "letters", dimension: int = 64) -> None:
        self.name, self.dimension, self.share = name, dimension, 0.3
        self.texts: list[str] = []

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        self.texts += texts
        return np.stack([self.query(text) for text in texts])

    def query(self, text: str) -> np.ndarray:
        vector = np.full(self.dimension, 1e-3, np.float32)
        for pair in zip(text.lower(), text.lower()[1:], strict=False):
            vector[crc32("".join(pair).encode()) % self.dimension] += 1
        return vector / np.linalg.norm(vector)


MakeIndex = Callable[..., ReviewIndex]


@pytest.fixture
def embedder() -> LettersEmbedder:
    return LettersEmbedder()


@pytest.fixture
def index(tmp_path: Path, embedder: LettersEmbedder) -> ReviewIndex:
    return ReviewIndex.open(tmp_path, Settings(home=tmp_path), embedder)


def reviews() -> list[ReviewRow]:
    """Six reviews in two languages; r1 and r5 have the same text."""
    return [
        ReviewRow("r1", "The zipper broke after a week", "coat", "c1", date(2026, 1, 5), "en", "negative"),
        ReviewRow("r2", "Lovely colours, fits well", "dress", "c2", date(2026, 1, 9), "en", "positive"),
        ReviewRow("r3", "衣服掉色严重，洗了两次", "dress", "c3", date(2026, 2, 1), "zh", "negative"),
        ReviewRow("r4", "快递很快，包装很好", "mug", "c1", date(2026, 2, 2), "zh", "positive"),
        ReviewRow("r5", "The zipper broke after a week", "dress", "c2", date(2026, 3, 1), "en", "negative"),
        ReviewRow("r6", "Arrived late and the box was crushed", "mug", None, None, None, None),
    ]


def found(index: ReviewIndex, query: str, **asked: object) -> list[str]:
    return [hit.review_id for hit in index.search(query, **asked)]  # type: ignore[arg-type]
