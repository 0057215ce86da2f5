"""How far a distribution has moved: the population stability index over stored quantile bins.

PSI = sum of (after - before) * ln(after / before) over the shares in each bin (Siddiqi 2006, "Credit Risk Scorecards":
from 0.25 on, a population has changed markedly). Where nothing has changed it is, in samples of n and m, distributed as
(1/n + 1/m) times chi-square with one degree of freedom less than there are bins (Yurdakul 2018, "Statistical properties
of population stability index"). Where many customers share a value that creeps a little, such as the shop's average
that stands for "does not apply", PSI is large though nothing has happened; so the quantiles must have moved as well.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats  # pyright: ignore[reportMissingTypeStubs]

Floats = NDArray[np.float64]
MARKED = 0.25
MOVED = 0.15  # mean move of the quantiles, in distances from the 10th to the 90th percentile
ALPHA = 0.01  # chance of a false alarm, of all comparisons of one refresh together
_AT = np.arange(1, 20) / 20
_EVERY = slice(1, None, 2)  # of these, the tenths
_chi2: Any = stats.chi2


@dataclass(frozen=True)
class Bins:
    """`quantiles` (19,): the 5th to the 95th percentile; `counts` (k + 1,) of values up to the first of the k different
    tenths, up to the second …, above the last."""

    quantiles: list[float]
    counts: list[int]

    @classmethod
    def of(cls, values: Floats) -> "Bins":
        """`values` are not NaN, and there is at least one."""
        at = np.quantile(values, _AT, method="inverted_cdf")
        bins = cls(at.tolist(), [])
        return cls(bins.quantiles, bins.counted(values).tolist())

    def counted(self, values: Floats) -> NDArray[np.int64]:
        edges = np.unique(self.quantiles[_EVERY])
        return np.bincount(np.searchsorted(edges, values), minlength=len(edges) + 1)


@dataclass(frozen=True)
class Shift:
    """`psi`; `chance`, which it exceeds with probability ALPHA where nothing has changed; how far quantiles `moved`;
    medians before and after."""

    psi: float
    chance: float
    moved: float
    before: float
    after: float

    @property
    def marked(self) -> bool:
        return self.psi >= MARKED and self.psi > self.chance and self.moved >= MOVED


def shift(before: Bins, values: Floats, comparisons: int = 1) -> Shift:
    """`comparisons`: how many shifts are looked at together (Bonferroni)."""
    after = Bins.of(values)
    counts = np.array([before.counts, before.counted(values)], dtype=np.float64)
    counts = counts[:, counts.any(axis=0)]
    sizes = counts.sum(axis=1)
    shares = (counts + 0.5) / (sizes[:, None] + 0.5 * counts.shape[1])
    psi = float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
    chance = float((1 / sizes).sum() * _chi2.isf(ALPHA / comparisons, max(counts.shape[1] - 1, 1)))
    middle = len(_AT) // 2
    return Shift(psi, chance, _moved(before, after), before.quantiles[middle], after.quantiles[middle])


def _moved(before: Bins, after: Bins) -> float:
    spread = max(bins.quantiles[17] - bins.quantiles[1] for bins in (before, after))
    return float(np.abs(np.subtract(after.quantiles, before.quantiles)).mean() / max(spread, 1e-12))
