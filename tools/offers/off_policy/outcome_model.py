"""What reward an action would have brought: models for DM and DR that never see the row they judge."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.offers.off_policy.log import Floats, Ints, Log
from tools.offers.off_policy.ridge import Ridge

FOLDS = 5
_MOST = 50_000
Predict = Callable[[Floats], Floats]


def fit_outcomes(log: Log, k: int, model: Callable[[], Any] | None = None) -> Predict:
    """Expected rewards (m, k) of all actions as a function of context (m, d), learned from the log (from every second,
    third, ... decision where there are more than 50,000).

    `model` makes a regressor with scikit-learn's fit and predict; by default `Ridge`. Its columns are context, action
    and their products, so that an action's effect may depend on the context; without context they are the actions.
    """
    rows = slice(None, None, -(-len(log) // _MOST))
    design = _design(_context(log)[rows], log.actions[rows], k)
    fitted = (model or Ridge)().fit(design, log.rewards[rows])

    def predict(rows: Floats) -> Floats:
        each = [_design(rows, np.full(len(rows), action), k) for action in range(k)]
        return np.column_stack([np.asarray(fitted.predict(design), dtype=np.float64) for design in each])

    return predict


def cross_fitted(log: Log, k: int, model: Callable[[], Any] | None = None, *, seed: int = 0) -> Floats:
    """q_hat (n, k): expected rewards of all actions in each row, by `fit_outcomes` on the other folds (cross-fitting:
    Chernozhukov et al. 2018). A customer's decisions are all in one fold."""
    units = np.arange(len(log)) if log.customers is None else log.customers
    count = int(units.max()) + 1
    fold = np.random.default_rng(seed).permutation(count)[units] % min(FOLDS, count)
    found = np.zeros((len(log), k))
    for held in range(min(FOLDS, count)):
        learned = fold != held if count > 1 else fold == held
        found[fold == held] = fit_outcomes(_part(log, learned), k, model)(_context(log)[fold == held])
    return found


def _context(log: Log) -> Floats:
    return np.zeros((len(log), 0)) if log.context is None else log.context


def _part(log: Log, rows: NDArray[np.bool_]) -> Log:
    return Log(log.actions[rows], log.rewards[rows], log.propensities[rows], _context(log)[rows])


def _design(context: Floats, actions: Ints, k: int) -> Floats:
    """Context, which action, and their products: (n, d + k + d k)."""
    chosen = np.eye(k)[actions]
    products = (chosen[:, :, None] * context[:, None, :]).reshape(len(context), -1)
    return np.hstack([context, chosen, products])
