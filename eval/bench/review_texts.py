"""Reviews of real length in any number: those of the shared data over and over, later rounds numbered, or made ones."""

import csv
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pandas as pd

from eval.bench.source import SHARED

SOURCES = {"womens_clothing_reviews.parquet": "Review Text", "online_shopping_10_cats.parquet": "review"}
# Where there is no shared data: about as long as real English and Chinese reviews.
MADE = (
    "I ordered this in my usual size and it runs rather large. The colour is as shown and the fabric feels soft, but "
    "the seam at the back came loose after one wash. Delivery took nine days; the service answered within an hour and "
    "sent a new one without any questions, so I am not too cross about it in the end.",
    "物流很快，第二天就到了，包装也很好。就是颜色和图片有点差别，质量还可以，价格不算便宜，客服态度不错，总的来说还行。",
)


def texts() -> Iterator[str]:
    """Without end; English and Chinese by turns, as the shared data has them, no two alike."""
    columns = [pd.read_parquet(path)[name].dropna().tolist() for name, path in _present()] or [list(MADE)]
    for number in count():
        for column in columns:
            text = column[number % len(column)]
            yield text if number < len(column) else f"{text} {number}"


def source_name() -> str:
    return " and ".join(path.name for _, path in _present()) or "made texts"


def write_reviews(path: Path, rows: int) -> float:
    """A CSV file with id, text and stars; returns the mean length of a text in characters."""
    total = 0
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["id", "text", "stars"])
        for number, text in enumerate(islice(texts(), rows)):
            total += len(text)
            writer.writerow([number, text, number % 5 + 1])
    return total / rows


def _present() -> list[tuple[str, Path]]:
    paths = [(column, SHARED / "data" / file) for file, column in SOURCES.items()]
    return [(column, path) for column, path in paths if path.exists()]
