"""Intervals for a mean that stay honest where the values are skewed, as weighted margins are."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from scipy import stats  # pyright: ignore[reportMissingTypeStubs]

from tools.offers.off_policy.log import Floats, Ints

_stats: Any = stats


@dataclass(frozen=True)
class Mean:
    """A mean with its interval and standard error."""

    value: float
    low: float
    high: float
    error: float


def mean_of(values: Floats, level: float = 0.95, customers: Ints | None = None) -> Mean:
    """The mean of `values` (n,) with Hall's (1992) interval: the t statistic is transformed so that its skewness is
    gone, which the normal interval ignores. Its quantile is that of a t with the degrees of freedom that a variance
    estimated from values of this kurtosis has, 2 n / (kurtosis - 1) (Satterthwaite 1946). Where `customers` (n,) are
    given, they are the independent units.

    Hall, "On the removal of skewness by transformation", JRSS B 54. A single unit or values that are all equal give an
    interval without width.
    """
    value = float(values.mean())
    units = values if customers is None else _by_customer(values, value, customers)
    n = len(units)
    spread = float(units.std(ddof=1)) if n > 1 else 0.0
    if spread <= 1e-12 * max(1.0, abs(value)):
        return Mean(value, value, value, 0.0)
    standard = (units - value) / spread
    skewness, kurtosis = float((standard**3).mean()), float((standard**4).mean())
    error = spread / sqrt(n)
    freedom = max(1.0, min(n - 1.0, 2 * n / max(kurtosis - 1, 1e-9)))
    tail = float(_stats.t.ppf((1 + level) / 2, freedom))
    low, high = (value - error * _unskewed(z, skewness, n) for z in (tail, -tail))
    return Mean(value, low, high, error)


def _unskewed(z: float, skewness: float, n: int) -> float:
    """The t statistic whose transform is z (Hall's cubic, which has a closed inverse)."""
    a = skewness / sqrt(n)
    if abs(a) < 1e-9:
        return z
    return float(3 / a * (np.cbrt(1 + a * (z - a / 6)) - 1))


def _by_customer(values: Floats, value: float, customers: Ints) -> Floats:
    """One value a customer, with the same mean: their summed deviations, scaled to the number of customers."""
    sums = np.bincount(customers, values - value)
    return value + np.asarray(sums, dtype=np.float64) * (len(sums) / len(values))
