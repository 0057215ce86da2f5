"""Contributions of features to the log-odds of leaving, added up to reasons; the strongest as JSON.

Lundberg et al. (2020), tree SHAP: contributions are exact and add up to the prediction, so those of a group of features
add up to the group's.
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.churn.explain.numbers import NUMBERS, Number, json_members, listed
from tools.churn.features import FEATURES, GROUPS
from tools.churn.untyped import pa, pc

Floats = NDArray[np.float64]
LEAVING, STAYING = 4, 3  # reasons kept of each direction
LEAST = 0.05  # log-odds: what moves the probability by less than about a percentage point is no reason
# What went wrong for a customer within about half a year is told however little it adds, if it does: the silence
# that follows takes most of its weight, but this is what one can speak to them about. A column fades within 120 days.
EVENTS = {"complaints": "complaints_slow", "refunds": "refunds_slow"}
_RECENT = math.exp(-180 / 120)
_FIRST = 1e6  # log-odds beyond any


def reasons(contributions: Floats, batch: Any) -> list[str]:
    """For each row of `batch` (a record batch of features) a JSON list of its strongest reasons, strongest first.

    `contributions` (rows, features + 1) are log-odds of leaving; the last column, the base, is left out. A reason is
    an object: reason (a group of features), effect (log-odds), toward (leaving or staying), numbers (an object).
    """
    if not len(contributions):
        return []
    effects = grouped(contributions)
    ranked = _ranked(effects, _happened(effects, batch))
    told, place = _told(effects, batch, ranked)
    rows = np.arange(len(effects))
    columns: list[Any] = []
    for group in ranked.T:
        at = np.where(group >= 0, place[rows, group], 0)
        columns.append(told.take(pa.array(at, mask=group < 0)))
    found: list[str] = pc.binary_join_element_wise("[", listed(columns), "]", "").to_pylist()
    return found


def groups() -> tuple[str, ...]:
    """The reasons there are, in a fixed order."""
    return tuple(dict.fromkeys(GROUPS[name] for name in FEATURES))


def grouped(contributions: Floats) -> Floats:
    """(rows, groups): the contributions of each group, added up."""
    return contributions[:, : len(FEATURES)] @ _membership()


@cache
def _membership() -> Floats:
    order = groups()
    member = np.zeros((len(FEATURES), len(order)))
    for row, name in enumerate(FEATURES):
        member[row, order.index(GROUPS[name])] = 1
    return member


def _happened(effects: Floats, batch: Any) -> NDArray[np.bool_]:
    """(rows, groups): whether a group is something that went wrong lately and speaks for leaving."""
    found = np.zeros(effects.shape, dtype=np.bool_)
    for group, column in EVENTS.items():
        place = groups().index(group)
        recent = np.asarray(batch.column(column), dtype=np.float64) >= _RECENT
        found[:, place] = recent & (effects[:, place] > 0)
    return found


def _ranked(effects: Floats, happened: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(rows, reasons kept): groups by the size of their effect, -1 where there are no more."""
    leaving = np.where(happened, effects + _FIRST, np.where(effects >= LEAST, effects, 0))
    staying = np.where(effects <= -LEAST, effects, 0)
    best = np.argsort(-leaving, axis=1, kind="stable")[:, :LEAVING]
    least = np.argsort(staying, axis=1, kind="stable")[:, :STAYING]
    kept = np.concatenate([_nonzero(leaving, best), _nonzero(staying, least)], axis=1)
    size = np.where(kept < 0, 0, np.abs(np.take_along_axis(effects, np.maximum(kept, 0), axis=1)))
    return np.take_along_axis(kept, np.argsort(-size, axis=1, kind="stable"), axis=1)


def _nonzero(weights: Floats, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(np.take_along_axis(weights, chosen, axis=1) == 0, -1, chosen)


def _told(effects: Floats, batch: Any, ranked: NDArray[np.int64]) -> tuple[Any, NDArray[np.int64]]:
    """All reasons that are kept, as JSON objects in one array, and where each row's are: (rows, groups)."""
    place = np.full(effects.shape, -1)
    parts: list[Any] = [pa.array([""])]  # where nothing is told
    start = 1
    for group, name in enumerate(groups()):
        rows = np.flatnonzero((ranked == group).any(axis=1))
        place[rows, group] = start + np.arange(len(rows))
        start += len(rows)
        if len(rows):
            parts.append(_objects(name, effects[rows, group], batch.take(pa.array(rows)), NUMBERS.get(name, ())))
    return pa.chunked_array(parts).combine_chunks(), place


def _objects(group: str, effects: Floats, batch: Any, numbers: Sequence[Number]) -> Any:
    toward = pc.if_else(pa.array(effects > 0), "leaving", "staying")
    effect = pc.cast(pa.array(np.round(effects, 3)), pa.string())
    head, middle = f'{{"reason": "{group}", "effect": ', ', "toward": "'
    members = json_members(batch, numbers)
    return pc.binary_join_element_wise(head, effect, middle, toward, '", "numbers": {', members, "}}", "")
