"""How well could anything rank these customers by what is known of them? python -m eval.churn.ceiling [--json].

What no forecast may do: learn from the outcomes themselves, of four fifths of the customers, and rank the other fifth.
The better of boosted trees and logistic regression on the model's own features, as mean AUC over five folds.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

from lightgbm import LGBMClassifier
from sklearn.linear_model import LogisticRegression  # pyright: ignore[reportMissingTypeStubs]
from sklearn.model_selection import cross_val_score  # pyright: ignore[reportMissingTypeStubs]
from sklearn.pipeline import make_pipeline  # pyright: ignore[reportMissingTypeStubs]
from sklearn.preprocessing import QuantileTransformer  # pyright: ignore[reportMissingTypeStubs]

from eval.bench.source import SHARED
from eval.churn import cdnow, uci
from eval.churn.judged import loaded
from tools.churn.embedding import ProductVectors
from tools.churn.known import known_at
from tools.churn.observations import Observed, observe

TREES: dict[str, Any] = {
    "n_estimators": 150,
    "learning_rate": 0.03,
    "num_leaves": 8,
    "min_child_samples": 50,
    "reg_lambda": 10,
}
SAMPLED: dict[str, Any] = {
    "colsample_bytree": 0.4,
    "subsample": 0.7,
    "subsample_freq": 1,
    "verbose": -1,
    "n_jobs": 2,
    "random_state": 7,
}


def run(data: Path) -> dict[str, float]:
    """The ceiling by data set and cut-off."""
    return {name: round(max(_cross_validated(seen)), 4) for name, seen in _sets(data)}


def _sets(data: Path) -> Iterator[tuple[str, Observed]]:
    with loaded(data / "cdnow.parquet", "transactions") as shop:
        yield "cdnow", observe(shop, cdnow.CUTOFF, cdnow.HORIZON)
    with loaded(data / "online_retail.parquet", "uci-online-retail") as shop:
        for day in uci.CUTOFFS:
            moment = datetime.combine(day, time.max)
            vectors = ProductVectors.fit(known_at(shop, moment))
            yield f"uci {day}", observe(shop, moment, uci.HORIZON, vectors=vectors)


def _cross_validated(seen: Observed) -> list[float]:
    normal: Any = QuantileTransformer(n_quantiles=100, output_distribution="normal")
    linear = make_pipeline(normal, LogisticRegression(C=0.02, max_iter=500))
    models: list[Any] = [LGBMClassifier(**TREES, **SAMPLED), linear]
    return [float(cross_val_score(one, seen.x, seen.orders == 0, cv=5, scoring="roc_auc").mean()) for one in models]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED / "data")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    found = run(args.data)
    print(json.dumps(found) if args.json else "\n".join(f"{name:16} {value:.4f}" for name, value in found.items()))
