"""How right a prediction of leaving, of orders and of spend turned out to be."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # pyright: ignore[reportMissingTypeStubs]

Floats = NDArray[np.float64]
_stats: Any = stats
BINS = 15
_EXACT = 100_000  # customers up to which all pairs are compared


def auc(happened: NDArray[np.bool_], risk: Floats) -> float | None:
    """The chance that one to whom it happened has the higher risk than one to whom it did not; ties count half. None
    where everybody or nobody is concerned."""
    positive = int(happened.sum())
    negative = len(happened) - positive
    if not positive or not negative:
        return None
    ranks: Floats = _stats.rankdata(risk)
    return float((ranks[happened].sum() - positive * (positive + 1) / 2) / (positive * negative))


def c_index(risk: Floats, next_days: Floats) -> float | None:
    """Harrell's (1982) concordance of the risk of leaving with the days to the next order (NaN: none was seen in the
    time watched): over all pairs of which one ordered and the other later or not at all, how often the latter had the
    higher risk; ties in risk count half. None where no pair compares.

    Exact; above 100,000 customers on every n-th of them.
    """
    if len(risk) > _EXACT:
        step = -(-len(risk) // _EXACT)
        risk, next_days = risk[::step], next_days[::step]
    won = compared = 0.0
    time = np.where(np.isnan(next_days), np.inf, next_days)
    for day in np.unique(time[np.isfinite(time)]):
        now, later = risk[time == day], np.sort(risk[time > day])
        below = np.searchsorted(later, now, side="left")
        to = np.searchsorted(later, now, side="right")
        won += float((len(later) - to).sum() + (to - below).sum() / 2)
        compared += len(now) * len(later)
    return won / compared if compared else None


def brier(probability: Floats, happened: NDArray[np.bool_]) -> float:
    """Mean squared error of a probability (Brier 1950)."""
    return float(((probability - happened) ** 2).mean())


def calibration_error(probability: Floats, happened: NDArray[np.bool_]) -> float:
    """Mean gap between probability and share over 15 bins of equal width, weighted (Naeini et al. 2015)."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = [abs(float((probability - happened)[bins == place].sum())) for place in np.unique(bins)]
    return sum(gaps) / len(probability)


def rmse(expected: Floats, seen: Floats) -> float:
    return float(np.sqrt(((expected - seen) ** 2).mean()))


def correlation(expected: Floats, seen: Floats) -> float | None:
    """Pearson's; None where either is constant."""
    if np.ptp(expected) == 0 or np.ptp(seen) == 0:
        return None
    return float(np.corrcoef(expected, seen)[0, 1])


def bias(expected: Floats, seen: Floats) -> float | None:
    """By what share the total is too high; None where nothing was seen."""
    total = float(seen.sum())
    return float(expected.sum()) / total - 1 if total > 0 else None
