"""Buy till you die: what a customer's dates alone say of the days ahead (Pareto/NBD).

Schmittlein, Morrison & Colombo (1987), "Counting your customers"; expectations after Fader & Hardie (2005), "A note on
deriving the Pareto/NBD model and related expressions", equations 18 and 41. A customer buys at a rate of their own
(gamma: r, alpha) until they leave, at a hazard of their own (gamma: s, beta).
"""

from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special  # pyright: ignore[reportMissingTypeStubs]

Floats = NDArray[np.float64]
_special: Any = special
_optimize: Any = optimize
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)
_TYPICAL = np.log([0.55, 1.0, 0.6, 1.0])  # shapes near those of many published fits; scales in units of the mean gap
_STRENGTH = 2.0  # how many customers' worth the prior weighs on each parameter's logarithm


@dataclass(frozen=True)
class Dates:
    """Of n customers: repeat purchase days, days from the first to the last of them, days since the first."""

    repeats: Floats
    span: Floats
    age: Floats

    def unique(self) -> "tuple[Dates, NDArray[np.int64], NDArray[np.int64]]":
        """The distinct rows, where each customer's stands, and how many share it."""
        rows, place, count = np.unique(
            np.column_stack([self.repeats, self.span, self.age]), axis=0, return_inverse=True, return_counts=True
        )
        return Dates(rows[:, 0], rows[:, 1], rows[:, 2]), place.ravel(), count


@dataclass(frozen=True)
class ParetoNBD:
    """Shapes r and s; scales alpha and beta in days."""

    r: float
    alpha: float
    s: float
    beta: float

    @classmethod
    def fit(cls, dates: Dates) -> "ParetoNBD":
        """The most likely parameters under a weak prior around typical ones, which keeps a young or small shop's from
        running away. Without any repeat purchase the prior decides, scaled by the days that customers were watched."""
        states, _, count = dates.unique()
        unit = float((dates.age.sum() + 1) / (dates.repeats.sum() + 1))

        def loss(logs: Floats) -> float:
            model = cls._of(logs, unit)
            prior = _STRENGTH * float(((logs - _TYPICAL) ** 2).sum())
            return (prior - float((count * model.log_likelihood(states)).sum())) / max(1, len(dates.age))

        found = _optimize.minimize(loss, _TYPICAL, method="L-BFGS-B", bounds=[(-6.0, 8.0)] * 4)
        return cls._of(found.x, unit)

    @classmethod
    def _of(cls, logs: Floats, unit: float) -> "ParetoNBD":
        r, alpha, s, beta = (float(one) for one in np.exp(logs))
        return cls(r, alpha * unit, s, beta * unit)

    def log_likelihood(self, dates: Dates) -> Floats:
        """(n,) of each customer's dates."""
        x, span, age = dates.repeats, dates.span, dates.age
        gamma = _special.gammaln(self.r + x) - _special.gammaln(self.r)
        scale = self.r * np.log(self.alpha) + self.s * np.log(self.beta)
        active = -(self.r + x) * np.log(self.alpha + age) - self.s * np.log(self.beta + age)
        return gamma + scale + np.logaddexp(active, self._log_gone(x, span, age))

    def _log_gone(self, x: Floats, span: Floats, age: Floats) -> Floats:
        """log of s times the integral from span to age of (alpha + y)^-(r + x) (beta + y)^-(s + 1) over y.

        By Gauss-Legendre after substituting a power of alpha + y that falls as the integrand does at first, so that a
        smooth factor remains. (The closed form's hypergeometric functions overflow at hundreds of purchases.)
        """
        start = np.log(self.alpha + span)
        steep = self.r + x + (self.s + 1) * (self.alpha + span) / (self.beta + span)
        k = np.maximum(steep - 1, 0.1)
        last = np.exp(-k * (np.log(self.alpha + age) - start))
        half = (1 - last) / 2
        v = (1 + last)[:, None] / 2 + half[:, None] * _NODES
        log_a = start[:, None] - np.log(v) / k[:, None]
        log_b = np.log(np.exp(log_a) - self.alpha + self.beta)
        factor = (k + 1 - self.r - x)[:, None] * log_a - (self.s + 1) * log_b
        summed = _special.logsumexp(factor, axis=1, b=_WEIGHTS * np.maximum(half, 1e-300)[:, None])
        return np.log(self.s) - k * start - np.log(k) + summed

    def log_none(self, dates: Dates, days: float) -> Floats:
        """(n,) log of the probability of no purchase in the next `days`: the likelihood of the same dates watched for
        so much longer, over that of the dates."""
        longer = Dates(dates.repeats, dates.span, dates.age + days)
        return np.minimum(self.log_likelihood(longer) - self.log_likelihood(dates), 0.0)

    def log_none_if_active(self, dates: Dates, days: float) -> Floats:
        """(n,) the same for a customer who is known not to have left yet."""
        active = Dates(dates.repeats, dates.age, dates.age)
        longer = Dates(dates.repeats, dates.age, dates.age + days)
        return np.minimum(self.log_likelihood(longer) - self.log_likelihood(active), 0.0)

    def active(self, dates: Dates) -> Floats:
        """(n,) the probability of not having left yet."""
        x, age = dates.repeats, dates.age
        gamma = _special.gammaln(self.r + x) - _special.gammaln(self.r)
        scale = self.r * np.log(self.alpha) + self.s * np.log(self.beta)
        log_active = gamma + scale - (self.r + x) * np.log(self.alpha + age) - self.s * np.log(self.beta + age)
        return np.exp(np.minimum(log_active - self.log_likelihood(dates), 0.0))

    def expected(self, dates: Dates, days: float) -> Floats:
        """(n,) purchases expected in the next `days`."""
        rate = (self.r + dates.repeats) / (self.alpha + dates.age)
        shrinking = np.log((self.beta + dates.age) / (self.beta + dates.age + days))
        power = self.s - 1
        active_days = -shrinking if abs(power) < 1e-9 else -np.expm1(power * shrinking) / power
        return self.active(dates) * rate * (self.beta + dates.age) * active_days

    def parameters(self) -> dict[str, float]:
        return dict(zip(("r", "alpha", "s", "beta"), astuple(self), strict=True))
