"""Fitting a model's parts on customers observed at several cut-offs, and its levels on later ones."""

import zlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tools.churn.btyd import ParetoNBD
from tools.churn.calibration import Line, fit_factor, fit_line, fit_power, sigmoid
from tools.churn.embedding import ProductVectors
from tools.churn.model.model import ChurnModel, Levels
from tools.churn.model.start import log_basket, start
from tools.churn.model.trees import Trees
from tools.churn.observations import Observed, column, dates_of

Floats = NDArray[np.float64]
ROUNDS = {"orders": 200, "leaving": 50, "baskets": 50}
_LEAST_ROUNDS, _PER_ROUND, _LEAVES = (
    30,
    40,
    4,
)  # of "orders": one for so many customers, as few overfit what dates say already
_FEW = 50  # baskets below which customers' own means are not corrected


@dataclass(frozen=True)
class Learner:
    """What all fits of one training share."""

    horizon_days: int
    vectors: ProductVectors | None
    seed: int

    def grown(self, sets: list[Observed], now: Floats) -> ChurnModel:
        """An uncalibrated model: dates' parameters from the features `now` (m, k), trees from the sets."""
        dates = ParetoNBD.fit(dates_of(now))
        levels = usual_levels(dates, now, self.horizon_days)
        model = ChurnModel(self.horizon_days, "lightgbm", dates, levels, vectors=self.vectors)
        x = np.concatenate([one.x for one in sets])
        orders = np.concatenate([one.orders for one in sets])
        begun = np.concatenate([start(dates, dates_of(one.x), one.days).log_orders for one in sets])
        rounds = max(_LEAST_ROUNDS, min(ROUNDS["orders"], len(now) // _PER_ROUND))
        model.trees["orders"] = Trees.fit("poisson", x, orders, begun, rounds=rounds, seed=self.seed, leaves=_LEAVES)
        begun = begun + model.trees["orders"].raw(x)
        gone = (orders == 0).astype(np.float64)
        model.trees["leaving"] = Trees.fit("binary", x, gone, -begun, rounds=ROUNDS["leaving"], seed=self.seed)
        if levels.basket is not None:
            self._grow_baskets(model, sets, levels.basket)
        return model

    def _grow_baskets(self, model: ChurnModel, sets: list[Observed], usual: float) -> None:
        x, orders, spend = (np.concatenate([getattr(one, name) for one in sets]) for name in ("x", "orders", "spend"))
        bought = (orders > 0) & (spend > 0)
        if bought.sum() < _FEW:
            return
        x, orders, spend = x[bought], orders[bought], spend[bought]
        begun = log_basket(column(x, "spend_mean"), column(x, "orders"), usual)
        rounds = ROUNDS["baskets"]
        model.trees["baskets"] = Trees.fit(
            "gamma", x, spend / orders, begun, rounds=rounds, seed=self.seed, weight=orders
        )


def usual_levels(dates: ParetoNBD, x: Floats, horizon_days: int) -> Levels:
    """What is usual among customers x (n, k), before any calibration; of the start, among those who have bought within
    the last horizon: reasons count from a customer who still buys, not from the mean of all who ever did."""
    begun = start(dates, dates_of(x), horizon_days)
    current = column(x, "recency_days") < horizon_days
    current = current if current.any() else np.ones(len(x), dtype=np.bool_)
    mean, orders = column(x, "spend_mean"), column(x, "orders")
    known = mean > 0
    basket = float(np.average(mean[known], weights=orders[known])) if known.any() else None
    return Levels(active=float(begun.active[current].mean()), pace=float(begun.pace[current].mean()), basket=basket)


def calibrated(model: ChurnModel, now: Floats, rehearsed: ChurnModel, seen: Observed) -> Levels:
    """The model's levels with what makes `rehearsed`, which ends where `seen` begins, right about `seen`.

    Of orders, how far they must be drawn to the middle and how much their total was off are taken apart, because the
    model may look further ahead than the rehearsal did: the total is that of the customers `now` (m, k), times the
    latter.
    """
    begun = start(rehearsed.dates, dates_of(seen.x), seen.days)
    line = fit_line(rehearsed.log_odds(seen.x, begun), seen.orders == 0)
    logs = rehearsed.log_orders(seen.x, begun)
    slope = fit_power(logs, seen.orders).slope
    spread = model.log_orders(now, start(model.dates, dates_of(now), model.horizon_days))
    orders = Line(slope, _levelled(spread, slope) + float(np.log(fit_factor(np.exp(logs), seen.orders))))
    levels = replace(model.levels, leaving=line, orders=orders)
    if levels.basket is None:
        return levels
    expected = np.exp(slope * logs + _levelled(logs, slope)) * fit_factor(np.exp(logs), seen.orders)
    spend = expected * rehearsed.baskets(seen.x)
    return replace(levels, baskets=fit_factor(spend / levels.basket, seen.spend / levels.basket))


def unseen(rehearsed: ChurnModel, seen: Observed) -> Floats:
    """(n,) probabilities of leaving for `seen`: each half of the customers on the line that the other half set."""
    odds = rehearsed.log_odds(seen.x, start(rehearsed.dates, dates_of(seen.x), seen.days))
    half = np.array([zlib.crc32(one.encode()) & 1 for one in seen.ids.tolist()], dtype=np.bool_)
    found = np.empty(len(odds))
    for side in (half, ~half):
        found[side] = sigmoid(fit_line(odds[~side], seen.orders[~side] == 0)(odds[side]))
    return found


def _levelled(logs: Floats, slope: float) -> float:
    """What must be added to slope times the logarithms for the total to stay as it is."""
    return float(np.log(np.exp(logs).sum()) - np.log(np.exp(slope * logs).sum()))
