"""Boosted trees that correct a known starting point: LightGBM (Ke et al. 2017), the same on every run.

LightGBM ships without type stubs: here it is, once, untyped, and imported when it is first needed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
THREADS = 2
_SETTINGS: dict[str, Any] = {
    "learning_rate": 0.04,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    "max_bin": 127,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": THREADS,
    "verbose": -1,
}


@dataclass
class Trees:
    """`text` is LightGBM's own model file; pickles and saves as such."""

    text: str
    _booster: Any = None

    @classmethod
    def fit(
        cls,
        kind: str,
        x: Floats,
        y: Floats,
        start: Floats,
        *,
        rounds: int,
        seed: int,
        leaves: int = 8,
        weight: Floats | None = None,
    ) -> "Trees":
        """Trees on x (n, k) for the target y (n,), added to `start` (n,) on the scale of the link: log-odds where
        `kind` is binary, logarithms where it is poisson or gamma."""
        import lightgbm

        least = max(10, min(200, len(y) // 100))
        settings = _SETTINGS | {"objective": kind, "seed": seed, "num_leaves": leaves, "min_data_in_leaf": least}
        library: Any = lightgbm
        data = library.Dataset(x, y, init_score=start, weight=weight, params={"verbose": -1, "max_bin": 127})
        return cls(library.train(settings, data, rounds).model_to_string())

    def raw(self, x: Floats) -> Floats:
        """(n,) what the trees add on the scale of the link."""
        return self._model().predict(x, raw_score=True, num_threads=THREADS)

    def contributions(self, x: Floats) -> Floats:
        """(n, k + 1): `raw` as a sum of exact SHAP values of the columns and, last, the mean."""
        return self._model().predict(x, pred_contrib=True, num_threads=THREADS)

    def _model(self) -> Any:
        if self._booster is None:
            import lightgbm

            self._booster = lightgbm.Booster(model_str=self.text)
        return self._booster

    def __getstate__(self) -> dict[str, Any]:
        return {"text": self.text, "_booster": None}
