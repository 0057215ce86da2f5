"""Learners that the product's policy is compared with; they see the same contexts and the same outcomes.

All of them predict the reward of a decision whose window has passed, less what the customer was expected to bring
without an offer, in units of an order's usual margin.
"""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from eval.offers.simulation.world import NAMES, Flags, Floats, Ints, World
from tools.offers.people.columns import USUAL_MARGIN
from tools.offers.policy.contexts import Contexts
from tools.offers.policy.experience import Experience
from tools.offers.policy.exploring import probabilities
from tools.offers.policy.scoring import softplus


def usual_margin(world: World) -> float:
    return USUAL_MARGIN * float(np.mean(world.people.order_value))


def _coded(world: World) -> Floats:
    """(k, action features)."""
    names = sorted({name for action in world.actions for name in action.features})
    return np.array([[action.features.get(name, 0.0) for name in names] for action in world.actions])


def _columns(contexts: Contexts) -> Floats:
    """1, the log-odds of ordering at all, the logarithm of an order's margin, and what else is seen."""
    worth = np.log1p(np.maximum(contexts.margin, 0))
    return np.column_stack([np.ones(len(contexts)), contexts.logit / 2, worth / 4, contexts.seen])


def _beyond(seen: Experience, usual: float) -> Floats:
    return (seen.rewards - seen.contexts.margin * softplus(seen.contexts.logit)) / usual


@dataclass
class Squarecb:
    """vowpalwabbit --cb_explore_adf --squarecb: context x action features, decision after decision, as windows end."""

    world: World
    gamma_scale: float = 100.0
    rate: float = 0.05
    seed: int = 1
    fed: int = field(default=0, init=False)
    usual: float = field(init=False)
    lines: list[str] = field(init=False)
    vw: Any = field(init=False)

    def __post_init__(self) -> None:
        vw: Any = import_module("vowpalwabbit")
        self.usual = usual_margin(self.world)
        self.lines = [self._action_line(place) for place in range(len(NAMES))]
        self.vw = vw.Workspace(
            f"--cb_explore_adf --squarecb --gamma_scale {self.gamma_scale} -l {self.rate} -q xa --cb_type mtr "
            f"--random_seed {self.seed} --quiet"
        )

    def _action_line(self, place: int) -> str:
        features = self.world.actions[place].features or {"nothing": 1.0}
        return "|a " + " ".join(f"{name.replace(':', '_')}:{value:.4g}" for name, value in features.items())

    def _shared(self, contexts: Contexts) -> list[str]:
        rows = _columns(contexts).tolist()
        return ["shared |x " + " ".join(f"f{n}:{value:.4g}" for n, value in enumerate(row) if value) for row in rows]

    def decide(self, contexts: Contexts, rows: Ints, allowed: Flags) -> Floats:
        found = np.zeros(allowed.shape)
        for row, shared in enumerate(self._shared(contexts)):
            places = np.flatnonzero(allowed[row])
            found[row, places] = self.vw.predict([shared, *(self.lines[place] for place in places)])
        return found / found.sum(axis=1, keepdims=True)

    def learn(self, seen: Experience) -> None:
        """Decisions come in order, so those whose window has passed are the first ones; the holdout was not drawn."""
        over = int((seen.share >= 1).sum())
        fresh = np.arange(self.fed, over)
        self.fed = over
        fresh = fresh[(seen.logging[fresh] > 0).sum(axis=1) > 1]
        part = seen.take(fresh)
        costs = -_beyond(part, self.usual)
        for row, shared in enumerate(self._shared(part.contexts)):
            places, taken = np.flatnonzero(part.logging[row] > 0), part.taken[row]
            label = f"0:{costs[row]:.5f}:{part.logging[row, taken]:.5f} "
            self.vw.learn([shared, *((label if place == taken else "") + self.lines[place] for place in places)])


@dataclass
class Ridge:
    """Least squares of the reward on context x action features (ridge), with inverse-gap weighting."""

    world: World
    penalty: float = 100.0
    curiosity: float = 80.0
    half_life: float = 90.0
    weights: Any = field(default=None, init=False)
    usual: float = field(init=False)
    coded: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.usual, self.coded = usual_margin(self.world), _coded(self.world)

    def decide(self, contexts: Contexts, rows: Ints, allowed: Flags) -> Floats:
        gains = np.zeros(allowed.shape)
        if self.weights is not None:
            columns = _columns(contexts)
            gains = columns @ (self.coded @ self.weights.reshape(self.coded.shape[1] + 1, -1)[1:]).T
        return probabilities(gains, allowed, "explore", None, NAMES, self.curiosity)

    def learn(self, seen: Experience) -> None:
        over = seen.take(seen.share >= 1)
        if len(over):
            weight = 0.5 ** (over.age / self.half_life)
            columns = _columns(over.contexts)
            coded = np.column_stack([np.ones(len(over)), self.coded[over.taken]])
            design = (coded[:, :, None] * columns[:, None, :]).reshape(len(over), -1)
            gram = (design * weight[:, None]).T @ design + self.penalty * np.eye(design.shape[1])
            self.weights = np.linalg.solve(gram, design.T @ (weight * _beyond(over, self.usual)))


@dataclass
class Trees:
    """LightGBM on context and action features, with inverse-gap weighting."""

    world: World
    rounds: int = 60
    curiosity: float = 80.0
    half_life: float = 90.0
    model: Any = field(default=None, init=False)
    usual: float = field(init=False)
    coded: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.usual, self.coded = usual_margin(self.world), _coded(self.world)

    def decide(self, contexts: Contexts, rows: Ints, allowed: Flags) -> Floats:
        gains = np.zeros(allowed.shape)
        if self.model is not None:
            columns = _columns(contexts)
            for place, coded in enumerate(self.coded):
                gains[:, place] = self.model.predict(np.hstack([columns, np.tile(coded, (len(columns), 1))]))
            gains -= gains[:, :1].copy()
        return probabilities(gains, allowed, "explore", None, NAMES, self.curiosity)

    def learn(self, seen: Experience) -> None:
        over = seen.take(seen.share >= 1)
        if len(over):
            lightgbm: Any = import_module("lightgbm")
            x = np.hstack([_columns(over.contexts), self.coded[over.taken]])
            rows = lightgbm.Dataset(x, _beyond(over, self.usual), weight=0.5 ** (over.age / self.half_life))
            settings = {"objective": "regression", "num_leaves": 7, "learning_rate": 0.05, "min_data_in_leaf": 200}
            self.model = lightgbm.train(settings | {"verbose": -1, "num_threads": 1, "seed": 1}, rows, self.rounds)
