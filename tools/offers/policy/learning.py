"""Learning from the decision log and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from store.ledger import PolicyVersion
from store.shop import Shop
from tools.offers.policy.experience import Experience
from tools.offers.policy.fitting import USUAL, Learning, fit_policy
from tools.offers.policy.judging import judge
from tools.offers.policy.model import Policy
from tools.offers.policy.modes import mode_now
from tools.offers.policy.reading import read_experience
from tools.offers.policy.start import usual_margin
from tools.offers.policy.versions import live_policy, save

FEWEST = 50  # decisions: fewer teach nothing that is worth a version
LEARNER = "winback"


@dataclass(frozen=True)
class LearnReport:
    """A new candidate. `decisions` it was learned from, `matured` of them with their window passed. `evaluation` is its
    estimated value and gain over `live`, as kept in the ledger (see judging.judge); `known` says that the same policy
    had been learned before."""

    version: str
    decisions: int
    matured: int
    live: str
    evaluation: dict[str, Any]
    known: bool


def learn(shop: Shop, now: datetime, how: Learning = USUAL) -> LearnReport | None:
    """Learn a policy from all decisions and outcomes so far and save it as a candidate; nothing goes live by it.

    The same decisions and outcomes give the same version, whenever they are learned from. None where there are fewer
    than FEWEST decisions of which something is known.
    """
    read = read_experience(shop, now)
    if read is None or len(read[0]) < FEWEST:
        return None
    seen, found = read
    live, mode, usual = live_policy(shop), mode_now(shop.ledger), usual_margin(shop)

    def fit(rows: Experience) -> Policy:
        return fit_policy(rows, usual, int(np.median(found.window_days)), how)

    policy = fit(seen)
    counted = found.matured & np.isin(found.arm, ["treated", "control"])
    evaluation = judge(seen, counted, fit, live, mode.mode, mode.offer)
    save(shop.home, "candidates", policy)
    known = _record(shop, policy, evaluation, now)
    return LearnReport(policy.version, len(seen), int(found.matured.sum()), live.version, evaluation, known)


def _record(shop: Shop, policy: Policy, evaluation: dict[str, Any], now: datetime) -> bool:
    """Whether the ledger knew it; a candidate's evaluation is then renewed."""
    with shop.ledger.exclusive() as session:
        row = session.get(PolicyVersion, policy.version)
        if row is not None:
            row.evaluation = evaluation if row.state == "candidate" else row.evaluation
            session.add(row)
            return True
        session.add(
            PolicyVersion(
                version=policy.version,
                state="candidate",
                trained_until=now,
                decisions=policy.decisions,
                evaluation=evaluation,
                created_at=now,
                created_by=LEARNER,
            )
        )
        return False
