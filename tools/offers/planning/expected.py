"""What a plan will likely cost, as against the most that it can."""

import numpy as np

from tools.offers.catalogue import contact_cost
from tools.offers.catalogue.costs import rates
from tools.offers.funnel.choice import TREATED, Choice
from tools.offers.funnel.crowd import Crowd
from tools.offers.funnel.terms import CHANNELS
from tools.offers.people import CONTEXT

_UNKNOWN = 0.5  # chance of an order in the window, of those without a score


def expected_cost(crowd: Crowd, choice: Choice) -> float:
    """Every contact, and a redemption with the chance of an order within the window, in the shop's currency.

    The chance is 1 − exp(−rate · days): orders as a Poisson process with the rate of the churn model.
    """
    catalogue, treated = crowd.terms.catalogue, choice.of_arm(TREATED)
    rate = crowd.people.features[:, CONTEXT.index("expected_orders")]
    chance = np.nan_to_num(1 - np.exp(-rate * catalogue.window_days), nan=_UNKNOWN)
    contacts = np.array([float(contact_cost(catalogue, channel)) for channel in CHANNELS])
    total = 0.0
    for column, offer in crowd.terms.real:
        rows = treated & (choice.picked == column)
        percent, amount = (float(part) for part in rates(offer))
        cost = np.nan_to_num(crowd.people.order_value[rows]) * percent / 100 + amount
        cost = cost if offer.cost_most is None else np.minimum(cost, float(offer.cost_most))
        total += float((chance[rows] * cost).sum() + contacts[choice.reached.channels[rows, column]].sum())
    return total
