"""Real reviews with their labels, from the splits that the polarity model was not trained on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tools.reviews.polarity.splits import Split, split_of

NEGATIVE, NEUTRAL, POSITIVE = range(3)


@dataclass(frozen=True)
class Reviews:
    """`truth` (n,) holds places in `SENTIMENTS`; `stars` (n,) holds 1 to 5, of two classes 1 and 5."""

    name: str
    texts: list[str]
    truth: NDArray[np.int64]
    stars: NDArray[np.float64]


def kept_apart(data: Path, split: Split = "test") -> list[Reviews]:
    """Chinese shop reviews (two classes) and English clothing reviews (up to 2, 3, and from 4 stars); absent ones left
    out."""
    found: list[Reviews] = []
    if (path := data / "online_shopping_10_cats.parquet").exists():
        frame = pd.read_parquet(path)
        found.append(_reviews("10_cats", frame["review"].tolist(), np.where(frame["label"] == 1, 5.0, 1.0), split))
    if (path := data / "womens_clothing_reviews.parquet").exists():
        frame = pd.read_parquet(path)
        found.append(_reviews("clothing", frame["Review Text"].tolist(), frame["Rating"].to_numpy(float), split))
    return found


def _reviews(name: str, texts: list[str | None], stars: NDArray[np.float64], split: Split) -> Reviews:
    places = [at for at, text in enumerate(texts) if isinstance(text, str) and text.strip() and split_of(text) == split]
    stars = stars[places]
    truth = np.where(stars <= 2, NEGATIVE, np.where(stars >= 4, POSITIVE, NEUTRAL))
    return Reviews(name, [str(texts[at]) for at in places], truth, stars)
