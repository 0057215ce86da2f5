"""Customers as a policy's model sees them: how much they will order anyway, and what may change what an offer does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.offers.people import CONTEXT
from tools.offers.policy.actions import Floats

_FEWEST = 1e-4  # orders in a window, at least
_MOST = 20.0
_NEUTRAL = {"churn_probability": 0.5, "recency_days": 180.0, "tenure_days": 180.0, "margin": 0.4}
_LOGGED = {"spend_if_retained", "recency_days", "tenure_days", "orders", "orders_90d", "order_value"}
# what is expected anyway is in `logit`; of the rest, few enough that a small shop can learn what they change
_USED = ("churn_probability", "discount_share", "complaint_60d", "refund_60d")


@dataclass(frozen=True)
class Contexts:
    """`seen` (n, names): features without gaps, money and counts as logarithms; `names` its columns. `logit` (n,): the
    expected orders of the window as the inverse of softplus, the log-odds of ordering at all. `order_value` (n,) and
    `margin` (n,) an order, in the currency."""

    names: tuple[str, ...]
    seen: Floats
    logit: Floats
    order_value: Floats
    margin: Floats

    def __len__(self) -> int:
        return len(self.seen)

    def columns(self, names: Sequence[str]) -> Floats:
        """`seen` with these columns, 0 where there is none."""
        place = {name: number for number, name in enumerate(self.names)}
        found = np.zeros((len(self), len(names)))
        for number, name in enumerate(names):
            if name in place:
                found[:, number] = self.seen[:, place[name]]
        return found

    def take(self, rows: NDArray[Any]) -> "Contexts":
        return Contexts(self.names, self.seen[rows], self.logit[rows], self.order_value[rows], self.margin[rows])


def contexts_of(names: Sequence[str], features: Floats, window_days: float | Floats) -> Contexts:
    """From People.names and People.features. Unknown values become neutral ones."""
    given = {name: features[:, number] for number, name in enumerate(names)}
    own = tuple(name for name in names if name not in CONTEXT)
    kept = (*_USED, *own)
    expected = _expected(given, len(features)) * window_days
    value = np.nan_to_num(given.get("order_value", np.zeros(len(features))))
    share = np.nan_to_num(given.get("margin", np.full(len(features), np.nan)), nan=_NEUTRAL["margin"])
    columns = [_filled(name, given.get(name), len(features)) for name in kept]
    return Contexts(kept, np.column_stack(columns), _log_odds(expected), value, value * share)


def _expected(given: dict[str, Floats], n: int) -> Floats:
    """Orders a day: the scores', or of those without scores their own of the last 90 days."""
    unknown = np.full(n, np.nan)
    recent = np.nan_to_num(given.get("orders_90d", unknown)) / 90
    scored = given.get("expected_orders", unknown)
    return np.where(np.isnan(scored), recent, scored)


def _log_odds(expected: Floats) -> Floats:
    return np.log(np.expm1(np.clip(expected, _FEWEST, _MOST)))


def _filled(name: str, values: Floats | None, n: int) -> Floats:
    found = np.full(n, np.nan) if values is None else values
    found = np.where(np.isnan(found), _NEUTRAL.get(name, 0.0), found)
    return np.log1p(np.maximum(found, 0)) if name in _LOGGED else found
