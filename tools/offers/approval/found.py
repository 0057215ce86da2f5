"""Drafts and campaigns as a decision finds them."""

from typing import TypeVar

from sqlmodel import Session

from store.errors import WinbackError
from store.ledger import Campaign, Draft

Decided = TypeVar("Decided", Draft, Campaign)


def pending_draft(session: Session, draft_id: int) -> Draft:
    """Raises WinbackError where there is none, or somebody has decided on it already."""
    return _pending(session.get(Draft, draft_id), f"draft {draft_id}")


def pending_campaign(session: Session, campaign_id: int) -> Campaign:
    """Raises WinbackError where there is none, or somebody has decided on it already."""
    return _pending(session.get(Campaign, campaign_id), f"campaign {campaign_id}")


def _pending(found: Decided | None, what: str) -> Decided:
    if found is None:
        raise WinbackError(f"There is no {what}; `winback campaign list` shows what there is.")
    if found.state != "pending":
        by = f" by {found.decided_by}" if found.decided_by else ""
        when = f" on {found.decided_at:%Y-%m-%d %H:%M}" if found.decided_at else ""
        raise WinbackError(f"{what[0].upper()}{what[1:]} is {found.state} already{by}{when}.")
    return found
