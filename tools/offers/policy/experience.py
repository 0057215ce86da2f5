"""Decisions and what has come of them so far, as arrays: all that a policy learns from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.offers.policy.actions import Action, Floats
from tools.offers.policy.contexts import Contexts

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Experience:
    """n decisions, oldest first. `taken` (n,) is the place in `actions` of what was done, the first being nothing.

    `orders` (n,) completed orders so far, `margin` (n,) what they left before the offer's costs, `due` (n,) what its
    redemption cost, all since the decision; `contact` (n,) what the contact cost. `share` (n,) in (0, 1] of the window
    has passed, `age` (n,) days before the latest. `logging` (n, actions): with which probability each would have been
    taken; all on nothing for the holdout. `customers` (n,): whose decision it was.
    """

    contexts: Contexts
    actions: Sequence[Action]
    taken: Ints
    orders: Floats
    margin: Floats
    due: Floats
    contact: Floats
    share: Floats
    age: Floats
    logging: Floats
    customers: NDArray[Any]

    def __len__(self) -> int:
        return len(self.taken)

    @property
    def rewards(self) -> Floats:
        """Margin less all costs, as far as it has come."""
        return self.margin - self.due - self.contact

    def take(self, rows: NDArray[Any]) -> "Experience":
        arrays = {name: value for name, value in vars(self).items() if isinstance(value, np.ndarray)}
        return replace(self, contexts=self.contexts.take(rows), **{name: one[rows] for name, one in arrays.items()})
