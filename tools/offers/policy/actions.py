"""Offers as action features: what a policy learns of one offer holds for others like it, and for new ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.offers.catalogue import Catalogue, Offer, contact_cost
from tools.offers.catalogue.costs import rates
from tools.offers.catalogue.model import NOTHING

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Action:
    """One column of a decision. `features` of "nothing" is empty: its effect is what effects are measured from.

    Costs when redeemed: `percent` (a share) of the order plus `amount`, `most` at most; `contact` in any case. Money
    in the shop's currency.
    """

    offer: str
    features: dict[str, float]
    percent: float = 0.0
    amount: float = 0.0
    most: float = float("inf")
    contact: float = 0.0

    def redemption(self, order_value: Floats) -> Floats:
        """What one redemption costs with orders of such value."""
        return np.minimum(np.maximum(order_value, 0) * self.percent + self.amount, self.most)


def actions_of(catalogue: Catalogue, offers: Sequence[str]) -> list[Action]:
    """One Action per offer id, in their order. Raises KeyError for an offer that the catalogue does not have."""
    known = {offer.id: offer for offer in catalogue.offers}
    return [Action(NOTHING, {}) if name == NOTHING else _action(catalogue, known[name]) for name in offers]


def _action(catalogue: Catalogue, offer: Offer) -> Action:
    percent, amount = rates(offer)
    return Action(
        offer.id,
        _features(offer),
        float(percent) / 100,
        float(amount),
        float("inf") if offer.cost_most is None else float(offer.cost_most),
        float(min(contact_cost(catalogue, channel) for channel in offer.channels)),
    )


def _features(offer: Offer) -> dict[str, float]:
    """`depth` is the share taken off; `offer:ID` takes what is the offer's own."""
    found = {"treated": 1.0, f"kind:{offer.kind}": 1.0, f"offer:{offer.id}": 1.0}
    if offer.percent is not None:
        found["depth"] = float(offer.percent) / 100
    if offer.amount is not None:
        found["credit"] = 1.0
    return found
