"""A policy: what each offer is expected to gain with each customer, and how offers are picked from that."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any

import numpy as np

from tools.offers.catalogue import Catalogue
from tools.offers.people import People
from tools.offers.policy.actions import Action, Floats, actions_of
from tools.offers.policy.contexts import Contexts, contexts_of
from tools.offers.policy.exploring import Flags, probabilities
from tools.offers.policy.response import Response
from tools.offers.policy.scoring import sigmoid, softplus

_DIGITS = 8


@dataclass(frozen=True)
class Policy:
    """`response` says how many orders come; `yield_` how much margin they bring, as a factor on what the customer's
    past says; `redeemed` the share of an offer's full cost that falls due with an order, by offer (1 where unknown).
    `gamma`: exploration per unit of currency. `decisions` it was learned from; `note` says what it rests on, if not on
    what was learned."""

    response: Response = field(default_factory=Response)
    yield_: float = 1.0
    redeemed: dict[str, float] = field(default_factory=dict[str, float])
    gamma: float = 1.0
    window_days: int = 30
    decisions: int = 0
    note: str | None = None

    @property
    def version(self) -> str:
        """A hash of everything learned: the same log gives the same one."""
        said = json.dumps(self.content(), sort_keys=True, separators=(",", ":"))
        return f"offers-{'learned' if self.decisions else 'start'}-{blake2b(said.encode(), digest_size=6).hexdigest()}"

    def gains(self, people: People, catalogue: Catalogue, offers: Sequence[str]) -> Floats:
        """(n, k) expected reward of each offer less that of nothing, in the currency; offers[0] is "nothing"."""
        contexts = contexts_of(people.names, people.features, catalogue.window_days)
        rewards = self.rewards(contexts, actions_of(catalogue, offers))
        return rewards - rewards[:, :1]

    def rewards(self, contexts: Contexts, actions: Sequence[Action]) -> Floats:
        """(n, k) expected margin of the window's orders less what the offer costs."""
        eta = self.response.log_odds(contexts, actions)
        earned = self.yield_ * contexts.margin[:, None] * softplus(eta)
        ordering = sigmoid(eta)
        for column, action in enumerate(actions):
            due = self.redeemed.get(action.offer, 1.0) * action.redemption(contexts.order_value)
            earned[:, column] -= ordering[:, column] * due + action.contact
        return earned

    def probabilities(
        self, gains: Floats, allowed: Flags, mode: str, fixed: str | None, offers: Sequence[str]
    ) -> Floats:
        """(n, k): see tools.offers.policy.exploring. Raises WinbackError for an unknown mode."""
        return probabilities(gains, allowed, mode, fixed, offers, self.gamma)

    def content(self) -> dict[str, Any]:
        """What is saved, and hashed into the version: plain JSON."""
        response = self.response
        return {
            "context": list(response.context),
            "centre": _plain(response.centre),
            "spread": _plain(response.spread),
            "logit_centre": _rounded(response.logit_centre),
            "baseline": _plain(response.baseline),
            "effects": {name: _plain(values) for name, values in sorted(response.effects.items())},
            "yield": _rounded(self.yield_),
            "redeemed": {name: _rounded(value) for name, value in sorted(self.redeemed.items())},
            "gamma": _rounded(self.gamma),
            "window_days": self.window_days,
            "decisions": self.decisions,
        }


def policy_of(content: dict[str, Any], note: str | None = None) -> Policy:
    """The inverse of `Policy.content`. Raises KeyError, TypeError or ValueError where it is none."""
    width = len(content["context"]) + 2
    effects = {str(name): _floats(values, width) for name, values in content["effects"].items()}
    response = Response(
        tuple(content["context"]),
        _floats(content["centre"], width - 2),
        _floats(content["spread"], width - 2),
        float(content["logit_centre"]),
        _floats(content["baseline"], width),
        effects,
    )
    redeemed = {str(name): float(value) for name, value in content["redeemed"].items()}
    numbers = (float(content["yield"]), redeemed, float(content["gamma"]))
    return Policy(response, *numbers, int(content["window_days"]), int(content["decisions"]), note)


def noted(policy: Policy, note: str) -> Policy:
    """The same policy with something to be said about it."""
    return replace(policy, note=note if policy.note is None else f"{note} {policy.note}")


def _floats(values: list[float], width: int) -> Floats:
    found = np.array(values, dtype=np.float64)
    if found.shape != (width,) or not np.isfinite(found).all():
        raise ValueError("not the numbers of a policy")
    return found


def _plain(values: Floats) -> list[float]:
    return [_rounded(value) for value in values.tolist()]


def _rounded(value: float) -> float:
    """Few enough digits that the last bits of a sum, which differ from machine to machine, do not matter."""
    return float(f"{value:.{_DIGITS}g}")
