"""Learning whom to mail what: candidates are compared inside the training part, and only a safe gain is taken.

Candidates mail each customer what a model expects most of, if that beats the best fixed arm by a margin. Each is judged
on folds it has not seen; taken is the one with the highest lower bound (one-sided, 95 %) of its gain over the best
fixed arm, which itself gains 0 (high-confidence policy improvement: Thomas, Theocharous & Ghavamzadeh 2015). Spend is
mostly noise, so one model goes by visits and the mean spend of a visit (a surrogate index: Athey et al. 2019).
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from eval.offers.hillstrom.data import ARMS, SHORT, Trial
from tools.offers.off_policy import Log, cross_fitted, fit_outcomes, gain
from tools.offers.off_policy.log import Floats
from tools.offers.off_policy.ridge import Ridge

K = len(ARMS)
SEEDS = (0, 1, 2)
MARGINS = (0.0, 0.1, 0.25, 0.5)  # of the distance between the best arm's mean and that of no e-mail
TWO_SIDED = 0.90  # level of the interval whose lower end is the one-sided 95 % bound
Policy = Callable[[Floats], Floats]


@dataclass(frozen=True)
class Model:
    """What each arm is expected to bring: `rewards` of the training rows are learned by `make`, times `scale`, less the
    contact cost."""

    name: str
    rewards: Floats
    make: Callable[[], Any]
    scale: float = 1.0


@dataclass(frozen=True)
class Learned:
    """`policy` gives probabilities (m, 3) for context (m, d). `name` says which candidate it is, `tried` holds each
    candidate's mean gain over the best fixed arm inside the training part, and its lower bound. `greedy` is the last
    model's policy without margin or bound, which it expects to gain `hoped` over the best fixed arm."""

    policy: Policy
    name: str
    best_fixed: int
    tried: dict[str, tuple[float, float]]
    greedy: Policy
    hoped: float


def fixed(arm: int) -> Policy:
    return lambda context: np.tile(np.eye(K)[arm], (len(context), 1))


def learn(train: Trial, contact_cost: float | None) -> Learned:
    """A policy for visits, or with a contact cost for spend net of it, from the training part alone."""
    log, rewards = train.log(contact_cost), train.rewards(contact_cost)
    means = np.array([rewards[train.arms == arm].mean() for arm in range(K)])
    best = int(means.argmax())
    reach = float(abs(means[best] - means[0])) or float(np.ptp(means))
    models = _models(train, contact_cost)
    tried = {f"always {SHORT[best]}": (0.0, 0.0)}
    for model in models:
        tried |= _judged(train, log, model, contact_cost, best, reach)
    name = max(tried, key=lambda each: tried[each][1])
    expects = {model.name: _expected(train, model, contact_cost) for model in models}
    policies = {f"always {SHORT[best]}": fixed(best)}
    for model in models:
        policies |= {_name(model, margin): _by(expects[model.name], best, margin * reach) for margin in MARGINS}
    net = expects[models[-1].name](train.context)
    hoped = float((net.max(axis=1) - net[:, best]).mean())
    return Learned(policies[name], name, best, tried, policies[_name(models[-1], 0.0)], hoped)


def boosted() -> Any:
    """A small gradient-boosted model: what is to be found is weak."""
    options = {"n_estimators": 60, "num_leaves": 6, "learning_rate": 0.06, "min_child_samples": 300}
    return import_module("lightgbm").LGBMRegressor(**options, n_jobs=1, verbose=-1, seed=0, deterministic=True)


def _models(train: Trial, contact_cost: float | None) -> list[Model]:
    if contact_cost is None:
        return [Model("boosted", train.visits, boosted), Model("linear", train.visits, Ridge)]
    per_visit = float(train.spend.sum() / max(train.visits.sum(), 1.0))
    return [Model("linear", train.spend, Ridge), Model("visits x spend per visit", train.visits, Ridge, per_visit)]


def _judged(
    train: Trial, log: Log, model: Model, contact_cost: float | None, best: int, reach: float
) -> dict[str, tuple[float, float]]:
    """Gain and lower bound of the model's candidates, averaged over three divisions into folds."""
    found: dict[str, list[tuple[float, float]]] = {_name(model, margin): [] for margin in MARGINS}
    for seed in SEEDS:
        expected = _net(model.scale * cross_fitted(_log_of(train, model), K, model.make, seed=seed), contact_cost)
        for margin in MARGINS:
            target = _choices(expected, best, margin * reach)
            each = gain(log, target, fixed(best)(train.context), expected, level=TWO_SIDED)["DR"]
            found[_name(model, margin)].append((each.value, each.low))
    return {
        name: (float(np.mean([v for v, _ in rows])), float(np.mean([b for _, b in rows])))
        for name, rows in found.items()
    }


def _name(model: Model, margin: float) -> str:
    return f"{model.name}, margin {margin:.0%}"


def _log_of(train: Trial, model: Model) -> Log:
    return Log(train.arms, model.rewards, np.full(len(train), 1 / K), train.context)


def _expected(train: Trial, model: Model, contact_cost: float | None) -> Policy:
    predict = fit_outcomes(_log_of(train, model), K, model.make)
    return lambda context: _net(model.scale * predict(context), contact_cost)


def _by(expected: Policy, best: int, margin: float) -> Policy:
    return lambda context: _choices(expected(context), best, margin)


def _net(expected: Floats, contact_cost: float | None) -> Floats:
    return expected if contact_cost is None else expected - contact_cost * (np.arange(K) > 0)


def _choices(expected: Floats, best: int, margin: float) -> Floats:
    """One arm a row: the one expected to bring most, the best fixed one where none beats it by the margin."""
    raised = expected + margin * (np.arange(K) == best)
    return np.eye(K)[raised.argmax(axis=1)]
