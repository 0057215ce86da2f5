"""Approving and rejecting, one draft or a whole campaign."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from store.errors import WinbackError
from store.ledger import Campaign, Draft, Message
from store.shop import Shop
from tools.context import Actor
from tools.offers.approval.found import pending_campaign, pending_draft
from tools.offers.approval.texts import pending_text, pending_texts, problems
from tools.offers.drafts import Problem
from tools.offers.funnel.holds import release_many
from tools.offers.funnel.sweep import sweep
from tools.offers.rights import act_on, audited, plain_reason, require_decider


@dataclass(frozen=True)
class Target:
    """One draft, all pending drafts with one text, or a whole campaign; the first that is named counts."""

    draft_id: int | None
    campaign_id: int | None
    message_id: int | None

    @property
    def whole(self) -> bool:
        return self.draft_id is None and self.message_id is None

    @property
    def drafts(self) -> tuple[Any, ...]:
        """The pending drafts meant, as conditions."""
        if self.draft_id is not None:
            return Draft.state == "pending", Draft.id == self.draft_id
        if self.message_id is not None:
            return Draft.state == "pending", Draft.message_id == self.message_id
        return Draft.state == "pending", Draft.campaign_id == self.campaign_id


def approve(
    shop: Shop,
    actor: Actor,
    now: datetime,
    *,
    draft_id: int | None = None,
    campaign_id: int | None = None,
    message_id: int | None = None,
) -> int:
    """Approve a draft, all pending drafts with one text, or all of a campaign and it; returns how many drafts.

    Raises WinbackError where the person may not, where it is decided already, or where a text breaks an offer's terms.
    """
    require_decider(actor, "approve")
    sweep(shop.ledger, now)
    with shop.ledger.exclusive() as session:
        if draft_id is not None:
            draft = pending_draft(session, draft_id)
            message = session.get(Message, draft.message_id)
            assert message is not None
            _refuse(draft, problems(shop, message, draft))
        elif message_id is not None:
            message, draft = pending_text(session, message_id)
            _refuse(draft, problems(shop, message, draft))
        else:
            for message, draft in pending_texts(session, _campaign(session, campaign_id)):
                _refuse(draft, problems(shop, message, draft))
        return _decided(shop, session, actor, now, ("approved", None), Target(draft_id, campaign_id, message_id))


def reject(
    shop: Shop,
    actor: Actor,
    now: datetime,
    *,
    draft_id: int | None = None,
    campaign_id: int | None = None,
    message_id: int | None = None,
    reason: str = "",
) -> int:
    """Reject a draft, all pending drafts with one text, or a campaign with all its pending drafts, and give back what
    they hold; returns how many drafts.

    Raises WinbackError where the person may not, and where it is decided already.
    """
    require_decider(actor, "reject")
    sweep(shop.ledger, now)
    why, target = plain_reason(reason), Target(draft_id, campaign_id, message_id)
    with shop.ledger.exclusive() as session:
        if draft_id is not None:
            pending_draft(session, draft_id)
        elif message_id is not None:
            pending_text(session, message_id)
        else:
            _campaign(session, campaign_id)
        release_many(session, select(Draft.decision_id).where(*target.drafts))
        return _decided(shop, session, actor, now, ("rejected", why), target)


def _campaign(session: Session, campaign_id: int | None) -> int:
    if campaign_id is None:
        raise WinbackError("Say which draft or which campaign is meant.")
    return pending_campaign(session, campaign_id).id or 0


def _decided(
    shop: Shop, session: Session, actor: Actor, now: datetime, came_to: tuple[str, str | None], target: Target
) -> int:
    state, reason = came_to
    changes = {"state": state, "decided_at": now, "decided_by": actor.id, "reason": reason}
    drafts = update(Draft).where(*target.drafts).values(**changes)
    count = session.exec(drafts.execution_options(synchronize_session=False)).rowcount
    if target.whole:
        session.exec(update(Campaign).where(col(Campaign.id) == target.campaign_id).values(**changes))
    act = "campaign.approve" if state == "approved" else "campaign.reject"
    audited(
        shop, session, actor, now, act, act_on(target.draft_id, target.campaign_id, reason, target.message_id), count
    )
    return count


def _refuse(draft: Draft, found: list[Problem]) -> None:
    if found:
        said = "; ".join(problem.text for problem in found[:3]).rstrip(".")
        raise WinbackError(f"Draft {draft.id} cannot be approved: {said}. Edit it with `winback campaign edit`.")
