"""Vectorised draws that the whole process uses."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


def stream(seed: int, block: int, stage: str) -> np.random.Generator:
    """A generator of its own for every block and stage, so that none disturbs another's draws."""
    return np.random.default_rng([seed, block, *stage.encode()])


def choose(rng: np.random.Generator, weights: Floats) -> Ints:
    """One column per row of `weights` (rows, choices), in proportion to them."""
    cumulative = np.cumsum(weights, axis=1)
    wanted = rng.random(len(weights)) * cumulative[:, -1]
    return np.minimum((cumulative <= wanted[:, None]).sum(axis=1), weights.shape[1] - 1)


def choose_many(rng: np.random.Generator, weights: list[float], size: int) -> Ints:
    """`size` draws from one set of weights."""
    shares = np.asarray(weights, dtype=np.float64)
    return rng.choice(len(shares), size=size, p=shares / shares.sum()).astype(np.int64)


def spread(counts: Ints) -> tuple[Ints, Ints]:
    """Rows for groups of the given sizes: the group of each row, and its place (from 0) within the group."""
    groups = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    starts = np.cumsum(counts) - counts
    return groups, np.arange(len(groups)) - starts[groups]


def lognormal(rng: np.random.Generator, sigma: float, size: int) -> Floats:
    """Log-normal factors with mean 1."""
    return rng.lognormal(-sigma * sigma / 2, sigma, size)
