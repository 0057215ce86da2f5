"""How each customer would respond to each offer, on the day after the window. Truth, for evaluation alone."""

from dataclasses import dataclass

import numpy as np

from store.demo.customers import Customers
from store.demo.draws import Flags, Floats, Ints, stream
from store.demo.world import World

DAYS = 30
# offer: effect on the log-odds of buying within 30 days: base, per thrift, with a card, when upset, when gone
OFFERS: dict[str, tuple[float, float, float, float, float]] = {
    "ten_percent_off": (0.15, 0.35, -0.10, -0.10, 0.30),
    "twenty_percent_off": (0.30, 0.55, -0.10, -0.10, 0.60),
    "free_delivery": (0.20, 0.20, 0.05, 0.00, 0.20),
    "gift_with_order": (0.15, -0.10, 0.25, 0.05, 0.15),
    "double_points": (0.05, 0.05, 0.45, -0.15, -0.05),
    "early_access": (0.10, -0.25, 0.35, -0.35, -0.10),
    "apology_credit": (-0.10, 0.10, 0.00, 1.10, 0.20),
}
_NOISE = 0.3
_GONE = 0.012  # chance that somebody who has left buys within 30 days all the same


@dataclass(frozen=True)
class Responses:
    """Arrays over (customer, offer) pairs, customer by customer. Chances of an order within 30 days."""

    customer: Ints
    offer: Ints
    without: Floats
    with_offer: Floats
    hazard_factor: Floats  # what the offer does to the hazard of leaving in those days


def draw_responses(world: World, block: int, who: Customers, gone: Flags, upset: Flags) -> Responses:
    """`upset`: suffered an incident within 60 days before the end; `gone`: has left by then."""
    rng = stream(world.seed, block, "offers")
    coming = 1 - np.exp(-who.rate * DAYS)
    without = np.clip(np.where(gone, _GONE, coming), 0.001, 0.995)
    effects = np.array(list(OFFERS.values()))
    traits = np.stack([np.ones(len(who)), who.thrift, who.card, upset, gone])
    lift = (effects @ traits).T + rng.normal(0, _NOISE, (len(who), len(OFFERS)))
    odds = (without / (1 - without))[:, None] * np.exp(lift)
    customer, offer = np.indices(lift.shape)
    return Responses(
        customer=customer.ravel(),
        offer=offer.ravel(),
        without=np.repeat(without, len(OFFERS)),
        with_offer=(odds / (1 + odds)).ravel(),
        hazard_factor=np.exp(-0.5 * lift).ravel(),
    )
