"""What is picked: probabilities by the policy, ranked before the draw, drawn, and cut off where the money ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from tools.offers.funnel.arrays import Array
from tools.offers.funnel.contact import Reached, reach
from tools.offers.funnel.crowd import Crowd
from tools.offers.funnel.state import State
from tools.offers.funnel.terms import NUMBER

TREATED, CONTROL, HOLDOUT, RULED_OUT = "treated", "control", "holdout", "ruled_out"
ARMS = (TREATED, CONTROL, HOLDOUT, RULED_OUT)
_SPACE = 2**64


@dataclass(frozen=True)
class Variant:
    """One side of a test: what differs in it."""

    name: str | None
    mode: str
    fixed: str | None


@dataclass(frozen=True)
class Choice:
    """`reasons`, `probabilities` (n, k); by customer: the column `picked`, the place in ARMS `arm`, the place in the
    variants `variant`, `rank` by what is gained per unit of money (from 0; -1 for those to whom nothing is
    open), the cents `reserved` and the cents `left` before that."""

    reached: Reached
    reasons: Array
    probabilities: Array
    picked: Array
    arm: Array
    variant: Array
    rank: Array
    reserved: Array
    left: Array

    def of_arm(self, name: str) -> Array:
        """(n,) bool."""
        return self.arm == ARMS.index(name)

    def arm_of(self, place: int) -> str:
        return ARMS[int(self.arm[place])]


def uniform(seed: str, customer_id: str) -> float:
    """The lot of a customer in [0, 1), the same whenever it is drawn again."""
    return int.from_bytes(blake2b(f"{seed}:{customer_id}".encode(), digest_size=8).digest()) / _SPACE


def choose(crowd: Crowd, state: State, seed: str, variants: Sequence[Variant], campaign_left: int | None) -> Choice:
    """`campaign_left`: cents that the campaign may reserve, None for no limit but the month's."""
    reached, money = reach(crowd, state), _Money.of(state.month_left, campaign_left)
    reasons = _affordable(crowd, reached, money)
    variant = _sides(crowd, seed, len(variants))
    allowed = reasons == 0
    open_to = allowed[:, 1:].any(axis=1)
    allowed[:, 0] = crowd.terms.nothing
    chances = _probabilities(crowd, allowed, open_to, variant, variants)
    picked = _drawn(chances, np.array([uniform(f"draw:{seed}", who) for who in crowd.people.ids]))
    wanted = crowd.costs[reached.channels[np.arange(len(crowd)), picked], picked]
    wanted = np.where(open_to & ~crowd.held_out, wanted, 0)
    ranked = _ranked(crowd, reached, chances, open_to)
    kept, left = _within(money, wanted, ranked)
    lost = ranked[len(kept) :]
    reasons[lost, 1:] = np.where(reasons[lost, 1:] == 0, money.reason, reasons[lost, 1:])
    arm, rank = _arms(crowd, kept, picked), np.full(len(crowd), -1, np.int64)
    rank[ranked] = np.arange(len(ranked))
    reserved = np.where(arm == ARMS.index(TREATED), wanted, 0)
    return Choice(reached, reasons, chances, picked, arm, variant, rank, reserved, left)


def _sides(crowd: Crowd, seed: str, number: int) -> Array:
    """(n,) the place of each one's variant."""
    if number == 1:
        return np.zeros(len(crowd), np.int8)
    return np.array([int(uniform(f"variant:{seed}", who) * number) for who in crowd.people.ids], np.int8)


@dataclass(frozen=True)
class _Money:
    """What may be reserved, in cents, and the number of the reason for which there is no more."""

    limit: int
    reason: int

    @classmethod
    def of(cls, month_left: int, campaign_left: int | None) -> "_Money":
        if campaign_left is None or month_left < campaign_left:
            return cls(month_left, NUMBER["budget_month"])
        return cls(campaign_left, NUMBER["budget_campaign"])


def _affordable(crowd: Crowd, reached: Reached, money: _Money) -> Array:
    """The reasons, with offers ruled out that could cost more than there is: known before anything is drawn."""
    costs = crowd.costs[reached.channels, np.arange(reached.channels.shape[1])]
    return np.where((reached.reasons == 0) & (costs > money.limit), money.reason, reached.reasons)


def _probabilities(crowd: Crowd, allowed: Array, open_to: Array, variant: Array, variants: Sequence[Variant]) -> Array:
    """(n, k): rows of those that nothing is left for put everything on "nothing"."""
    chances = np.zeros(allowed.shape)
    chances[:, 0] = 1.0
    for nth, one in enumerate(variants):
        rows = np.flatnonzero(open_to & (variant == nth))
        if len(rows):
            chances[rows] = crowd.terms.policy.probabilities(
                crowd.gains[rows], allowed[rows], one.mode, one.fixed, crowd.terms.offers
            )
    return chances


def _drawn(chances: Array, lots: Array) -> Array:
    """(n,) the column whose share of the row each lot falls into."""
    sums = np.cumsum(chances, axis=1)
    return (sums > (lots * sums[:, -1])[:, None]).argmax(axis=1)


def _ranked(crowd: Crowd, reached: Reached, chances: Array, open_to: Array) -> Array:
    """Places of those still in, best first: what is expected to be gained per unit of money set aside, before the draw,
    so that being cut off does not depend on what is drawn."""
    rows = np.flatnonzero(open_to)
    costs = crowd.costs[reached.channels[rows], np.arange(chances.shape[1])]
    gain = (chances[rows] * crowd.gains[rows]).sum(axis=1)
    cost = (chances[rows] * costs).sum(axis=1)
    score = np.where(cost > 0, gain / np.maximum(cost, 1e-9), np.where(gain > 0, np.inf, 0.0))
    return rows[np.argsort(-score, kind="stable")]


def _within(money: _Money, wanted: Array, ranked: Array) -> tuple[Array, Array]:
    """Those that the money lasts for, and what was left of it when each one's turn came.

    The first reservation that does not fit ends the list: whoever ranks lower gets nothing, the holdout too.
    """
    spent = np.cumsum(wanted[ranked])
    misfits = np.flatnonzero((spent > money.limit) & (wanted[ranked] > 0))
    left = np.full(len(wanted), money.limit, np.int64)
    left[ranked] = np.maximum(money.limit - spent + wanted[ranked], 0)
    return (ranked[: misfits[0]] if len(misfits) else ranked), left


def _arms(crowd: Crowd, kept: Array, picked: Array) -> Array:
    arm = np.full(len(crowd), ARMS.index(RULED_OUT), np.int8)
    arm[kept] = np.where(picked[kept] > 0, ARMS.index(TREATED), ARMS.index(CONTROL))
    arm[kept[crowd.held_out[kept]]] = ARMS.index(HOLDOUT)
    return arm
