"""Figures of the e-mail test: what each policy brings per customer, with its interval, and in words."""

from dataclasses import asdict
from typing import Any

import numpy as np

from eval.offers.hillstrom.data import SHORT, Trial
from eval.offers.hillstrom.learning import K, fixed, learn
from store.errors import WinbackError
from tools.offers.off_policy import evaluate, fit_outcomes, gain
from tools.offers.off_policy.intervals import mean_of

FORMULA = """visit rate of an arm = mean of its customers' visits
value of a policy p = mean over test rows of  sum_a p(a|x) q(x,a) + p(A|x) / (1/3) * (R - q(x,A))      (DR)
  R = visit (0/1), or spend - contact cost * [A is an e-mail]; A = the arm drawn, 1/3 each; q = ridge regression of R on
  customer, arm and their products, learned on the training part; difference = mean of differences on the same rows;
  intervals: 95 %, corrected for skewness (tools/offers/off_policy/intervals.py)
customers to tell an expected gain g from 0 = test rows * (1.96 * standard error of the difference / g)^2"""
_CHOOSING = ("learned", "greedy")
_LEAST = 100  # customers in each arm of either part


def report(train: Trial, test: Trial, costs: list[float]) -> dict[str, Any]:
    """Visit rates of the arms, and for visits and for spend net of each contact cost the policies' values on the test
    part. WinbackError where either part has fewer than 100 customers in an arm."""
    for name, part in (("training", train), ("test", test)):
        if np.bincount(part.arms, minlength=K).min() < _LEAST:
            raise WinbackError(f"The {name} part needs at least {_LEAST} customers in each of the three arms.")
    goals: list[float | None] = [None, *costs]
    return {
        "formula": FORMULA,
        "train": len(train),
        "test": len(test),
        "visit_rates": {"train": _rates(train), "test": _rates(test)},
        "goals": [_goal(train, test, cost) for cost in goals],
    }


def _rates(trial: Trial) -> dict[str, Any]:
    return {name: asdict(mean_of(trial.visits[trial.arms == arm])) for arm, name in enumerate(SHORT)}


def _goal(train: Trial, test: Trial, cost: float | None) -> dict[str, Any]:
    learned = learn(train, cost)
    log, q_hat = test.log(cost), fit_outcomes(train.log(cost), K)(test.context)
    policies = {name: fixed(arm)(test.context) for arm, name in enumerate(SHORT)}
    policies |= {"random": np.full((len(test), K), 1 / K), "learned": learned.policy(test.context)}
    policies["greedy"] = learned.greedy(test.context)
    best, own = policies[SHORT[learned.best_fixed]], policies["learned"]
    return {
        "goal": "visits" if cost is None else "spend net of contact cost",
        "contact_cost": cost,
        "learned": learned.name,
        "best_fixed": SHORT[learned.best_fixed],
        "mailed": {name: dict(zip(SHORT, policies[name].mean(axis=0).tolist(), strict=True)) for name in _CHOOSING},
        "tried": {name: {"gain": value, "lower_bound": low} for name, (value, low) in learned.tried.items()},
        "greedy_hoped": learned.hoped,
        "values": {name: asdict(evaluate(log, each, q_hat)["DR"]) for name, each in policies.items()},
        "learned_minus": {name: asdict(gain(log, own, each, q_hat)["DR"]) for name, each in policies.items()},
        "minus_best_fixed": {name: asdict(gain(log, each, best, q_hat)["DR"]) for name, each in policies.items()},
    }


def words(found: dict[str, Any]) -> str:
    """The report as text."""
    lines = [found["formula"], "", f"learned on {found['train']:,} customers, judged on {found['test']:,}"]
    for part, rates in found["visit_rates"].items():
        cells = [f"{name} {each['value']:.1%} [{each['low']:.1%}, {each['high']:.1%}]" for name, each in rates.items()]
        lines.append(f"visit rate, {part:5}: " + ", ".join(cells))
    for goal in found["goals"]:
        lines += ["", *_words(goal)]
    return "\n".join(lines)


def _words(goal: dict[str, Any]) -> list[str]:
    cost, best = goal["contact_cost"], goal["best_fixed"]
    lines = [f"{goal['goal']}{'' if cost is None else f' {cost:.2f}'}: the learned policy is '{goal['learned']}'"]
    for name, shares in goal["mailed"].items():
        lines.append(f"  {name} mails " + ", ".join(f"{arm} {share:.1%}" for arm, share in shares.items()))
    head = f"{'95 % interval':>21}"
    lines.append(f"  {'policy':8}{'value':>9}{head}{'learned minus it':>19}{head}")
    for name, value in goal["values"].items():
        cells = _cells(value, "9.4f") + _cells(goal["learned_minus"][name], "+19.4f")
        lines.append(f"  {name:8}{cells}" + ("  <- best fixed arm in training" if name == best else ""))
    return [*lines, *(f"  {line}" for line in _verdict(goal))]


def _cells(each: dict[str, Any], form: str) -> str:
    return f"{each['value']:{form}}{each['low']:11.4f}{each['high']:10.4f}"


def _verdict(goal: dict[str, Any]) -> list[str]:
    best, tried = goal["best_fixed"], dict(goal["tried"])
    tried.pop(f"always {best}")
    closest = max(tried, key=lambda each: tried[each]["lower_bound"])
    row, other, greedy = tried[closest], goal["learned_minus"][best], goal["minus_best_fixed"]["greedy"]
    gained = f"{row['gain']:+.4f} a customer on '{best}' for all, {row['lower_bound']:+.4f} at least"
    lines = [f"Inside training the best candidate ({closest}) gained {gained}."]
    if goal["learned"] == f"always {best}":
        lines.append(
            f"None is better for sure, so the learned policy is '{best}' for all, and equal to it by construction."
        )
    else:
        sure = "the interval holds 0" if other["low"] <= 0 <= other["high"] else "and surely so"
        lines.append(f"On the test part the learned policy differs from '{best}' by {other['value']:+.4f}; {sure}.")
    lines.append(f"The greedy policy, without that caution, minus '{best}':{_cells(greedy, '+9.4f')}.")
    if goal["greedy_hoped"] > 0 and greedy["error"] > 0:
        needed = greedy["n"] * (1.96 * greedy["error"] / goal["greedy_hoped"]) ** 2
        lines.append(f"It expects {goal['greedy_hoped']:+.4f}; to tell that from 0 takes {needed:,.0f} customers.")
    return lines
