"""Who decides in the simulation: the product's policy, and what it is compared with."""

from dataclasses import dataclass, field

import numpy as np

from eval.offers.simulation.world import NAMES, WINDOW, Flags, Floats, Ints, World
from tools.offers.people.columns import USUAL_MARGIN
from tools.offers.policy.contexts import Contexts
from tools.offers.policy.experience import Experience
from tools.offers.policy.fitting import Learning, fit_policy
from tools.offers.policy.model import Policy
from tools.offers.policy.start import START


@dataclass
class Random:
    """Every allowed offer alike."""

    def decide(self, contexts: Contexts, rows: Ints, allowed: Flags) -> Floats:
        return allowed / allowed.sum(axis=1, keepdims=True)

    def learn(self, seen: Experience) -> None:
        pass


@dataclass
class Bandit:
    """The product's own policy in mode explore; what it learns is deployed every week."""

    world: World
    how: Learning = field(default_factory=Learning)
    policy: Policy = field(init=False)
    usual: float = field(init=False)

    def __post_init__(self) -> None:
        self.usual = USUAL_MARGIN * float(np.mean(self.world.people.order_value))
        self.policy = Policy(gamma=START / self.usual)

    def decide(self, contexts: Contexts, rows: Ints, allowed: Flags) -> Floats:
        rewards = self.policy.rewards(contexts, self.world.actions)
        return self.policy.probabilities(rewards - rewards[:, :1], allowed, "explore", None, NAMES)

    def learn(self, seen: Experience) -> None:
        self.policy = fit_policy(seen, self.usual, WINDOW, self.how)
