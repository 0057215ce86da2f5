"""What can be known of who will come back, to somebody who knows how the demo shop works.

- `bayes`: knows each customer's true rates and every incident, and sees orders and visits; not whether they have left.
  The posterior over the moment of leaving, on a grid of days: the hazard of leaving (the customer's own, and each
  incident's, decaying) times the likelihood of the orders and visits seen, visits fading before somebody leaves.
- `knowing`: knows besides who has left by the end of the window.
"""

from dataclasses import dataclass

import numpy as np

from eval.churn.truth import Floats, Truth
from store.demo.process import Process

_DELAY = 3.5  # days between an order and what goes wrong with it, on average


@dataclass(frozen=True)
class Belief:
    """Per customer: the chance of no completed order within the horizon, and of having left by its end."""

    no_order: Floats
    leaves: Floats


def knowing(truth: Truth, horizon: int) -> Belief:
    return _believe(truth, horizon, informed=True)


def bayes(truth: Truth, horizon: int) -> Belief:
    return _believe(truth, horizon, informed=False)


def _believe(truth: Truth, horizon: int, *, informed: bool) -> Belief:
    grid: Floats = np.arange(truth.days + horizon, dtype=np.float64) + 0.5  # moments of leaving
    seen = np.stack([looking(truth, region, grid) for region in range(len(truth.demand))])
    found = np.array([_customer(truth, one, horizon, grid, seen, informed) for one in range(len(truth.ids))])
    return Belief(*np.clip(found, 0, 1).T)


def looking(truth: Truth, region: int, grid: Floats) -> Floats:
    """(leaving, days + 1): expected visits up to each midnight of the window, in ordinary days, by when one leaves."""
    midday = np.arange(truth.days) + 0.5
    daily = np.diff(truth.demand[region])[: truth.days] * interest(grid[:, None] - midday[None, :])
    return np.concatenate([np.zeros((len(grid), 1)), np.cumsum(daily, axis=1)], axis=1)


def interest(ahead: Floats) -> Floats:
    """How much is left of browsing `ahead` days before leaving."""
    process = Process()
    fading = 1 - process.fade_depth * np.exp(-np.maximum(ahead, 0) / process.fade_days)
    return np.where(ahead >= 0, fading, process.stray)


def _customer(truth: Truth, one: int, horizon: int, grid: Floats, seen: Floats, informed: bool) -> tuple[float, float]:
    now, demand = truth.days, truth.demand[truth.region[one]]
    midnights = np.arange(len(demand))
    spent = np.interp(np.minimum(grid, now), midnights, demand) - np.interp(truth.last[one], midnights, demand)
    seen_so = _visits(truth, one, grid, seen[truth.region[one]]) - truth.rate[one] * spent
    hazard = _hazard(truth, one, grid, demand)
    passed = np.cumsum(np.where(grid > truth.last[one], hazard, 0))
    logs = np.where(grid > truth.last[one], np.log(-np.expm1(-hazard)) - passed + hazard + seen_so, -np.inf)
    logs = np.append(logs, seen_so[-1] - passed[-1])  # the last: still there when the grid ends
    if informed:
        gone = truth.left[one] <= now
        logs[np.append(grid <= now, False) != gone] = -np.inf
    weight = np.exp(logs - logs.max())
    weight /= weight.sum()
    until = np.append(np.clip(grid, now, now + horizon), now + horizon)
    ahead = np.interp(until, midnights, demand) - demand[now]
    return float(weight @ np.exp(-truth.rate[one] * truth.completed * ahead)), float(1 - weight[-1])


def _hazard(truth: Truth, one: int, grid: Floats, demand: Floats) -> Floats:
    """Per day of the grid; after the window, orders to come bring incidents of their own."""
    mine = truth.incidents.of(one)
    since = grid[:, None] - truth.incidents.at[mine][None, :]
    decay = Process().incident_days
    harm = np.where(since >= 0, np.exp(-np.maximum(since, 0) / decay), 0) @ truth.incidents.size[mine] / decay
    acted = 1 - np.exp(-np.maximum(grid - truth.days - _DELAY, 0) / decay)
    coming = np.diff(demand)[: len(grid)] * truth.rate[one] * truth.harm_to_come[one] * acted
    return truth.hazard[one] + harm + coming


def _visits(truth: Truth, one: int, grid: Floats, seen: Floats) -> Floats:
    """Log likelihood of the idle visits for each moment of leaving."""
    at = truth.visits.at[truth.visits.of(one)]
    begun = int(np.clip(np.floor(truth.active[one]), 0, truth.days))
    expected = truth.browse[one] * (seen[:, -1] - seen[:, begun])
    return np.log(interest(grid[:, None] - at[None, :])).sum(axis=1) - expected
