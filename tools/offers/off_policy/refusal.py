"""When an estimate must not be acted on: too little of the target policy in the log, or none of it at all."""

from dataclasses import dataclass

import numpy as np

from tools.offers.off_policy.estimators import weights
from tools.offers.off_policy.intervals import Mean, mean_of
from tools.offers.off_policy.log import Floats, Log

MIN_EFFECTIVE = 50.0  # decisions of the target policy that the log must be worth
MOST_UNSUPPORTED = 0.001  # share of the target's choices that the log could never take
MIN_RESULTS = 30.0  # of them with a reward above 0: below, intervals of margins were seen to be too short,
MIN_CARRYING = 12.0  # and also where, with uneven weights, fewer than these carry the uncertainty
_SLACK = 1e-6
MOST_BIAS = 0.2  # of half an interval: what Switch-DR's model may be hiding


@dataclass(frozen=True)
class Overlap:
    """How well a log covers a target policy.

    `effective_n`: Kish's effective sample size, (sum w)² / sum w², or what the logging probabilities let expect if that
    is less. `results`: how many of them a reward above 0 is to be expected for, by its share in the whole log (not by
    the target's own rewards: refusing on these would leave the lucky logs); `carrying`: the same for the decisions that
    make up the variance, (sum w²)² / sum w⁴. `unsupported`: share of the target's choices that the log could not take.
    `mean_weight`: 1 if propensities are right. `hidden`: the most that the outcome model's errors can move Switch-DR,
    in the reward's unit.
    """

    effective_n: float
    results: float
    carrying: float
    unsupported: float
    mean_weight: Mean
    hidden: float


def overlap(log: Log, target: Floats, q_hat: Floats, switch_at: float) -> Overlap:
    """Overlap of `log` and `target` (n, k); `q_hat` (n, k) and `switch_at` as in `evaluate`."""
    w = weights(log, target)
    rows = np.arange(len(log))
    spread = float(np.sqrt(((log.rewards - q_hat[rows, log.actions]) ** 2).mean()))
    effective, share = _effective(log, target, w), float((log.rewards > 0).mean())
    return Overlap(
        effective,
        effective * share,
        _kish(log, w**2) * share,
        _unsupported(log, target),
        mean_of(w, 0.999, log.customers),
        _switched(log, target, w, switch_at) * spread,
    )


def refusal(method: str, mean: Mean, at: Overlap) -> str | None:
    """Why `method`'s estimate must not be acted on; None where it may."""
    if at.unsupported > MOST_UNSUPPORTED:
        return f"{at.unsupported:.1%} of the policy's choices are offers the log never could make for these customers"
    if at.effective_n < MIN_EFFECTIVE:
        return f"the log is worth only {at.effective_n:,.0f} decisions of this policy; {MIN_EFFECTIVE:.0f} are needed"
    if at.results < MIN_RESULTS:
        return (
            f"about {at.results:,.0f} of its decisions in the log have a result above 0; {MIN_RESULTS:.0f} are needed"
        )
    if at.carrying < MIN_CARRYING:
        return (
            "a few decisions of great weight carry the figure; it takes more decisions, or a policy nearer to the log's"
        )
    if not at.mean_weight.low - _SLACK <= 1 <= at.mean_weight.high + _SLACK:
        return f"weights average {at.mean_weight.value:.2f} instead of 1: the logged propensities cannot be right"
    if method == "Switch-DR" and at.hidden > MOST_BIAS * (mean.high - mean.low) / 2:
        return "too much of it rests on the outcome model alone"
    return None


def _effective(log: Log, target: Floats, w: Floats) -> float:
    seen = _kish(log, w)
    if log.logging is None:
        return seen
    ratio = np.divide(target**2, log.logging, out=np.zeros_like(target), where=log.logging > 0)
    return min(seen, len(log) / max(float(ratio.sum(axis=1).mean()), 1e-12))


def _kish(log: Log, w: Floats) -> float:
    sums = w if log.customers is None else np.bincount(log.customers, w)
    square = float((sums**2).sum())
    return float(sums.sum()) ** 2 / square if square else 0.0


def _unsupported(log: Log, target: Floats) -> float:
    if log.logging is not None:
        return float(np.where(log.logging > 0, 0.0, target).sum(axis=1).mean())
    taken = np.bincount(log.actions, minlength=target.shape[1]) > 0
    return float(target[:, ~taken].sum(axis=1).mean())


def _switched(log: Log, target: Floats, w: Floats, switch_at: float) -> float:
    """Share of the target's choices on which Switch-DR hears no reward."""
    if log.logging is None:
        return float(np.where(w > switch_at, w, 0.0).mean())
    return float(np.where(target > switch_at * log.logging, target, 0.0).sum(axis=1).mean())
