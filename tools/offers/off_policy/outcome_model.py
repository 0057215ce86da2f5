"""What reward an action would have brought: models for DM and DR that never see the row they judge."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.offers.off_policy.log import Floats, Ints, Log

FOLDS = 5
_FEWEST = 10  # decisions from which more than their mean is learned
Predict = Callable[[Floats], Floats]


def fit_outcomes(log: Log, k: int, model: Callable[[], Any] | None = None) -> Predict:
    """Expected rewards (m, k) of all actions as a function of context (m, d), learned from the whole log.

    `model` makes a regressor with scikit-learn's fit and predict; by default `ridge`. Its columns are context, action
    and their products, so that an action's effect may depend on the context; without context they are the actions.
    """
    context = _context(log)
    make = mean if len(log) < _FEWEST else model or ridge
    fitted = make().fit(_design(context, log.actions, k), log.rewards)

    def predict(rows: Floats) -> Floats:
        each = [_design(rows, np.full(len(rows), action), k) for action in range(k)]
        return np.column_stack([np.asarray(fitted.predict(design), dtype=np.float64) for design in each])

    return predict


def cross_fitted(
    log: Log, k: int, model: Callable[[], Any] | None = None, *, folds: int = FOLDS, seed: int = 0
) -> Floats:
    """q_hat (n, k): expected rewards of all actions in each row, by `fit_outcomes` on the other folds (cross-fitting:
    Chernozhukov et al. 2018). A customer's decisions are all in one fold."""
    units = np.arange(len(log)) if log.customers is None else log.customers
    count = int(units.max()) + 1
    fold = np.random.default_rng(seed).permutation(count)[units] % min(folds, count)
    found = np.zeros((len(log), k))
    for held in range(min(folds, count)):
        learned = fold != held if count > 1 else fold == held
        found[fold == held] = fit_outcomes(_part(log, learned), k, model)(_context(log)[fold == held])
    return found


def ridge() -> Any:
    """Ridge regression on standardised columns; penalty by leave-one-out over a wide grid."""
    linear, pipeline = import_module("sklearn.linear_model"), import_module("sklearn.pipeline")
    scaler = import_module("sklearn.preprocessing").StandardScaler()
    return pipeline.make_pipeline(scaler, linear.RidgeCV(alphas=np.logspace(0, 6, 7)))


def mean() -> Any:
    """The mean, whatever the columns."""
    return import_module("sklearn.dummy").DummyRegressor()


def _context(log: Log) -> Floats:
    return np.zeros((len(log), 0)) if log.context is None else log.context


def _part(log: Log, rows: NDArray[np.bool_]) -> Log:
    return Log(log.actions[rows], log.rewards[rows], log.propensities[rows], _context(log)[rows])


def _design(context: Floats, actions: Ints, k: int) -> Floats:
    """Context, which action, and their products: (n, d + k + d k)."""
    chosen = np.eye(k)[actions]
    products = (chosen[:, :, None] * context[:, None, :]).reshape(len(context), -1)
    return np.hstack([context, chosen, products])
