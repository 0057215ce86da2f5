"""How many orders a customer places in the window, with an offer and without.

Orders are Poisson with mean `share * softplus(eta)`: `share` of the window has passed, so that young decisions count
for what has been seen of them and no more. 1 - exp(-softplus(eta)) = sigmoid(eta): eta is the log-odds of any order.
eta = baseline(x) + sum over action features a_j of a_j * (theta_j . z(x)), a linear model with a Gaussian prior whose
mean is a start policy; the mode of its posterior is found by Fisher scoring (McCullagh and Nelder 1989, chapter 2).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from tools.offers.policy.actions import Action, Floats
from tools.offers.policy.contexts import Contexts
from tools.offers.policy.scoring import Data, Ints, posterior_mode

# log-odds that an offer is taken to add before anything is learned: little, and more for what is worth more
ASSUMED = {
    "treated": 0.05,
    "depth": 1.0,
    "credit": 0.1,
    "kind:points": 0.05,
    "kind:free_shipping": 0.1,
    "kind:gift": 0.1,
    "kind:care_call": 0.15,
}


@dataclass(frozen=True)
class Priors:
    """Standard deviations of the coefficients around what is assumed before anything is learned."""

    intercept: float = 1.0
    slope: float = 0.3  # of what is expected anyway
    baseline: float = 0.2
    effect: float = 0.15  # of one action feature
    interaction: float = 0.05  # of an action feature with one standardised context feature


@dataclass(frozen=True)
class Response:
    """`context` names the features used, `centre` and `spread` (features,) standardise them. `baseline` (2 + features,)
    multiplies [1, logit, z]; `effects` maps an action feature to (2 + features,) for the same columns."""

    context: tuple[str, ...] = ()
    centre: Floats = field(default_factory=lambda: np.zeros(0))
    spread: Floats = field(default_factory=lambda: np.ones(0))
    logit_centre: float = 0.0
    baseline: Floats = field(default_factory=lambda: np.array([0.0, 1.0]))
    effects: dict[str, Floats] = field(default_factory=dict[str, Floats])

    def log_odds(self, contexts: Contexts, actions: Sequence[Action]) -> Floats:
        """eta (n, k)."""
        seen = self.columns(contexts)
        weights = np.column_stack([self._weights(action) for action in actions])
        return self._baseline(contexts, seen)[:, None] + seen @ weights

    def columns(self, contexts: Contexts) -> Floats:
        """[1, logit, z] (n, 2 + features), logit centred."""
        z = (contexts.columns(self.context) - self.centre) / self.spread
        return np.column_stack([np.ones(len(contexts)), contexts.logit - self.logit_centre, z])

    def _baseline(self, contexts: Contexts, seen: Floats) -> Floats:
        return seen @ self.baseline + self.baseline[1] * self.logit_centre

    def _weights(self, action: Action) -> Floats:
        total = np.zeros(2 + len(self.context))
        for name, value in action.features.items():
            total += value * self.effects.get(name, _assumed(name, len(total)))
        return total


def _assumed(name: str, width: int) -> Floats:
    return np.eye(1, width)[0] * ASSUMED.get(name, 0.0)


def fit_response(
    contexts: Contexts,
    actions: Sequence[Action],
    taken: Ints,
    orders: Floats,
    share: Floats,
    weight: Floats,
    priors: Priors,
) -> Response:
    """Learn from n decisions: `taken` (n,) is the place of what was done in `actions`, `orders` (n,) what came so far,
    `share` (n,) in (0, 1] how much of the window that is, `weight` (n,) how much each counts."""
    centre, spread = _scale(contexts.seen, weight)
    empty = Response(contexts.names, centre, spread, float(np.average(contexts.logit, weights=weight)))
    used = {int(place) for place in np.unique(taken)}
    names = sorted({name for place in used for name in actions[place].features})
    given = np.array([[action.features.get(name, 0.0) for name in names] for action in actions])
    groups = _same(given.reshape(len(actions), len(names)))
    columns = empty.columns(contexts)
    mean, deviation = _prior(names, given, groups, priors, columns.shape[1], empty.logit_centre)
    coded = np.column_stack([np.ones(len(actions)), *(given[:, members[0]] for members in groups)])
    found = posterior_mode(Data(columns, coded, taken, orders, share, weight), mean, deviation)
    baseline = found[0].copy()
    baseline[0] -= baseline[1] * empty.logit_centre
    effects = dict(_apart(names, groups, found[1:], columns.shape[1]))
    return Response(empty.context, centre, spread, empty.logit_centre, baseline, effects)


def _scale(seen: Floats, weight: Floats) -> tuple[Floats, Floats]:
    centre: Floats = np.average(seen, axis=0, weights=weight)
    spread = np.sqrt(np.average((seen - centre) ** 2, axis=0, weights=weight))
    return centre, np.where(spread > 1e-6, spread, 1.0)


def _same(given: Floats) -> list[list[int]]:
    """Action features with the same values in all actions, together: they are learned as one."""
    groups: dict[bytes, list[int]] = {}
    for number in range(given.shape[1]):
        groups.setdefault(given[:, number].tobytes(), []).append(number)
    return list(groups.values())


def _prior(
    names: list[str], given: Floats, groups: list[list[int]], priors: Priors, width: int, logit_centre: float
) -> tuple[Floats, Floats]:
    """Means and standard deviations (1 + groups, width) of the baseline's coefficients and each group's."""
    baseline = np.full(width, priors.baseline)
    baseline[:2] = priors.intercept, priors.slope
    effect = np.full(width, priors.interaction)
    effect[0] = priors.effect
    means = [np.array([logit_centre, 1.0, *np.zeros(width - 2)])]
    deviations = [baseline]
    for members in groups:
        means.append(np.sum([_assumed(names[number], width) for number in members], axis=0))
        unit = max(1.0, 1 / float(np.abs(given[:, members[0]]).max()))
        deviations.append(effect * unit * np.sqrt(len(members)))
    return np.array(means), np.array(deviations)


def _apart(names: list[str], groups: list[list[int]], learned: Floats, width: int) -> Iterator[tuple[str, Floats]]:
    """What a group has learned beyond what was assumed, shared out evenly: their priors are equally wide."""
    for members, values in zip(groups, learned, strict=True):
        assumed = [_assumed(names[number], width) for number in members]
        beyond = (values - np.sum(assumed, axis=0)) / len(members)
        for number, one in zip(members, assumed, strict=True):
            yield names[number], one + beyond
