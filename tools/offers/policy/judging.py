"""What a policy that was learned would earn, estimated from the log it was learned from, before it goes live."""

from collections.abc import Callable
from dataclasses import asdict
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.offers.off_policy import Estimate, evaluate, gain, make_log
from tools.offers.policy.actions import Floats
from tools.offers.policy.experience import Experience
from tools.offers.policy.model import Policy

FOLDS = 3
Flags = NDArray[np.bool_]
Fit = Callable[[Experience], Policy]


def judge(seen: Experience, counted: Flags, fit: Fit, live: Policy, mode: str, fixed: str | None) -> dict[str, Any]:
    """Its value a decision and its gain over the live policy in this mode, by every method, as plain JSON.

    `counted` (n,): decisions that were drawn and whose window has passed. On each third of the customers the policy is
    judged that the other two teach, so that it is never judged by what it learned from; what that one expects is the
    outcome model of the doubly robust methods.
    """
    if not counted.any():
        return {"conclusive": False, "reason": "no decision's window has passed yet", "decisions": 0}
    rows = seen.take(counted)
    log = make_log(
        rows.taken,
        rows.rewards,
        rows.logging[np.arange(len(rows)), rows.taken],
        rows.contexts.seen,
        logging=rows.logging,
        customers=rows.customers,
    )
    target, expected = _held_apart(seen, counted, fit, mode, fixed)
    value = evaluate(log, target, expected)
    better = gain(log, target, _chances(live, rows, mode, fixed), expected)
    return {
        "mode": mode,
        "decisions": len(rows),
        "live": live.version,
        "conclusive": better["DR"].conclusive,
        "reason": better["DR"].reason,
        "gain": _plain(better),
        "value": _plain(value),
    }


def _held_apart(seen: Experience, counted: Flags, fit: Fit, mode: str, fixed: str | None) -> tuple[Floats, Floats]:
    """Probabilities and expected rewards (counted, actions), each from what other customers teach."""
    fold = np.array([blake2b(str(one).encode(), digest_size=2).digest()[0] % FOLDS for one in seen.customers])
    target = np.zeros((int(counted.sum()), len(seen.actions)))
    expected = np.zeros_like(target)
    for number in range(FOLDS):
        learned, judged = seen.take(fold != number), counted & (fold == number)
        if len(learned) and judged.any():
            policy, rows = fit(learned), seen.take(judged)
            target[fold[counted] == number] = _chances(policy, rows, mode, fixed)
            expected[fold[counted] == number] = policy.rewards(rows.contexts, rows.actions)
    return target, expected


def _chances(policy: Policy, rows: Experience, mode: str, fixed: str | None) -> Floats:
    rewards = policy.rewards(rows.contexts, rows.actions)
    offers = [action.offer for action in rows.actions]
    return policy.probabilities(rewards - rewards[:, :1], rows.logging > 0, mode, fixed, offers)


def _plain(estimates: dict[str, Estimate]) -> dict[str, Any]:
    return {method: asdict(estimate) for method, estimate in estimates.items()}
