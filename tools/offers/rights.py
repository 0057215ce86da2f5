"""Who may decide. This is the one place that says so."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from store.errors import WinbackError
from store.ledger import ToolCallAudit
from store.shop import Shop
from tools.context import Actor

DECIDERS = ("approver", "admin")


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
