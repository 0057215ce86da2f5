"""What is learned and how it scores: a start from purchase dates, corrected by trees, calibrated."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.churn.btyd import ParetoNBD
from tools.churn.calibration import Line, sigmoid
from tools.churn.embedding import ProductVectors
from tools.churn.features import FEATURES
from tools.churn.model.start import Start, log_basket, most_if_retained, start
from tools.churn.model.trees import Trees
from tools.churn.observations import column, dates_of

Floats = NDArray[np.float64]
SILENCE, PACE = FEATURES.index("silence"), FEATURES.index("order_rate")


@dataclass
class Scores:
    """Of n customers over the horizon. Money is NaN where the shop's amounts are unknown.

    contributions (n, len(FEATURES) + 1): exact parts of the log-odds of leaving, the last the base.
    """

    churn_probability: Floats
    expected_orders: Floats
    expected_spend: Floats
    spend_if_retained: Floats
    contributions: Floats


@dataclass(frozen=True)
class Levels:
    """What calibration found: the lines of the log-odds of leaving and of the logarithm of orders, what
    baskets are multiplied by. `active`
    and `pace` are the usual parts of the start, from which reasons count; `basket` is the usual order's amount, None
    where amounts are unknown."""

    leaving: Line = field(default_factory=Line)
    orders: Line = field(default_factory=Line)
    baskets: float = 1.0
    active: float = 0.0
    pace: float = 0.0
    basket: float | None = None


@dataclass(frozen=True)
class HeldOut:
    """What a model like this one foretold of n customers at a past cut-off whose outcomes it had not learned from."""

    at: datetime
    days: int
    ids: NDArray[np.str_]
    probability: Floats
    churned: NDArray[np.bool_]


@dataclass
class ChurnModel:
    """Scores features whose windows are as long as `horizon_days`.

    log E[orders] = start + trees "orders" (Poisson); log-odds of leaving = -log E[orders] + trees "leaving", on a line.
    Without the latter trees that is the probability of none in a geometric distribution of that mean; being linear in
    logarithms, it leaves the trees' Shapley values exact. baskets = start + trees "baskets" (gamma).
    kind: "lightgbm" or, where the shop holds too little to learn from, "pooled": no trees, only what purchase dates
    say under parameters drawn to those of most shops. note: a sentence on a fallback, or None.
    """

    horizon_days: int
    kind: str
    dates: ParetoNBD
    levels: Levels = field(default_factory=Levels)
    trees: dict[str, Trees] = field(default_factory=dict[str, Trees])
    vectors: ProductVectors | None = None
    note: str | None = None
    held_out: HeldOut | None = field(default=None, repr=False, compare=False)  # known to its training alone, not saved

    @property
    def version(self) -> str:
        """Names the kind, the horizon and, by a digest, the contents."""
        return f"churn-{self.kind}-{self.horizon_days}d-{self._digest()}"

    def score(self, x: Floats) -> Scores:
        """x: (n, len(FEATURES)) float64."""
        begun = start(self.dates, dates_of(x), self.horizon_days)
        parts = {name: self._parts(name, x) for name in ("orders", "leaving")}
        contributions = self._contributions(begun, parts)
        leaving = sigmoid(contributions.sum(axis=1))
        orders = np.exp(self.levels.orders(begun.log_orders + parts["orders"].sum(axis=1)))
        # Nobody stays without a purchase, so those who stay make at least one.
        orders = np.maximum(orders, 1 - leaving)
        basket = self.baskets(x) * self.levels.baskets
        # The few orders expected of somebody nearly lost are too unsure to be divided by as small a chance.
        if_retained = np.minimum(orders / np.maximum(1 - leaving, 1e-12), most_if_retained(begun, leaving))
        return Scores(leaving, orders, orders * basket, if_retained * basket, contributions)

    def log_orders(self, x: Floats, begun: Start) -> Floats:
        """(n,) before calibration."""
        return begun.log_orders + self._added("orders", x)

    def log_odds(self, x: Floats, begun: Start) -> Floats:
        """(n,) of leaving, before calibration."""
        return self._added("leaving", x) - self.log_orders(x, begun)

    def baskets(self, x: Floats) -> Floats:
        """(n,) what one order of each would cost, before calibration; NaN where amounts are unknown."""
        usual = self.levels.basket
        if usual is None:
            return np.full(len(x), np.nan)
        begun = log_basket(column(x, "spend_mean"), column(x, "orders"), usual)
        return np.exp(begun + self._added("baskets", x))

    def _contributions(self, begun: Start, parts: dict[str, Floats]) -> Floats:
        levels = self.levels
        found = parts["leaving"] - parts["orders"]
        found[:, SILENCE] -= begun.active - levels.active
        found[:, PACE] -= begun.pace - levels.pace
        found[:, -1] -= levels.active + levels.pace
        found *= levels.leaving.slope
        found[:, -1] += levels.leaving.shift
        return found

    def _parts(self, name: str, x: Floats) -> Floats:
        return self.trees[name].contributions(x) if name in self.trees else np.zeros((len(x), len(FEATURES) + 1))

    def _added(self, name: str, x: Floats) -> Floats:
        return self.trees[name].raw(x) if name in self.trees else np.zeros(len(x))

    def _digest(self) -> str:
        from tools.churn.model.files import contents

        texts = [json.dumps(contents(self), sort_keys=True), *(self.trees[name].text for name in sorted(self.trees))]
        return hashlib.sha256("".join(texts).encode()).hexdigest()[:10]

    def save(self, folder: Path) -> None:
        """Into `folder`, made if need be: text, JSON and npz, with checksums."""
        from tools.churn.model.files import save

        save(self, folder)

    @classmethod
    def load(cls, folder: Path) -> "ChurnModel":
        """Raises WinbackError where a file is missing, damaged, or of another version's features."""
        from tools.churn.model.files import load

        return load(folder)
