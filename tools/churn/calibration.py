"""From scores to probabilities and totals that hold on customers the model has not learned from."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special  # pyright: ignore[reportMissingTypeStubs]

Floats = NDArray[np.float64]
_optimize: Any = optimize
_special: Any = special
_PRIOR = 25.0  # outcomes' worth of belief that nothing needs changing


@dataclass(frozen=True)
class Line:
    """Platt's (1999) map of log-odds: `slope` times them, plus `shift`. Contributions to log-odds scale with it."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, log_odds: Floats) -> Floats:
        return self.slope * log_odds + self.shift


def fit_line(log_odds: Floats, happened: NDArray[np.bool_]) -> Line:
    """The most likely line for outcomes `happened` (n,), drawn to the identity where they are few."""

    def loss(line: Floats) -> float:
        z = line[0] * log_odds + line[1]
        off = (line[0] - 1) ** 2 + line[1] ** 2
        return float(np.logaddexp(0, z).sum() - z[happened].sum() + _PRIOR * off)

    found = _optimize.minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.3, 2.0), (-3.0, 3.0)])
    return Line(float(found.x[0]), float(found.x[1]))


def fit_power(log_expected: Floats, happened: Floats) -> Line:
    """The most likely line (Poisson) from the logarithms of expected counts to those of `happened` (n,): a slope below
    1 draws the largest and the smallest to the middle. Drawn to the identity where little has happened."""

    def loss(line: Floats) -> float:
        logs = line[0] * log_expected + line[1]
        off = (line[0] - 1) ** 2 + line[1] ** 2
        return float(np.exp(logs).sum() - (happened * logs).sum() + _PRIOR * off)

    found = _optimize.minimize(loss, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.3, 2.0), (-3.0, 3.0)])
    return Line(float(found.x[0]), float(found.x[1]))


def fit_factor(expected: Floats, happened: Floats) -> float:
    """What `expected` must be multiplied by to add up to `happened`, drawn to 1 where little has happened."""
    return float((happened.sum() + _PRIOR) / (expected.sum() + _PRIOR))


def sigmoid(log_odds: Floats) -> Floats:
    return _special.expit(log_odds)
