"""Parts of a campaign: who was in which segment, and could have got which offer, when it was decided on."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlmodel import col
from sqlmodel import select as _select

from store.ledger import Decision, Draft
from tools.offers.rewards import Rewards

select: Any = _select  # so that a JSON column needs no type


def segments_then(session: Any, campaign_id: int) -> list[tuple[int, list[str]]]:
    """(decision, segments): as they were before anything was sent, since what is sent can change them."""
    kept: Any = col(Decision.trace)[(0, "numbers", "segments")]
    wanted: Any = select(col(Decision.id), kept).where(Decision.campaign_id == campaign_id, Decision.arm != "ruled_out")
    rows: list[tuple[int, list[str] | None]] = session.exec(wanted.order_by(col(Decision.id))).all()
    return [(number, segments or []) for number, segments in rows]


def masks(rows: Rewards, then: Sequence[tuple[int, list[str]]]) -> dict[str, np.ndarray]:
    """Segment -> which rows, those with most customers first; a segment that all are in is left out."""
    place = {int(number): nth for nth, number in enumerate(rows.decision_id)}
    found: dict[str, np.ndarray] = {}
    for number, segments in then:
        for segment in segments:
            if number in place:
                found.setdefault(segment, np.zeros(len(rows), dtype=np.bool_))[place[number]] = True
    ordered = sorted(found.items(), key=lambda pair: (-int(pair[1].sum()), pair[0]))
    return {name: mask for name, mask in ordered if not mask.all()}


def chances_of(session: Any, campaign_id: int) -> dict[int, dict[str, float]]:
    """Decision -> offer -> the chance with which it would have been picked, of those held back."""
    wanted: Any = select(Decision.id, Decision.options).where(
        Decision.campaign_id == campaign_id, Decision.arm == "holdout"
    )
    rows: list[tuple[int, dict[str, dict[str, float]]]] = session.exec(wanted).all()
    return {number: {offer: one["propensity"] for offer, one in options.items()} for number, options in rows}


def went_out(session: Any, campaign_id: int) -> bool:
    """Whether any offer of a campaign did, whatever became of the others."""
    exported = select(Draft.id).where(Draft.campaign_id == campaign_id, Draft.state == "exported").limit(1)
    return session.exec(exported).first() is not None
