"""Does a policy earn, once deployed, what was estimated from the log before? The product's own estimate, checked."""

from dataclasses import dataclass

import numpy as np

from eval.offers.simulation.learners import Bandit
from eval.offers.simulation.loop import COHORTS, Log, decide, draw, respond
from eval.offers.simulation.world import NAMES, WINDOW, World
from tools.offers.policy.contexts import contexts_of
from tools.offers.policy.experience import Experience
from tools.offers.policy.fitting import fit_policy
from tools.offers.policy.judging import judge
from tools.offers.policy.model import Policy

WEEKS = 13


@dataclass(frozen=True)
class Check:
    """Per decision, in the currency: `low` to `high` is the interval estimated before, `then` what the deployed policy
    is to earn on the same customers by the truth, `came` what it did earn in one round of decisions."""

    estimate: float
    low: float
    high: float
    then: float
    came: float

    @property
    def held(self) -> bool:
        return self.low <= self.then <= self.high


def checks(world: World, seed: int) -> dict[str, Check]:
    """For a policy's value and for its gain over the one in force: the start policy decides for 13 weeks, a candidate
    is learned and judged as `learn` does it, and goes live."""
    rng = np.random.default_rng([seed, 13])
    learner = Bandit(world)
    live = learner.policy
    seen = _logged(world, learner, rng)
    counted = (seen.share >= 1) & ~world.holdout[np.asarray(seen.customers)]

    def fit(rows: Experience) -> Policy:
        return fit_policy(rows, learner.usual, WINDOW)

    judged = judge(seen, counted, fit, live, "explore", None)
    then, came = _deployed(world, fit(seen), rng)
    then_live, came_live = _deployed(world, live, rng)
    return {
        "value": _check(judged["value"]["DR"], then, came),
        "gain": _check(judged["gain"]["DR"], then - then_live, came - came_live),
    }


def _check(estimate: dict[str, float], then: float, came: float) -> Check:
    return Check(estimate["value"], estimate["low"], estimate["high"], then, came)


def _logged(world: World, learner: Bandit, rng: np.random.Generator) -> Experience:
    contexts = contexts_of(world.people.names, world.people.features, WINDOW)
    cohort, log = rng.permutation(len(world)) % COHORTS, Log()
    for week in range(WEEKS):
        who = np.flatnonzero(cohort == week % COHORTS)
        chosen = decide(world, learner, contexts, who)
        taken = draw(chosen, rng)
        decisions = log.add(who, taken, 7.0 * week, chosen)
        log.orders.append(respond(world, who, taken, decisions, 7.0 * week, rng))
    return log.seen(world, contexts, 7.0 * WEEKS)


def _deployed(world: World, policy: Policy, rng: np.random.Generator) -> tuple[float, float]:
    """Expected and drawn reward a decision when everybody is decided on once."""
    who = np.flatnonzero(~world.holdout)
    contexts = contexts_of(world.people.names, world.people.features, WINDOW).take(who)
    rewards = policy.rewards(contexts, world.actions)
    chosen = policy.probabilities(rewards - rewards[:, :1], world.allowed[who], "explore", None, NAMES)
    taken = draw(chosen, rng)
    _decisions, _at, margin, due = respond(world, who, taken, np.arange(len(who)), 0.0, rng)
    contact = np.array([action.contact for action in world.actions])[taken]
    came = (margin.sum() - due.sum() - contact.sum()) / len(who)
    return float((chosen * world.expected[who]).sum() / len(who)), float(came)
