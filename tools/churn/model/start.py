"""Where a model starts before its trees correct it: what purchase dates and mean baskets alone say."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.churn.btyd import Dates, ParetoNBD

Floats = NDArray[np.float64]
_LEAST = 1e-4  # purchases; below that one is as good as gone
_SEEN = 2.0  # orders of the usual size that a customer's mean basket is drawn to


@dataclass(frozen=True)
class Start:
    """(n,) the logarithm of the purchases expected, in two parts: `active`, of the probability that the customer is
    still there, and `pace`, of the purchases of one who is."""

    active: Floats
    pace: Floats

    @property
    def log_orders(self) -> Floats:
        return self.active + self.pace


def start(model: ParetoNBD, dates: Dates, days: float) -> Start:
    """For the next `days`; each distinct history is worked out once."""
    states, place, _ = dates.unique()
    orders = np.log(np.maximum(model.expected(states, days), _LEAST))
    active = np.log(np.maximum(model.active(states), _LEAST))
    return Start(active[place], (orders - active)[place])


def most_if_retained(begun: Start, leaving: Floats) -> Floats:
    """(n,) orders of those who make any, at most: of a geometric count with this chance of none, or of a Poisson count
    at the pace of one who is surely still there, whichever is more."""
    pace = np.exp(begun.pace)
    return np.maximum(1 / np.maximum(leaving, 1e-12), pace / -np.expm1(-pace))


def log_basket(mean: Floats, orders: Floats, usual: float) -> Floats:
    """(n,) logarithm of what an order of the customer costs, drawn to the usual."""
    return np.log(np.maximum((mean * orders + usual * _SEEN) / (orders + _SEEN), 1e-2))
