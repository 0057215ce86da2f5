"""How well aspects and their polarity are found: on the demo shop's reviews, and on real ones judged by hand.

python -m eval.reviews.aspects [--data ../shared/data] [--seed 202] [--split test] [--json]

The lexicon was written without sight of the demo's prose, and corrected on another seed's figures and 40 of its errors
and on the `dev` half of the judgements. `aspects_judged.jsonl` holds no text, only its key: the first 16 hex digits of
the SHA-256 of the stripped text.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from eval.reviews.search import review_key
from store.demo import make_demo
from store.warehouse import Warehouse
from tools.reviews.aspects import ClausePolarity, find_aspects
from tools.reviews.labels import ASPECTS
from tools.reviews.polarity import Polarity

JUDGED = Path(__file__).with_name("aspects_judged.jsonl")
SOURCES = {
    "en": ("womens_clothing_reviews.parquet", "Review Text"),
    "zh": ("online_shopping_10_cats.parquet", "review"),
}
CUSTOMERS = 5000


@dataclass(frozen=True)
class Case:
    """A text with the aspects it truly speaks of."""

    text: str
    language: str
    aspects: dict[str, str]


def run(data: Path, seed: int = 202, split: str = "test", polarity: ClausePolarity | None = None) -> dict[str, Any]:
    """Figures for both sources; those of the real reviews are None where `data` is absent."""
    model = polarity or Polarity.bundled()
    real = judged_cases(data, split)
    return {
        "suite": "reviews.aspects",
        "demo": score(demo_cases(seed), model) | {"seed": seed, "customers": CUSTOMERS},
        "real": score(real, model) | {"split": split} if real else None,
    }


def demo_cases(seed: int, customers: int = CUSTOMERS) -> list[Case]:
    """Every review of a demo shop that is made for this and thrown away."""
    with tempfile.TemporaryDirectory(prefix="winback-eval-") as name:
        home = Path(name)
        make_demo(home, customers=customers, seed=seed)
        truth = pd.read_parquet(home / "truth" / "reviews.parquet", columns=["review_id", "aspects"])
        warehouse = Warehouse.open(home)
        facts = warehouse.table("reviews").select("review_id", "text", "language").to_pandas()
        warehouse.close()
    rows = truth.merge(facts, on="review_id")
    return [
        Case(text, language, json.loads(aspects))
        for text, language, aspects in zip(rows["text"], rows["language"], rows["aspects"], strict=True)
    ]


def judged_cases(data: Path, split: str) -> list[Case]:
    """The judged reviews whose texts are in `data`; none where it is absent."""
    judged = [json.loads(line) for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    wanted = {row["key"]: row for row in judged if row["split"] == split}
    cases: dict[str, Case] = {}
    for language, (file, column) in SOURCES.items():
        if (data / file).exists():
            for text in pd.read_parquet(data / file, columns=[column])[column].dropna():
                row = wanted.get(key := review_key(text))
                if row and row["language"] == language:
                    cases[key] = Case(text, language, row["aspects"])
    return list(cases.values())


def score(cases: Sequence[Case], polarity: ClausePolarity) -> dict[str, Any]:
    """Detection and polarity by language and aspect, and the rate it was done at."""
    started = time.perf_counter()
    found = find_aspects([case.text for case in cases], polarity)
    seconds = time.perf_counter() - started
    counts: Counter[tuple[str, str, str]] = Counter()
    for case, got in zip(cases, found, strict=True):
        for aspect in got.keys() | case.aspects.keys():
            counts[case.language, aspect, "found"] += aspect in got
            counts[case.language, aspect, "there"] += aspect in case.aspects
            counts[case.language, aspect, "both"] += aspect in got and aspect in case.aspects
            counts[case.language, aspect, "right"] += got.get(aspect, "") == case.aspects.get(aspect)
    languages = sorted({case.language for case in cases})
    return {
        "reviews": len(cases),
        "reviews_per_second": round(len(cases) / seconds),
        "all": _figures(counts, languages, ASPECTS),
        "by_language": {one: _figures(counts, [one], ASPECTS) for one in languages},
        "by_aspect": {one: {aspect: _figures(counts, [one], [aspect]) for aspect in ASPECTS} for one in languages},
    }


def _figures(
    counts: Counter[tuple[str, str, str]], languages: Iterable[str], aspects: Iterable[str]
) -> dict[str, float | int | None]:
    places = [(language, aspect) for language in languages for aspect in aspects]
    found, there, both, right = (
        sum(counts[*place, what] for place in places) for what in ("found", "there", "both", "right")
    )
    return {
        "there": there,
        "precision": _share(both, found),
        "recall": _share(both, there),
        "f1": _share(2 * both, found + there),
        "polarity": _share(right, both),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


def show(title: str, figures: dict[str, Any]) -> str:
    """The figures of one source as a table."""
    lines = [f"{title}: {figures['reviews']} reviews, {figures['reviews_per_second']}/s"]
    lines += [f"{'':14}{'n':>6}{'precision':>11}{'recall':>8}{'F1':>7}{'polarity':>10}", _row("all", figures["all"])]
    for language, whole in figures["by_language"].items():
        lines.append(_row(language, whole))
        lines += [_row(f"  {aspect}", row) for aspect, row in figures["by_aspect"][language].items()]
    return "\n".join(lines)


def _row(name: str, row: dict[str, Any]) -> str:
    cells = [("-" if row[what] is None else f"{row[what]:.3f}") for what in ("precision", "recall", "f1", "polarity")]
    return f"{name:14}{row['there']:>6}{cells[0]:>11}{cells[1]:>8}{cells[2]:>7}{cells[3]:>10}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the real reviews")
    parser.add_argument("--seed", type=int, default=202, help="of the demo shop")
    parser.add_argument("--split", choices=["dev", "test"], default="test", help="which half of the judged reviews")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    report = run(given.data, given.seed, given.split)
    if given.json:
        print(json.dumps(report))
        return
    print(show(f"Demo shop, seed {given.seed}", report["demo"]))
    real = report["real"]
    print(
        "\n"
        + (show(f"Real reviews, judged by hand, {given.split}", real) if real else f"No real reviews in {given.data}.")
    )


if __name__ == "__main__":
    main()
