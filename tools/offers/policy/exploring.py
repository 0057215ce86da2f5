"""From gains to probabilities: explore, exploit or fixed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from store.errors import WinbackError
from tools.offers.policy.actions import Floats

Flags = NDArray[np.bool_]
MODES = ("explore", "exploit", "fixed")
FLOOR = 0.005  # probability of every allowed offer, at least, while exploring


def probabilities(
    gains: Floats, allowed: Flags, mode: str, fixed: str | None, offers: Sequence[str], gamma: float
) -> Floats:
    """(n, k) probabilities of the allowed offers, rows summing to 1. offers[0] is "nothing" and counts as allowed
    where nothing else is.

    explore: inverse-gap weighting (SquareCB; Foster and Rakhlin 2020): an offer is tried the less, the more money the
    best one is thought to be ahead; `gamma` is per unit of currency. exploit: the best. fixed: always `fixed`, or
    nothing where that is not allowed.
    """
    open_ = allowed.copy()
    open_[:, 0] |= ~allowed.any(axis=1)
    worth = np.where(open_, gains, -np.inf)
    if mode == "explore":
        return _inverse_gap(worth, open_, gamma)
    if mode == "exploit":
        return np.eye(gains.shape[1])[worth.argmax(axis=1)]
    if mode == "fixed":
        return _always(fixed, open_, offers)
    raise WinbackError(f"There is no mode {mode}; the modes are {', '.join(MODES)}.")


def _inverse_gap(worth: Floats, open_: Flags, gamma: float) -> Floats:
    count = open_.sum(axis=1, keepdims=True)
    best = worth.argmax(axis=1)
    rows = np.arange(len(worth))
    gap = np.where(open_, worth[rows, best][:, None] - np.where(open_, worth, 0.0), 0.0)
    chance = np.where(open_, 1 / (count + gamma * gap), 0.0)
    chance = np.where(open_, np.maximum(chance, np.minimum(FLOOR, 1 / count)), 0.0)
    chance[rows, best] = 0.0
    chance[rows, best] = 1 - chance.sum(axis=1)
    return chance


def _always(fixed: str | None, open_: Flags, offers: Sequence[str]) -> Floats:
    if fixed is None or fixed not in offers:
        column = np.zeros(len(open_), dtype=np.intp)
    else:
        place = list(offers).index(fixed)
        column = np.where(open_[:, place], place, 0)
    rows = np.arange(len(open_))
    first = open_.argmax(axis=1)
    return np.eye(open_.shape[1])[np.where(open_[rows, column], column, first)]
