"""Weeks of decisions and outcomes: a learner decides, customers respond, what has come of it is all it learns from."""

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from eval.offers.simulation.world import NAMES, WINDOW, Flags, Floats, Ints, World
from tools.offers.policy.contexts import Contexts, contexts_of
from tools.offers.policy.experience import Experience

COHORTS = 5  # a customer is decided on every fifth week: never with a window still open


class Learner(Protocol):
    """Decides on a week's customers, then sees everything that is known so far."""

    def decide(self, contexts: Contexts, rows: Ints, allowed: Flags) -> Floats: ...

    def learn(self, seen: Experience) -> None: ...


@dataclass
class Run:
    """Per week: decisions (without the holdout), expected incremental margin of what was done, and of what each rule
    that is compared with would have done."""

    decisions: list[int] = field(default_factory=list[int])
    gained: list[float] = field(default_factory=list[float])
    others: dict[str, list[float]] = field(default_factory=dict[str, list[float]])


@dataclass
class Log:
    """Everything that happened; orders by decision, with their day."""

    customer: list[Ints] = field(default_factory=list[Ints])
    taken: list[Ints] = field(default_factory=list[Ints])
    at: list[Floats] = field(default_factory=list[Floats])
    logging: list[Floats] = field(default_factory=list[Floats])
    orders: list[tuple[Ints, Floats, Floats, Floats]] = field(default_factory=list[tuple[Ints, Floats, Floats, Floats]])
    count: int = 0

    def add(self, customer: Ints, taken: Ints, day: float, logging: Floats) -> Ints:
        """Returns the decisions' numbers."""
        self.customer.append(customer)
        self.taken.append(taken)
        self.at.append(np.full(len(customer), day))
        self.logging.append(logging)
        self.count += len(customer)
        return np.arange(self.count - len(customer), self.count)

    def seen(self, world: World, contexts: Contexts, now: float) -> Experience:
        """What is known at day `now`."""
        decision, day, margin, due = (np.concatenate(part) for part in zip(*self.orders, strict=True))
        known = day <= now
        decision, margin, due = decision[known], margin[known], due[known]
        age = now - np.concatenate(self.at)
        customers, taken = np.concatenate(self.customer), np.concatenate(self.taken)
        return Experience(
            contexts.take(customers),
            world.actions,
            taken,
            np.bincount(decision, minlength=self.count).astype(np.float64),
            np.bincount(decision, margin, self.count).astype(np.float64),
            np.bincount(decision, due, self.count).astype(np.float64),
            np.array([action.contact for action in world.actions])[taken],
            np.minimum(age / WINDOW, 1.0),
            age,
            np.vstack(self.logging),
            customers,
        )


def play(world: World, learner: Learner, seed: int, weeks: int = 26, change_at: int | None = None) -> Run:
    """`change_at`: the week from which customers respond as in `world.changed`."""
    rng = np.random.default_rng(seed)
    contexts = contexts_of(world.people.names, world.people.features, WINDOW)
    log, run = Log(), Run()
    cohort = rng.permutation(len(world)) % COHORTS
    for week in range(weeks):
        now = world.changed if change_at is not None and week >= change_at else world
        who = np.flatnonzero(cohort == week % COHORTS)
        chosen = decide(now, learner, contexts, who)
        taken = draw(chosen, rng)
        decisions = log.add(who, taken, 7.0 * week, chosen)
        log.orders.append(respond(now, who, taken, decisions, 7.0 * week, rng))
        _count(run, now, who, chosen)
        learner.learn(log.seen(world, contexts, 7.0 * (week + 1)))
    return run


def decide(world: World, learner: Learner, contexts: Contexts, who: Ints) -> Floats:
    """(len(who), k) probabilities; the holdout gets nothing."""
    chosen = np.zeros((len(who), len(NAMES)))
    chosen[:, 0] = 1.0
    asked = ~world.holdout[who]
    chosen[asked] = learner.decide(contexts.take(who[asked]), who[asked], world.allowed[who[asked]])
    return chosen


def respond(
    world: World, who: Ints, taken: Ints, decisions: Ints, day: float, rng: np.random.Generator
) -> tuple[Ints, Floats, Floats, Floats]:
    """The orders that come: their decision, day, margin, and the redemption that falls due with the first of them."""
    count = rng.poisson(-np.log1p(-world.chance[who, taken]))
    place = np.repeat(np.arange(len(who)), count)
    at = day + WINDOW * rng.random(len(place))
    basket = world.baskets.draw(who[place], rng)
    order = np.lexsort((at, place))
    place, at, basket = place[order], at[order], basket[order]
    first = np.concatenate([[True], place[1:] != place[:-1]]) if len(place) else np.zeros(0, dtype=np.bool_)
    due = np.zeros(len(place))
    for column, action in enumerate(world.actions):
        mine = first & (taken[place] == column)
        due[mine] = action.redemption(world.baskets.total[basket[mine]])
    return decisions[place], at, world.baskets.margin[basket], due


def draw(chances: Floats, rng: np.random.Generator) -> Ints:
    return (rng.random(len(chances))[:, None] > chances.cumsum(axis=1)[:, :-1]).sum(axis=1)


def _count(run: Run, world: World, who: Ints, chosen: Floats) -> None:
    asked = ~world.holdout[who]
    who, chosen = who[asked], chosen[asked]
    rewards, allowed = world.expected[who], world.allowed[who]
    gains = rewards - rewards[:, :1]
    run.decisions.append(len(who))
    run.gained.append(float((chosen * gains).sum()))
    uniform = allowed / allowed.sum(axis=1, keepdims=True)
    rules = {"random": uniform, "oracle_pairs": _best(rewards, allowed)}
    rules["oracle_traits"] = _best(world.expected_plain[who], allowed)
    rules["oracle_seen"] = _best(world.expected_seen[who], allowed)
    for column, name in enumerate(NAMES):
        always = np.where(allowed[:, column], column, 0)
        rules[f"always {name}"] = np.eye(len(NAMES))[always]
    for name, rule in rules.items():
        run.others.setdefault(name, []).append(float((rule * gains).sum()))


def _best(rewards: Floats, allowed: Flags) -> Floats:
    return np.eye(len(NAMES))[np.where(allowed, rewards, -np.inf).argmax(axis=1)]
