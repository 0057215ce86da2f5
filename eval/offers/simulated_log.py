"""Logs whose truth is known: customers, a logging policy, a target policy and rewards, drawn from a seed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from tools.offers.off_policy import Log, make_log
from tools.offers.off_policy.log import Floats

ACTIONS = 5
FEATURES = 4
_TRUTH = 2_000_000  # customers over whom a target's true value is averaged
_COST = 0.5  # of every action but the first
Policy = Callable[[Floats], Floats]
_WEIGHTS = np.random.default_rng(20260630).normal(size=(3, FEATURES, ACTIONS))


@dataclass(frozen=True)
class Scenario:
    """`reward` is binary (about 8 % ones), margin (most get 0 or a contact's cost, buyers a log-normal margin, sigma 1)
    or heavy (sigma 1.5). `pair` names logging and target policy. `repeats`: decisions per customer, who keeps a taste
    of his own over them. `switch_at`: what Switch-DR is to switch at, None its default."""

    reward: str
    pair: str
    n: int
    repeats: int = 1
    switch_at: float | None = None


def _scores(x: Floats, kind: int) -> Floats:
    return np.tanh(x @ _WEIGHTS[kind]) + 0.3 * x[:, :1] * x[:, 1:2]


def _softmax(scores: Floats, floor: float) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return floor / ACTIONS + (1 - floor) * raised / raised.sum(axis=1, keepdims=True)


def _greedy(scores: Floats, floor: float = 0.0) -> Floats:
    return floor / ACTIONS + (1 - floor) * np.eye(ACTIONS)[scores.argmax(axis=1)]


PAIRS: dict[str, tuple[Policy, Policy]] = {
    "uniform -> greedy": (lambda x: np.full((len(x), ACTIONS), 1 / ACTIONS), lambda x: _greedy(_scores(x, 0))),
    "softmax -> softmax": (lambda x: _softmax(_scores(x, 1), 0.1), lambda x: _softmax(2 * _scores(x, 0), 0.0)),
    "greedy + 25 % -> greedy": (lambda x: _greedy(_scores(x, 1), 0.25), lambda x: _greedy(_scores(x, 2))),
    "steep -> uniform": (lambda x: _softmax(2 * _scores(x, 1), 0.0), lambda x: np.full((len(x), ACTIONS), 1 / ACTIONS)),
}


def draw(scenario: Scenario, random: np.random.Generator) -> tuple[Log, Floats]:
    """A log of the scenario's logging policy and its target's probabilities (n, k) in the same rows."""
    customers = np.arange(scenario.n) // scenario.repeats
    x = random.normal(size=(customers[-1] + 1, FEATURES))[customers]
    taste = random.normal(scale=0.5, size=customers[-1] + 1)[customers] if scenario.repeats > 1 else np.zeros(len(x))
    logging, target = (policy(x) for policy in PAIRS[scenario.pair])
    actions = (random.random(len(x))[:, None] > logging.cumsum(axis=1)[:, :-1]).sum(axis=1)
    rows = np.arange(len(x))
    buys = random.random(len(x)) < _chance(x, taste)[rows, actions]
    rewards = buys * 1.0 if scenario.reward == "binary" else _margin(scenario, buys, actions, random)
    log = make_log(actions, rewards, logging[rows, actions], x, logging=logging, customers=customers)
    return log, target


@cache
def truth(scenario: Scenario) -> float:
    """The target policy's value, over two million customers and without the noise of rewards (standard error below
    1/500 of a log's of 10,000)."""
    random = np.random.default_rng(7)
    x = random.normal(size=(_TRUTH, FEATURES))
    taste = random.normal(scale=0.5, size=_TRUTH) if scenario.repeats > 1 else np.zeros(_TRUTH)
    expected = _chance(x, taste)
    if scenario.reward != "binary":
        expected = expected * np.exp(3 + _sigma(scenario) ** 2 / 2) - _COST * (np.arange(ACTIONS) > 0)
    return float((PAIRS[scenario.pair][1](x) * expected).sum(axis=1).mean())


def _chance(x: Floats, taste: Floats) -> Floats:
    return 1 / (1 + np.exp(3.0 - _scores(x, 0) - taste[:, None]))


def _sigma(scenario: Scenario) -> float:
    return 1.0 if scenario.reward == "margin" else 1.5


def _margin(scenario: Scenario, buys: np.ndarray, actions: np.ndarray, random: np.random.Generator) -> Floats:
    return buys * random.lognormal(3, _sigma(scenario), len(buys)) - _COST * (actions > 0)
