"""How sure a text must be of the opposite before its rating is said to contradict it, on the splits kept apart.

python -m eval.reviews.contradiction [--data ../shared/data] [--split test] [--json]

`flagged` is the share of reviews as they are that are flagged: at most so many are flagged falsely, since some of these
ratings do contradict their text. `found` is the share that is flagged once every rating is turned round (1 for 5, 2 for
4), so that all contradict.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from eval.bench.source import SHARED
from eval.reviews.kept_apart import NEUTRAL, Reviews, kept_apart
from tools.reviews import contradiction
from tools.reviews.labelling.embedded import EmbeddedLabeller, usable_cores
from tools.reviews.labels import Label

THRESHOLDS = (0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.98, 0.99)


def run(data: Path, split: str = "test") -> dict[str, Any]:
    """Both shares for every threshold and data set, and which threshold is in use."""
    with EmbeddedLabeller(usable_cores()) as embedded:
        sets = {one.name: shares(one, embedded.label(one.texts)) for one in kept_apart(data, split)}  # pyright: ignore[reportArgumentType]
        return {
            "suite": "reviews.contradiction",
            "embedded": embedded.version,
            "used": contradiction.CLEARLY,
            "sets": sets,
        }


def shares(reviews: Reviews, labels: list[Label]) -> list[dict[str, Any]]:
    """One row a threshold, over reviews of other than three stars."""
    places = np.flatnonzero(reviews.truth != NEUTRAL).tolist()
    rows: list[dict[str, Any]] = []
    for threshold in THRESHOLDS:
        as_is = [contradiction.contradicts(reviews.stars[at], labels[at], threshold) for at in places]
        turned = [contradiction.contradicts(6 - reviews.stars[at], labels[at], threshold) for at in places]
        figures = {"flagged": round(float(np.mean(as_is)), 4), "found": round(float(np.mean(turned)), 4)}
        rows.append({"threshold": threshold, "reviews": len(places), **figures})
    return rows


def show(report: dict[str, Any]) -> None:
    for name, rows in report["sets"].items():
        print(f"\n{name}, {rows[0]['reviews']:,} reviews; in use: {report['used']}")
        print("  threshold  flagged as they are  found when turned round")
        for row in rows:
            print(f"  {row['threshold']:9}  {row['flagged']:19.2%}  {row['found']:23.2%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "data")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = run(options.data, options.split)
    if not report["sets"]:
        print(f"The check is left out: there are no reviews with ratings in {options.data}.")
    elif options.json:
        print(json.dumps(report))
    else:
        show(report)


if __name__ == "__main__":
    main()
