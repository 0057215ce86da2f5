"""How well probabilities agreed with what happened, each figure with its sampling error."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # pyright: ignore[reportMissingTypeStubs]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
BANDS, BAND = 10, 40  # of equal size: so many at most, of so many customers at least
_scipy: Any = stats


@dataclass(frozen=True)
class Band:
    """Customers of similar probability: how many, their mean probability, and the share that left."""

    customers: int
    predicted: float
    happened: float


@dataclass(frozen=True)
class Figures:
    """Of `customers` with a probability of leaving each and what they did.

    gap: happened - predicted; gap_error: its standard error if every probability were right. auc and auc_error are None
    where all left or all stayed. calibration_error: the mean distance of bands of equal size from what happened in
    them; calibration_p: how likely bands so far off are if every probability were right. `testable`: enough of both
    outcomes were expected for a normal approximation.
    """

    customers: int
    predicted: float
    happened: float
    gap_error: float
    auc: float | None
    auc_error: float | None
    brier: float
    calibration_error: float
    calibration_p: float
    bands: tuple[Band, ...]
    testable: bool

    @property
    def gap(self) -> float:
        return self.happened - self.predicted


def figures(probability: Floats, left: Flags) -> Figures:
    """probability: (n,) of leaving; left: (n,); n > 0.

    The calibration test is that of Hosmer & Lemeshow (1980), without a loss of degrees of freedom: the probabilities
    were not fitted to these outcomes.
    """
    happened, doubt = left.astype(np.float64), probability * (1 - probability)
    auc, auc_error = ranking(probability, left)
    bands, off = _bands(probability, happened)
    expected = min(float(probability.sum()), float((1 - probability).sum()))
    return Figures(
        customers=len(left),
        predicted=float(probability.mean()),
        happened=float(happened.mean()),
        gap_error=float(np.sqrt(doubt.sum()) / len(left)),
        auc=auc,
        auc_error=auc_error,
        brier=float(np.square(happened - probability).mean()),
        calibration_error=float(sum(b.customers * abs(b.happened - b.predicted) for b in bands) / len(left)),
        calibration_p=float(_scipy.chi2.sf(off, len(bands))),
        bands=bands,
        testable=expected >= 5,
    )


def ranking(probability: Floats, left: Flags) -> tuple[float | None, float | None]:
    """Area under the ROC curve and its standard error (DeLong et al. 1988, by ranks as in Sun & Xu 2014)."""
    leavers, stayers = probability[left], probability[~left]
    if not len(leavers) or not len(stayers):
        return None, None
    rank: Any = _scipy.rankdata
    ranks: Floats = rank(np.concatenate([leavers, stayers]))
    above = (ranks[: len(leavers)] - rank(leavers)) / len(stayers)
    below = 1 - (ranks[len(leavers) :] - rank(stayers)) / len(leavers)
    return float(above.mean()), float(np.sqrt(_of_mean(above) + _of_mean(below)))


def _of_mean(values: Floats) -> float:
    """The variance of the mean; of a single value it is bounded by that of any value between 0 and 1."""
    return float(values.var(ddof=1) / len(values)) if len(values) > 1 else 0.25


def _bands(probability: Floats, happened: Floats) -> tuple[tuple[Band, ...], float]:
    """The bands, and the sum of their squared distances in standard errors."""
    order = np.argsort(probability, kind="stable")
    parts = np.array_split(order, max(1, min(BANDS, len(order) // BAND)))
    bands = [Band(len(part), float(probability[part].mean()), float(happened[part].mean())) for part in parts]
    errors = [max(float((probability[part] * (1 - probability[part])).sum()), 1.0) for part in parts]
    off = [(b.customers * (b.happened - b.predicted)) ** 2 / error for b, error in zip(bands, errors, strict=True)]
    return tuple(bands), float(sum(off))
