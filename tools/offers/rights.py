"""Who may decide. This is the one place that says so."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from store.errors import WinbackError
from store.ledger import ToolCallAudit
from store.shop import Shop
from tools.context import Actor

DECIDERS = ("approver", "admin")
_LONGEST_REASON = 500


def may_decide(actor: Actor) -> bool:
    """Whether a person may approve, reject, edit, export, deploy a policy and decide on a catalogue."""
    return actor.role in DECIDERS


def require_decider(actor: Actor, what: str) -> None:
    """Raises WinbackError, naming who may, where the person may not. `what` completes "X cannot …"."""
    if not may_decide(actor):
        raise WinbackError(f"The role {actor.role} cannot {what}; an {' or '.join(DECIDERS)} has to.")


def audited(
    shop: Shop, session: Session, actor: Actor, now: datetime, act: str, arguments: dict[str, Any], rows: int = 0
) -> None:
    """Notes an act in the audit, in the same transaction as what it does."""
    who = {"actor": actor.id, "role": actor.role}
    entry = ToolCallAudit(
        id=None, at=now, conversation=None, tool=act, arguments=arguments, duration_ms=0, rows=rows, **who
    )
    shop.ledger.record_tool_call(entry, session)


def plain_reason(said: str) -> str | None:
    """A reason as it is kept; None where none is given."""
    return " ".join(said.split())[:_LONGEST_REASON] or None


def act_on(
    draft_id: int | None, campaign_id: int | None, reason: str | None, message_id: int | None = None
) -> dict[str, Any]:
    """What an act is about, and why, as the audit has it."""
    about = {"draft_id": draft_id, "message_id": message_id, "campaign_id": campaign_id}
    named = next(((name, value) for name, value in about.items() if value is not None), ("campaign_id", None))
    return {named[0]: named[1], **({"reason": reason} if reason else {})}
