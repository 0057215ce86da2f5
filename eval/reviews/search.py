"""How well searches find the right reviews: judged queries over real ones, English and Chinese.

python -m eval.reviews.search --data ../shared/data [--index FOLDER] [--json]

The corpus is fixed by the texts alone: of each language the 8,500 reviews whose SHA-256 is lowest (Women's Clothing;
online_shopping_10_cats). The ten best of several rankers were pooled and graded by reading, without knowing who found
them: 2 says what was asked for, of the kind of product asked for; 1 says part of it, or says it weakly; 0 is about
something else, about the opposite, or about another kind of product. Only keys and grades are kept, never a review.
"""

import argparse
import hashlib
import json
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import pandas as pd

from store.review_index import MODES, Mode, ReviewIndex, ReviewRow, Where
from store.settings import Settings

JUDGED = Path(__file__).with_name("search_judged.jsonl")
SOURCES = {
    "en": ("womens_clothing_reviews.parquet", "Review Text"),
    "zh": ("online_shopping_10_cats.parquet", "review"),
}
CORPUS = 8500
DEPTH = 10
_BATCH = 1000


@dataclass(frozen=True)
class Query:
    """`category` are the product categories that can be right (None: any); `grades` go from review key to 0, 1 or 2."""

    id: str
    language: str
    query: str
    category: list[str] | None
    aspect: str
    half: str
    grades: dict[str, int]


def read_queries(path: Path = JUDGED) -> list[Query]:
    return [Query(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def review_key(text: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the stripped text."""
    return hashlib.sha256(text.strip().encode()).hexdigest()[:16]


def corpus(data: Path, language: str, size: int = CORPUS) -> dict[str, str]:
    """Review key -> text."""
    name, column = SOURCES[language]
    texts = pd.read_parquet(data / name, columns=[column])[column].dropna()
    found = {review_key(text): text for text in texts if text.strip()}
    return dict(sorted(found.items())[:size])


def build(index: ReviewIndex, data: Path) -> None:
    """Makes the index hold the corpora of both languages; what it holds already costs nothing."""
    rows = [
        ReviewRow(key, text, language=language) for language in SOURCES for key, text in corpus(data, language).items()
    ]
    index.sync(_batches(rows))


def _batches(rows: Sequence[ReviewRow]) -> Iterator[Sequence[ReviewRow]]:
    return (rows[at : at + _BATCH] for at in range(0, len(rows), _BATCH))


def measure(index: ReviewIndex, queries: Sequence[Query]) -> dict[str, Any]:
    """language -> half -> mode -> the figures, averaged over the queries."""
    report: dict[str, Any] = {}
    for language in SOURCES:
        for half in ("dev", "test"):
            chosen = [one for one in queries if (one.language, one.half) == (language, half)]
            report.setdefault(language, {})[half] = {mode: _averages(index, chosen, mode) for mode in MODES}
    return report


def _averages(index: ReviewIndex, queries: Sequence[Query], mode: Mode) -> dict[str, float]:
    figures = [figures_of(found(index, query, mode), query.grades) for query in queries]
    return {name: round(fmean(one[name] for one in figures), 4) for name in figures[0]} | {"queries": len(queries)}


def found(index: ReviewIndex, query: Query, mode: Mode) -> list[str]:
    """The keys of the ten best reviews in the query's own language."""
    where = Where(languages=[query.language])
    return [hit.review_id for hit in index.search(query.query, limit=DEPTH, mode=mode, where=where)]


def figures_of(ranked: Sequence[str], grades: dict[str, int]) -> dict[str, float]:
    """nDCG@10 (Burges et al. 2005: gain 2^grade - 1, discount log2), recall@10 and MRR@10 of grades above 0.

    What is not judged counts as 0, and `unjudged` is its share.
    """
    top = ranked[:DEPTH]
    relevant = [key for key, grade in grades.items() if grade]
    first = next((place for place, key in enumerate(top, 1) if grades.get(key)), None)
    best = _gain(sorted(grades.values(), reverse=True)[:DEPTH])
    return {
        "ndcg": _gain([grades.get(key, 0) for key in top]) / best,
        "recall": sum(1 for key in top if grades.get(key)) / len(relevant),
        "mrr": 1 / first if first else 0.0,
        "unjudged": sum(1 for key in top if key not in grades) / max(len(top), 1),
    }


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--index", type=Path, help="a folder to keep the index in for the next run")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="winback-search-") as name:
        home = options.index or Path(name)
        index = ReviewIndex.open(home, Settings(home=home))
        build(index, options.data)
        report = measure(index, read_queries())
    if options.json:
        print(json.dumps(report))
        return
    for language, halves in report.items():
        for half, modes in halves.items():
            for mode, figures in modes.items():
                shown = "  ".join(f"{name} {value:.3f}" for name, value in figures.items() if name != "queries")
                print(f"{language} {half:4} {mode:8} {figures['queries']:3} queries  {shown}")


if __name__ == "__main__":
    main()
