"""The difference between two arms, with an interval that may be looked at every day.

The sum that a difference rests on moves like a Brownian motion as customers or days come in, and by the reflection
principle it ever leaves +-c times its final standard deviation with a probability of 4 (1 - Phi(c)) at most: O'Brien
and Fleming's boundary (Biometrics 35, 1979), watched without a pause. So the interval is wide at first and at the end
2.24 standard errors where an interval for a single look has 1.96. Spending that differs between customers makes days
depend on each other, which makes leaving the boundary less likely, not more (Slepian's inequality).

CUPED takes off what was to be expected of each customer: Deng, Xu, Kohavi and Walker, "Improving the sensitivity of
online controlled experiments by utilizing pre-experiment data" (WSDM 2013).

All this is for many customers. Where few buy and some buy a lot, a small arm that holds no big order by chance has a
mean that is too low and a variance that is too small, and excludes the truth. So an arm's variance is taken as no
smaller than that of both arms together, and no interval is given before FEWEST customers of each arm have bought.
`python -m eval.offers.always_valid` measures what that does, and compares with a confidence sequence.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from tools.offers.results.sums import Floats, Sums

FEWEST = 5
LEVEL = 0.95


@dataclass(frozen=True)
class Comparison:
    """Scalars or arrays. `offered` and `held` are the arms' means at equal spending before, `value` their difference,
    `low` and `high` its interval (nan where it is too early for one), `kept` the share of variance that CUPED left."""

    offered: Floats
    held: Floats
    value: Floats
    low: Floats
    high: Floats
    kept: Floats


def compare(offered: Sums, held: Sums, seen: Floats | float, *, level: float = LEVEL, cuped: bool = True) -> Comparison:
    """The mean of `offered` less that of `held`. `seen`, in (0, 1], is how much is in of what will be in the end: the
    share of customers, or of the window's days.

    Raises ValueError for a level outside (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; it must be between 0 and 1")
    slope = _slope(offered, held) if cuped else np.zeros_like(offered.mean)
    centre = (offered.x + held.x) / np.maximum(offered.n + held.n, 1)
    means = [one.mean - slope * (one.before - centre) for one in (offered, held)]
    left = [_left(one, slope) for one in (offered, held)]
    pooled = (left[0] + left[1]) / np.maximum(offered.n + held.n - 2, 1)
    error = sum(
        np.maximum(rest / np.maximum(one.n - 1, 1), pooled) / np.maximum(one.n, 1)
        for one, rest in zip((offered, held), left, strict=True)
    )
    half = reach(seen, 1 - level) * np.sqrt(error)
    half = np.where(np.minimum(offered.buyers, held.buyers) >= FEWEST, half, np.nan)
    value = means[0] - means[1]
    whole = offered.spread[0] + held.spread[0]
    kept = (left[0] + left[1]) / np.where(whole > 0, whole, 1)
    return Comparison(means[0], means[1], value, value - half, value + half, kept)


def reach(seen: Floats | float, alpha: float) -> Floats:
    """Standard errors from the difference to either end of its interval."""
    return NormalDist().inv_cdf(1 - alpha / 4) / np.sqrt(np.clip(seen, 1e-6, 1))


def _slope(offered: Sums, held: Sums) -> Floats:
    """Of outcome on before, within arms; 0 where before is the same for all."""
    (_, xy, xx), (_, other_xy, other_xx) = offered.spread, held.spread
    total = xx + other_xx
    flat = total <= 1e-9 * np.maximum(offered.xx + held.xx, 1)
    return np.where(flat, 0.0, (xy + other_xy) / np.where(flat, 1.0, total))


def _left(one: Sums, slope: Floats) -> Floats:
    yy, xy, xx = one.spread
    return np.maximum(yy - 2 * slope * xy + slope**2 * xx, 0)
