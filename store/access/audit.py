"""What is done to access, in the audit of tool calls; never a password or a token."""

from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session

from store.ledger import Ledger, ToolCallAudit


class Acting(Protocol):
    """Who does it, such as `tools.context.Actor`."""

    @property
    def id(self) -> str: ...
    @property
    def role(self) -> str: ...


def audited(
    ledger: Ledger,
    session: Session,
    by: tuple[str, str],
    now: datetime,
    act: str,
    arguments: dict[str, Any],
    error: str | None = None,
) -> None:
    """Notes an act of `by` (name, role) in the same transaction as what it does."""
    entry = ToolCallAudit(
        id=None,
        at=now,
        actor=by[0],
        role=by[1],
        conversation=None,
        tool=act,
        arguments=arguments,
        duration_ms=0,
        error=error,
    )
    ledger.record_tool_call(entry, session)
