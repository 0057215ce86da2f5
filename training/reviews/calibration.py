"""Weighs the student's two sides and calibrates their sum, on the dev split, for each language.

Vector scaling (Guo et al. 2017, "On Calibration of Modern Neural Networks", arXiv:1706.04599) with one slope for all
classes of a side, which also is a stacked regression (Wolpert 1992) over the two.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch.nn import functional


def fit(sides: Sequence[np.ndarray], labels: np.ndarray, weights: np.ndarray) -> dict[str, list[float]]:
    """`slopes` of the sides (logits (n, 3) each) and `offsets` of the classes with the least weighted log loss."""
    x = torch.from_numpy(np.stack(sides).astype(np.float64))
    y, w = torch.from_numpy(labels), torch.from_numpy(weights.astype(np.float64))
    slopes = torch.full((len(sides), 1, 1), 1 / len(sides), dtype=torch.float64, requires_grad=True)
    offsets = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    search = torch.optim.LBFGS([slopes, offsets], max_iter=300, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        search.zero_grad()
        losses = functional.cross_entropy((slopes * x).sum(0) + offsets, y, reduction="none")
        loss = (losses * w).sum() / w.sum() + 1e-4 * offsets.square().sum()
        loss.backward()
        return loss

    search.step(closure)
    found = {"slopes": slopes.flatten(), "offsets": offsets - offsets.mean()}
    return {name: _rounded(values.detach()) for name, values in found.items()}


def _rounded(values: torch.Tensor) -> list[float]:
    return [round(float(value), 4) for value in values]
