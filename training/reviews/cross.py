"""Students that never saw a category, scored on it: `python -m training.reviews.cross --labels DIR --teacher DIR …`.

Two figures a category. The table alone has seen only labels of other categories: what plain learning carries over. Both
sides together have the teacher's help; the teacher had seen the category in training, and clauses of it stand among the
extra text, so that this figure is what the method reaches at best. Writes `cross_domain.json` beside the bundled model.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from tools.reviews.polarity.scorer import FOLDER
from tools.reviews.polarity.text import clean
from training.reviews import data as reviews
from training.reviews import wide
from training.reviews.bags import Bags
from training.reviews.student import Plan, Run, student_logits

LEFT_OUT = {"hotels": "酒店", "fruit": "水果"}


def accuracy(logits: np.ndarray, labels: np.ndarray) -> dict[str, float | int]:
    """The share of reviews on whose side the student is, and its mean over both sides."""
    right = (logits[:, 2] > logits[:, 0]) == (labels == reviews.POSITIVE)
    balanced = np.mean([right[labels == side].mean() for side in (reviews.NEGATIVE, reviews.POSITIVE)])
    return {"n": len(labels), "accuracy": round(float(right.mean()), 4), "balanced": round(float(balanced), 4)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("labels", "teacher", "wheel", "data", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    for name, value in (("epochs", 3), ("threads", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    plan = Plan(**vars(parser.parse_args()))
    found = {}
    for name, group in LEFT_OUT.items():
        run = Run(replace(plan, without=group, out=plan.out / name))
        run.go()
        rows = [row for row in reviews.chinese_reviews(plan.data) if row.group == group]
        bags = Bags([clean(row.text) for row in rows], run.tokenizer, run.marks)
        labels, table = np.array([row.label for row in rows]), wide.matrix(bags) @ run.table
        found[f"{name}, table alone"] = accuracy(table, labels)
        found[f"{name}, both sides"] = accuracy(table + student_logits(run.model, bags), labels)
        (FOLDER / "cross_domain.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
