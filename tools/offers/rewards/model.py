"""Decisions and what came of them, as arrays."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]


@dataclass(frozen=True)
class Rewards:
    """n decisions, by id; ruled-out ones are not among them. Money in the shop's currency.

    `campaign_id` is 0 and `variant` and `channel` None where there is none. `at` and `until` (datetime64[us]) bound the
    window; `observed_days` of it are known, `matured` are those known whole. `sent`: the offer did go out; true for
    control and holdout, who were to get none; `used`: it was redeemed. `orders`, `revenue` and `margin` are of all the
    customer's completed orders in the window so far, whether a code was used or not; `cost` is the contact's and the
    redemption's, `reward` the margin less the cost. `before` is the margin in a span twice as long as the window up to
    the decision, nan unknown.

    `known_until` (datetime64[us]): up to when orders are known. `margin_share`: what part of revenue counts as margin
    where costs are unknown; `assumed`: the shop knows no cost at all, so that is a guess.
    """

    decision_id: Ints
    campaign_id: Ints
    customer_id: Words
    at: NDArray[np.datetime64]
    until: NDArray[np.datetime64]
    window_days: Ints
    arm: Words
    offer: Words
    variant: Words
    channel: Words
    propensity: Floats
    sent: Flags
    used: Flags
    matured: Flags
    observed_days: Floats
    orders: Ints
    revenue: Floats
    margin: Floats
    cost: Floats
    reward: Floats
    before: Floats
    known_until: NDArray[np.datetime64]
    margin_share: float
    assumed: bool

    def __len__(self) -> int:
        return len(self.decision_id)

    def take(self, rows: NDArray[Any]) -> "Rewards":
        """These rows, by mask or place."""
        values: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        kept: dict[str, Any] = {name: one[rows] if hasattr(one, "shape") else one for name, one in values.items()}
        return Rewards(**kept)
