"""Fisher scoring for counts whose mean is a share of softplus(eta), eta linear in context x action features."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.offers.policy.actions import Floats

Ints = NDArray[np.int64]
_ROUNDS = 30
_DONE = 1e-8


@dataclass(frozen=True)
class Data:
    """n rows, m actions: eta = (coded[taken] @ theta) . columns, theta (j, d). `columns` (n, d), `coded` (m, j)."""

    columns: Floats
    coded: Floats
    taken: Ints
    count: Floats
    share: Floats
    weight: Floats

    def eta(self, theta: Floats) -> Floats:
        return np.einsum("nd,nd->n", self.columns, (self.coded @ theta)[self.taken])

    def gathered(self, each: Floats) -> Floats:
        """sum over rows of `each` (n,) times the row's coefficients' derivatives: (j, d)."""
        sums = np.stack([np.bincount(self.taken, each * one, len(self.coded)) for one in self.columns.T], axis=1)
        return self.coded.T @ sums

    def curvature(self, each: Floats) -> Floats:
        """sum over rows of `each` times the outer product of the derivatives, (j * d, j * d): rows with the same action
        share their action features, so it is a sum of Kronecker products over actions."""
        size = self.coded.shape[1] * self.columns.shape[1]
        total = np.zeros((size, size))
        for action in np.unique(self.taken):
            mine = self.taken == action
            inner = (self.columns[mine] * each[mine][:, None]).T @ self.columns[mine]
            total += np.kron(np.outer(self.coded[action], self.coded[action]), inner)
        return total


def softplus(eta: Floats) -> Floats:
    return np.logaddexp(0, eta)


def sigmoid(eta: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(eta, -40, 40)))


def posterior_mode(data: Data, mean: Floats, deviation: Floats) -> Floats:
    """theta (j, d) of the highest posterior, under independent normal priors of this mean and deviation (j, d)."""
    theta, precision = mean.copy(), 1 / deviation**2
    best = _posterior(data, theta, mean, precision)
    for _round in range(_ROUNDS):
        step = _step(data, theta, mean, precision)
        found = _uphill(data, theta, step, mean, precision, best)
        if found is None:
            break
        (theta, value), before = found, best
        best = value
        if value - before < _DONE * max(1.0, abs(value)):
            break
    return theta


def _step(data: Data, theta: Floats, mean: Floats, precision: Floats) -> Floats:
    eta = data.eta(theta)
    expected, slope = data.share * softplus(eta), data.share * sigmoid(eta)
    gradient = data.gathered(data.weight * (data.count / expected - 1) * slope) - precision * (theta - mean)
    curvature = data.curvature(data.weight * slope**2 / expected) + np.diag(precision.ravel())
    solved: Floats = np.linalg.solve(curvature, gradient.ravel()).astype(np.float64)
    return solved.reshape(theta.shape)


def _uphill(
    data: Data, theta: Floats, step: Floats, mean: Floats, precision: Floats, best: float
) -> tuple[Floats, float] | None:
    """The step, halved until the posterior rises; None where it does not any more."""
    for halved in range(12):
        tried = theta + step / 2**halved
        value = _posterior(data, tried, mean, precision)
        if value > best:
            return tried, value
    return None


def _posterior(data: Data, theta: Floats, mean: Floats, precision: Floats) -> float:
    expected = data.share * softplus(data.eta(theta))
    fit = data.weight @ (data.count * np.log(expected) - expected)
    return float(fit - 0.5 * (precision * (theta - mean) ** 2).sum())
