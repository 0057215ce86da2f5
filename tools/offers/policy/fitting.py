"""From experience to a policy."""

from dataclasses import dataclass, field

import numpy as np

from tools.offers.policy.actions import Floats
from tools.offers.policy.experience import Experience
from tools.offers.policy.model import Policy, policy_of
from tools.offers.policy.response import Priors, fit_response

_ORDERS = 50.0  # that the customers' past counts for, when it is said what an order leaves
_LEAST = 0.5  # thousand decisions that exploration takes what is assumed at the start to be worth
_REDEMPTIONS = 30.0  # that "everybody redeems" counts for


@dataclass(frozen=True)
class Learning:
    """How is learned; chosen in closed loop (eval/offers/policies.py) on shops and seeds that no figure is reported on.

    `half_life`: days after which a decision counts half. `curiosity`: of inverse-gap weighting, per usual margin of an
    order and thousand decisions that count: what is well known is tried out less."""

    half_life: float = 90.0
    curiosity: float = 200.0
    priors: Priors = field(default_factory=Priors)


USUAL = Learning()


def fit_policy(seen: Experience, usual_margin: float, window_days: int, how: Learning = USUAL) -> Policy:
    """The policy that `seen` teaches; the same experience gives the same version. `usual_margin` of an order sets the
    scale of exploration."""
    weight = 0.5 ** (seen.age / how.half_life)
    response = fit_response(seen.contexts, seen.actions, seen.taken, seen.orders, seen.share, weight, how.priors)
    enough = float((weight * seen.share).sum())
    learned = Policy(
        response,
        _yield(seen, weight),
        _redeemed(seen, weight),
        gamma_of(how.curiosity, enough, usual_margin),
        window_days,
        len(seen),
    )
    return policy_of(learned.content())


def gamma_of(curiosity: float, decisions: float, usual_margin: float) -> float:
    return curiosity * max(decisions / 1000, _LEAST) / usual_margin


def _yield(seen: Experience, weight: Floats) -> float:
    usual = float(np.average(seen.contexts.margin, weights=weight))
    if usual <= 0:
        return 1.0
    expected = float(weight @ (seen.orders * seen.contexts.margin)) + _ORDERS * usual
    return max((float(weight @ seen.margin) + _ORDERS * usual) / expected, 0.0)


def _redeemed(seen: Experience, weight: Floats) -> dict[str, float]:
    """What fell due with orders as a share of what would with each offer redeemed, by offer."""
    found: dict[str, float] = {}
    for place, action in enumerate(seen.actions):
        full = action.redemption(seen.contexts.order_value)
        mine = (seen.taken == place) & (seen.orders > 0)
        if action.features and mine.any() and full[mine].mean() > 0:
            prior = _REDEMPTIONS * float(full[mine].mean())
            paid = float(weight[mine] @ seen.due[mine]) + prior
            found[action.offer] = min(paid / (float(weight[mine] @ full[mine]) + prior), 1.0)
    return found
