"""What a policy did and what came of it, checked: the input of every off-policy estimate."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from store.errors import WinbackError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_SLACK = 1e-6  # how far probabilities may be off by rounding


@dataclass(frozen=True)
class Log:
    """n logged decisions among k actions.

    `actions` (n,) is the column of the action taken, `rewards` (n,) what came of it (the shop's currency, or 0/1),
    `propensities` (n,) the probability with which the log took that action. `context` (n, d) is what was known at the
    decision, for outcome models. `logging` (n, k) holds the log's probabilities of all actions, 0 where one was not
    allowed: with it, support and the switched-off share are known and not guessed. `customers` (n,) says whose
    decision it was: decisions on the same customer are not independent, and intervals count customers then.
    """

    actions: Ints
    rewards: Floats
    propensities: Floats
    context: Floats | None = None
    logging: Floats | None = None
    customers: Ints | None = None

    def __len__(self) -> int:
        return len(self.actions)


def make_log(
    actions: ArrayLike,
    rewards: ArrayLike,
    propensities: ArrayLike,
    context: ArrayLike | None = None,
    *,
    logging: ArrayLike | None = None,
    customers: ArrayLike | None = None,
) -> Log:
    """A checked Log from anything array-like; `customers` may be any ids.

    Raises WinbackError where a propensity is not in (0, 1], a reward or context is not finite, lengths differ, or
    `logging` contradicts `propensities`.
    """
    log = Log(
        np.asarray(actions, dtype=np.int64),
        np.asarray(rewards, dtype=np.float64),
        np.asarray(propensities, dtype=np.float64),
        None if context is None else np.asarray(context, dtype=np.float64),
        None if logging is None else np.asarray(logging, dtype=np.float64),
        None if customers is None else np.unique(np.asarray(customers), return_inverse=True)[1].astype(np.int64),
    )
    _check_rows(log)
    _check_optional(log)
    return log


def check_target(log: Log, target: Floats, name: str = "The target policy") -> None:
    """Raises WinbackError unless `target` (n, k) holds one distribution over the actions per row."""
    if target.ndim != 2 or len(target) != len(log):
        raise WinbackError(f"{name} needs one row of probabilities for each of the {len(log):,} logged decisions.")
    if not np.isfinite(target).all() or (target < 0).any() or (abs(target.sum(axis=1) - 1) > _SLACK).any():
        raise WinbackError(f"{name} has rows that are no probabilities: each must be at least 0 and sum to 1.")
    if log.actions.max() >= target.shape[1]:
        raise WinbackError(f"{name} knows {target.shape[1]} actions, but the log took number {log.actions.max() + 1}.")
    if log.logging is not None and log.logging.shape != target.shape:
        raise WinbackError(f"{name} and the log disagree on the number of actions: give both the same columns.")


def _check_rows(log: Log) -> None:
    if not len(log):
        raise WinbackError("The log holds no decision: there is nothing to estimate from.")
    if {log.actions.shape, log.rewards.shape, log.propensities.shape} != {(len(log),)}:
        raise WinbackError("Actions, rewards and propensities of a log must have one entry for each decision.")
    if (log.actions < 0).any():
        raise WinbackError("A logged action is negative: actions are column numbers from 0.")
    if not np.isfinite(log.rewards).all():
        raise WinbackError("A logged reward is missing or not finite: leave out decisions whose window is still open.")
    if not ((log.propensities > 0) & (log.propensities <= 1 + _SLACK)).all():
        raise WinbackError("A logged propensity is not in (0, 1]: such a decision cannot be weighted; leave it out.")


def _check_optional(log: Log) -> None:
    for part in (log.context, log.logging):
        if part is not None and (part.ndim != 2 or len(part) != len(log) or not np.isfinite(part).all()):
            raise WinbackError("Context and logging probabilities of a log need one finite row for each decision.")
    if log.customers is not None and log.customers.shape != (len(log),):
        raise WinbackError("A log needs one customer for each decision, or none at all.")
    if log.logging is None:
        return
    width = log.logging.shape[1]
    taken = log.logging[np.arange(len(log)), np.minimum(log.actions, width - 1)]
    if log.actions.max() >= width or (abs(taken - log.propensities) > _SLACK).any():
        raise WinbackError(
            "The logged propensities are not those that the logging probabilities give the action taken."
        )
