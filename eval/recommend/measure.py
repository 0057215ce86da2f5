"""How good ranked lists are: recall and nDCG at 10, their margins, and how much of the catalogue they show."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DEPTH = 10
_DRAWS = 2000


@dataclass(frozen=True)
class Measured:
    """Per customer, in the same order for all ways: recall@10 and nDCG@10; `shown` are the products in any list."""

    recall: NDArray[np.float64]
    ndcg: NDArray[np.float64]
    shown: int

    def figures(self, products: int) -> dict[str, float]:
        return {
            "recall": round(float(self.recall.mean()), 4),
            "ndcg": round(float(self.ndcg.mean()), 4),
            "coverage": round(self.shown / max(products, 1), 4),
        }


def measured(lists: Sequence[NDArray[np.int64]], bought: Sequence[set[int]]) -> Measured:
    """`lists` best first. Recall: the share of the products bought that are among the ten. nDCG: gain 1 for each of
    them, discount log2, against the best possible list. A product bought that was never sold before counts as missed.
    """
    discount = 1 / np.log2(np.arange(2, DEPTH + 2))
    ideal = np.r_[0.0, np.cumsum(discount)]
    recall, ndcg, shown = np.zeros(len(lists)), np.zeros(len(lists)), set[int]()
    for at, (ranked, wanted) in enumerate(zip(lists, bought, strict=True)):
        top = ranked[:DEPTH].tolist()
        hits = np.array([place in wanted for place in top], bool)
        recall[at] = hits.sum() / len(wanted)
        ndcg[at] = (hits * discount[: len(top)]).sum() / ideal[min(DEPTH, len(wanted))]
        shown.update(top)
    return Measured(recall, ndcg, len(shown))


def margin(better: NDArray[np.float64], worse: NDArray[np.float64], seed: int = 0) -> tuple[float, float, float]:
    """Mean difference of the same customers, with the 95 % interval of 2,000 bootstrap samples of customers."""
    rng = np.random.default_rng(seed)
    difference = better - worse
    means = [difference[rng.integers(0, len(difference), len(difference))].mean() for _draw in range(_DRAWS)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(difference.mean()), float(low), float(high)


def best(scores: NDArray[np.float64], depth: int = DEPTH) -> NDArray[np.int64]:
    """(rows, products) -> (rows, depth) places, highest score first; ties by place."""
    depth = min(depth, scores.shape[1])
    return np.argsort(-scores, axis=1, kind="stable")[:, :depth]
