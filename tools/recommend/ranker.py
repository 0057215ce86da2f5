"""How what speaks for a product is weighed up: learned from what this shop's customers bought next."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import lightgbm
import numpy as np
from numpy.typing import NDArray

from tools.recommend.candidates import FEATURES
from tools.recommend.statistics import Floats

_lightgbm: Any = lightgbm
_FEWEST = 100  # products bought that had to be found; with fewer nothing is learned
_SETTINGS: dict[str, Any] = {
    "objective": "binary",
    "num_leaves": 8,
    "learning_rate": 0.1,
    "min_data_in_leaf": 100,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.5,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbosity": -1,
}
_TREES = 150


@dataclass(frozen=True)
class Ranker:
    """`trees` is a LightGBM model as text; without one a plain sum ranks: how often bought and how due, likeness,
    popularity."""

    trees: str | None = None

    @property
    def kind(self) -> Literal["learned", "plain"]:
        return "learned" if self.trees else "plain"

    def score(self, values: Floats) -> Floats:
        """(k, features) -> (k,): the higher, the likelier the product is bought next. With trees, in log-odds."""
        if self.trees:
            return np.asarray(self._booster.predict(values, raw_score=True, num_threads=1), np.float64)
        return _plain(values).sum(axis=1)

    def contributions(self, values: Floats) -> Floats:
        """(k, features): what each feature adds to the score (exact tree SHAP); without trees the summands."""
        if self.trees:
            found = np.asarray(self._booster.predict(values, pred_contrib=True, num_threads=1), np.float64)
            return found[:, :-1]
        return _plain(values)

    @cached_property
    def _booster(self) -> Any:
        return _lightgbm.Booster(model_str=self.trees)


def _plain(values: Floats) -> Floats:
    """(k, features), 0 but for: how often it is in this customer's orders, as far as it is due; likeness; share."""
    found = np.zeros_like(values)
    rate, due, likeness, share = (FEATURES.index(name) for name in ("rate", "due", "likeness", "share_country"))
    found[:, rate] = np.nan_to_num(values[:, rate] * np.fmin(values[:, due], 1))
    found[:, likeness], found[:, share] = values[:, likeness], values[:, share]
    return found


def learn(values: Floats, bought: NDArray[np.bool_], seed: int) -> Ranker:
    """From (rows, features) and whether each was bought next. Too few that were: a ranker without trees."""
    if bought.sum() < _FEWEST or bought.all():
        return Ranker()
    data = _lightgbm.Dataset(values, bought.astype(np.float64), feature_name=list(FEATURES))
    booster = _lightgbm.train(_SETTINGS | {"seed": seed}, data, num_boost_round=_TREES)
    return Ranker(booster.model_to_string())
