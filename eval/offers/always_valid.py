"""How often daily looks at a campaign ever exclude the truth: `python -m eval.offers.always_valid --runs 2000`.

Customers are like the demo shop's: nearly half have left, the others buy at gamma rates, and what an order leaves is
lognormal. A tenth is held out; offers add a twentieth to the rate. Two designs: customers are `arriving` over 60 days
and count when their window is over, or all start `at once` and their orders come in over 30 days. Every day somebody
looks. The truth is the expected difference: of the whole window, or of its part so far.
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from tools.offers.results.always_valid import compare, reach
from tools.offers.results.sums import Sums

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
GONE, GONE_RATE, SHAPE, RATE, MARGIN = 0.45, 0.012, 1.15, 1.68, 40.0
HELD, LOOKS, DAYS, LIFT, ALPHA = 0.1, 60, 30, 1.05, 0.05
_BATCH = 400_000  # customers drawn at once


@dataclass(frozen=True)
class Looks:
    """Sums of both arms (runs, looks); the truth at each look, and how much of it all is in by then (1, looks)."""

    offered: Sums
    held: Sums
    truth: Floats
    seen: Floats


@dataclass(frozen=True)
class Customers:
    """(runs, n): orders expected in the window, margin before it, and who is held out."""

    rate: Floats
    before: Floats
    held: Flags
    sigma: float

    @classmethod
    def draw(cls, rng: np.random.Generator, runs: int, n: int, sigma: float) -> "Customers":
        rate = np.where(rng.random((runs, n)) < GONE, GONE_RATE, rng.gamma(SHAPE, RATE / SHAPE, (runs, n)))
        held = rng.random((runs, n)) < HELD
        before = _margin(rng, rng.poisson(rate), sigma)
        return cls(np.where(held, rate, rate * LIFT), before, held, sigma)

    def spend(self, rng: np.random.Generator, part: float) -> Floats:
        return _margin(rng, rng.poisson(self.rate * part), self.sigma)


def _margin(rng: np.random.Generator, orders: NDArray[np.int64], sigma: float) -> Floats:
    each = MARGIN * np.exp(rng.normal(-(sigma**2) / 2, sigma, int(orders.sum())))
    owner = np.repeat(np.arange(orders.size), orders.ravel())
    return np.bincount(owner, each, minlength=orders.size).astype(np.float64).reshape(orders.shape)


TRUTH = (GONE * GONE_RATE + (1 - GONE) * RATE) * (LIFT - 1) * MARGIN


def arriving(rng: np.random.Generator, runs: int, n: int, sigma: float) -> Looks:
    who = Customers.draw(rng, runs, n, sigma)
    outcome = who.spend(rng, 1.0)
    at = np.unique(np.linspace(n / LOOKS, n, LOOKS).astype(np.int64)) - 1
    arms = [
        _sums(outcome, who.before, mask, lambda one: np.cumsum(one, axis=1)[:, at]) for mask in (~who.held, who.held)
    ]
    return Looks(arms[0], arms[1], np.full((1, len(at)), TRUTH), (at[None, :] + 1) / n)


def at_once(rng: np.random.Generator, runs: int, n: int, sigma: float) -> Looks:
    who = Customers.draw(rng, runs, n, sigma)
    outcome, days = np.zeros((runs, n)), list[tuple[Sums, Sums]]()
    for _day in range(DAYS):
        outcome = outcome + who.spend(rng, 1 / DAYS)
        offered, held = (
            _sums(outcome, who.before, mask, lambda one: one.sum(axis=1)) for mask in (~who.held, who.held)
        )
        days.append((offered, held))
    arms = [_stacked([day[side] for day in days]) for side in (0, 1)]
    passed = np.arange(1, DAYS + 1)[None, :] / DAYS
    return Looks(arms[0], arms[1], TRUTH * passed, passed)


def _sums(y: Floats, x: Floats, mask: Flags, fold: Callable[[Floats], Floats]) -> Sums:
    buyers = np.where(y > 0, 1.0, 0.0)
    return Sums(*(fold(one * mask) for one in (np.ones_like(y), y, x, y * y, x * y, x * x, buyers)))


def _stacked(days: list[Sums]) -> Sums:
    names = ("n", "y", "x", "yy", "xy", "xx", "buyers")
    return Sums(*(np.stack([getattr(day, name) for day in days], axis=1) for name in names))


def intervals(looks: Looks) -> Iterator[tuple[str, Floats, Floats]]:
    """Method, low and high (runs, looks)."""
    for name, cuped in (("ours", False), ("ours with CUPED", True)):
        found = compare(looks.offered, looks.held, looks.seen, cuped=cuped)
        yield name, found.low, found.high
        if cuped:
            half = (found.high - found.value) * _sequence(looks.seen) / reach(looks.seen, ALPHA)
            yield "the same by a confidence sequence", found.value - half, found.value + half
    value = looks.offered.mean - looks.held.mean
    for name, half in _plain(looks):
        yield name, value - half, value + half


def _plain(looks: Looks) -> Iterator[tuple[str, Floats]]:
    """Half widths from each arm's own variance, as soon as it has one."""
    arms = (looks.offered, looks.held)
    parts = [one.spread[0] / np.maximum(one.n - 1, 1) / np.maximum(one.n, 1) for one in arms]
    error = np.where(np.minimum(looks.offered.n, looks.held.n) >= 2, np.sqrt(parts[0] + parts[1]), np.nan)
    spread = sum(part**2 / np.maximum(one.n - 1, 1) for part, one in zip(parts, arms, strict=True))
    freedom = error**4 / np.maximum(spread, 1e-12)
    yield "a confidence sequence as published", _sequence(looks.seen) * error
    yield "Welch's t, for one look", np.asarray(student.ppf(0.975, np.maximum(freedom, 1))) * error


def _sequence(seen: Floats) -> Floats:
    """Standard errors by Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and
    asymptotic confidence sequences" (Annals of Statistics 52, 2024): Robbins' normal mixture, tightest at the end."""
    square = (-2 * np.log(ALPHA) + np.log(1 - 2 * np.log(ALPHA))) * seen
    return np.sqrt(2 * (square + 1) / square * np.log(np.sqrt(square + 1) / ALPHA))


def measure(design: Callable[..., Looks], runs: int, n: int, sigma: float, seed: int) -> dict[str, tuple[float, ...]]:
    """Method -> shares of runs: that ever exclude the truth, that do at the end, that have an interval at the end; and
    the median width at the end."""
    rng, parts = np.random.default_rng(seed), dict[str, list[NDArray[np.float64]]]()
    size = max(1, _BATCH // n)
    for start in range(0, runs, size):
        looks = design(rng, min(size, runs - start), n, sigma)
        for name, low, high in intervals(looks):
            missed = (low > looks.truth) | (high < looks.truth)
            row = [missed.any(axis=1), missed[:, -1], ~np.isnan(low[:, -1]), high[:, -1] - low[:, -1]]
            parts.setdefault(name, []).append(np.stack([one.astype(np.float64) for one in row]))
    return {name: _shares(np.concatenate(found, axis=1)) for name, found in parts.items()}


def _shares(rows: NDArray[np.float64]) -> tuple[float, ...]:
    width = float(np.nanmedian(rows[3])) if rows[2].any() else float("nan")
    return float(rows[0].mean()), float(rows[1].mean()), float(rows[2].mean()), width


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 400, 2000])
    parser.add_argument("--seed", type=int, default=11)
    asked = parser.parse_args()
    print("| design | customers | sigma | method | ever excludes the truth | at the end | has an interval | width |")
    print("|---|---|---|---|---|---|---|---|")
    for design in (arriving, at_once):
        for n in asked.sizes:
            for sigma in (0.8, 1.5):
                for name, (ever, end, told, width) in measure(design, asked.runs, n, sigma, asked.seed).items():
                    label = f"{design.__name__.replace('_', ' ')} | {n} | {sigma} | {name}"
                    print(f"| {label} | {ever:.1%} | {end:.1%} | {told:.0%} | {width:.1f} |", flush=True)


if __name__ == "__main__":
    main()
