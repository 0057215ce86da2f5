"""What a policy would have earned, estimated from another policy's log, and whether that may be believed."""

from dataclasses import dataclass, replace

import numpy as np

from store.errors import WinbackError
from tools.offers.off_policy.estimators import METHODS, pseudo_outcomes
from tools.offers.off_policy.intervals import Mean, mean_of
from tools.offers.off_policy.log import Floats, Log, check_target
from tools.offers.off_policy.outcome_model import cross_fitted
from tools.offers.off_policy.refusal import Overlap, overlap, refusal


@dataclass(frozen=True)
class Estimate:
    """A policy's estimated mean reward per decision, with its interval at the level asked for and standard error.

    `effective_n` is how many decisions of the target policy the log is worth (Kish 1965). `conclusive` False: the
    figures are shown but must not be acted on, and `reason` says why, as a clause.

    DM's own spread knows nothing of its model's errors. The log does: DM plus their estimate is DR, so the interval of
    DM is that of DR, stretched where need be to hold DM's value (bias correction as in Calonico, Cattaneo & Titiunik
    2014).
    """

    method: str
    value: float
    low: float
    high: float
    error: float
    effective_n: float
    n: int
    conclusive: bool
    reason: str | None = None


def evaluate(
    log: Log, target: Floats, q_hat: Floats | None = None, *, level: float = 0.95, switch_at: float | None = None
) -> dict[str, Estimate]:
    """The target policy's value by IPS, SNIPS, DM, DR and Switch-DR, keyed by those names.

    `target` (n, k): its probabilities in each logged row. `q_hat` (n, k): expected rewards from models that have not
    seen the row; cross-fitted here where not given. `switch_at`: weight above which Switch-DR trusts its model alone;
    by default the square root of n (Ionides 2008), so that no single row can carry the mean. WinbackError where
    `target` does not fit the log.
    """
    return _estimates(log, [target], q_hat, level, switch_at)


def gain(
    log: Log,
    target: Floats,
    baseline: Floats | None = None,
    q_hat: Floats | None = None,
    *,
    level: float = 0.95,
    switch_at: float | None = None,
) -> dict[str, Estimate]:
    """As `evaluate`, for the target's value minus that of `baseline` (n, k), both on the same rows: what they share
    cancels, so the interval is that of the difference. `baseline` None: what the log itself earned."""
    if baseline is not None:
        return _estimates(log, [target, baseline], q_hat, level, switch_at)
    return _estimates(log, [target], q_hat, level, switch_at, minus=log.rewards)


def _estimates(
    log: Log,
    policies: list[Floats],
    q_hat: Floats | None,
    level: float,
    switch_at: float | None,
    minus: Floats | None = None,
) -> dict[str, Estimate]:
    for policy in policies:
        check_target(log, policy)
    model = cross_fitted(log, policies[0].shape[1]) if q_hat is None else q_hat
    if model.shape != policies[0].shape:
        raise WinbackError("The outcome model needs an expected reward for each decision and action of the policy.")
    at = float(np.sqrt(len(log))) if switch_at is None else switch_at
    parts = [pseudo_outcomes(log, policy, model, at) for policy in policies]
    overlaps = [overlap(log, policy, model, at) for policy in policies]
    means: dict[str, Mean] = {}
    for method in METHODS:
        outcomes = parts[0][method] - (parts[1][method] if len(parts) > 1 else 0.0 if minus is None else minus)
        means[method] = mean_of(outcomes, level, log.customers)
    means["DM"] = _stretched(means["DR"], means["DM"].value)
    return {method: _estimate(method, mean, overlaps, len(log)) for method, mean in means.items()}


def _stretched(mean: Mean, value: float) -> Mean:
    return replace(mean, value=value, low=min(mean.low, value), high=max(mean.high, value))


def _estimate(method: str, mean: Mean, overlaps: list[Overlap], n: int) -> Estimate:
    reasons = [reason for each in overlaps if (reason := refusal(method, mean, each))]
    effective = min(each.effective_n for each in overlaps)
    interval = (mean.low, mean.high, mean.error)
    return Estimate(method, mean.value, *interval, effective, n, not reasons, reasons[0] if reasons else None)
