"""What can be known at best of who will come back from what a shop sees, by somebody who knows how the demo shop works.

Unlike the oracles, the statistician knows no customer's own rates, only how rates are spread (by loyalty card and how
the customer came), and infers them from the orders and idle visits seen: importance sampling over rates of buying,
browsing and leaving, each with a posterior over the moment of leaving. Reviews and refunds are left out, so it is not
quite the best; a model that has to learn the process from the shop's data too can hardly come closer.
"""

import numpy as np

from eval.churn.oracle import interest, looking
from eval.churn.truth import Floats, Truth
from store.demo.process import ACQUIRED, Process

SAMPLES = 300
_BROWSE_SIGMA, _CARD, _NO_CARD = 0.6, (1.15, 1.0), (0.88, 1.2)  # store/demo/customers.py


def statistician(truth: Truth, horizon: int, seed: int = 1) -> Floats:
    """Per customer, the chance of no completed order within `horizon` days."""
    rng = np.random.default_rng(seed)
    grid: Floats = np.arange(truth.days + horizon, dtype=np.float64) + 0.5
    seen = np.stack([looking(truth, region, grid) for region in range(len(truth.demand))])
    found = [_customer(truth, one, horizon, grid, seen[truth.region[one]], rng) for one in range(len(truth.ids))]
    return np.clip(np.array(found), 0, 1)


def _customer(truth: Truth, one: int, horizon: int, grid: Floats, seen: Floats, rng: np.random.Generator) -> float:
    now, last, demand = truth.days, truth.last[one], truth.demand[truth.region[one]]
    midnights = np.arange(len(demand))
    lived, begun = np.interp([last, truth.active[one]], midnights, demand)
    rate, browse, hazard = _sampled(truth, one, lived - begun, rng)
    later = np.append(grid[grid > last], now + horizon)  # moments of leaving; the last: not on the grid
    spent = np.interp(np.minimum(later, now), midnights, demand) - lived
    at = truth.visits.at[truth.visits.of(one)]
    looks = seen[grid > last]
    looks = np.append(looks, looks[-1:], axis=0)
    expected = looks[:, -1] - looks[:, int(np.clip(truth.active[one], 0, now))]
    logs = np.log(interest(later[:, None] - at[None, :])).sum(axis=1)[None, :] - np.outer(rate, spent)
    logs += len(at) * np.log(browse)[:, None] - np.outer(browse, expected)
    days = np.append(np.ones(len(later) - 1), 0)
    passed = hazard[:, None] * np.cumsum(days)[None, :]
    logs -= passed
    logs[:, :-1] += np.log(np.expm1(hazard))[:, None]
    weight = np.exp(logs - logs.max())
    ahead = np.interp(np.clip(later, now, now + horizon), midnights, demand) - demand[now]
    silent = np.exp(-np.outer(rate, truth.completed * ahead))
    return float((weight * silent).sum() / weight.sum())


def _sampled(truth: Truth, one: int, lived: float, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Rates of buying given the orders while the customer was surely there; of browsing and leaving as they are spread.
    Coming incidents add to leaving what they add on average."""
    process, card = Process(), truth.card[one]
    more, loyal = _CARD if card else _NO_CARD
    shape = process.rate_shape
    scale = process.rate_mean * more / shape
    rate = rng.gamma(shape + max(truth.orders[one], 0), 1 / (1 / scale + lived), SAMPLES)
    rate = np.clip(rate, 1e-6, process.rate_cap)
    factor = rng.lognormal(-(_BROWSE_SIGMA**2) / 2, _BROWSE_SIGMA, SAMPLES)
    hazard = rng.gamma(process.hazard_shape, process.hazard_mean / process.hazard_shape, SAMPLES)
    hazard *= ACQUIRED[truth.acquired[one]][1] * (process.loyalty_hazard if card else loyal)
    hazard = np.maximum(hazard, 1e-5) + rate * float(truth.harm_to_come.mean())
    return rate, rate * process.browse_per_order * factor + 0.004, hazard
