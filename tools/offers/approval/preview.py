"""What somebody who approves a campaign wants to see first: every text, for how many, at what cost."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from sqlmodel import col, func, select

from store.ledger import Decision, Draft, Ledger, Message


@dataclass(frozen=True)
class TextPreview:
    """One text of a campaign. `drafts` counts those that use it in `state`; `reserved` is the most they can cost."""

    message_id: int
    draft_id: int
    offer: str
    channel: str
    language: str
    variant: str | None
    state: str
    subject: str | None
    body: str
    author: str
    note: str | None
    drafts: int
    reserved: Decimal


def preview(ledger: Ledger, campaign_id: int | None) -> list[TextPreview]:
    """Texts of a campaign, or of drafts outside of any, by state, those for most drafts first; `draft_id` is one draft
    that uses the text."""
    number, cost = func.count(col(Draft.id)), func.sum(Decision.reserved_cents)
    plain = cast(Any, select)  # its overloads end at four columns
    wanted: Any = (
        plain(Message, Draft.state, number, cost, func.min(Draft.id))
        .join(Draft, col(Draft.message_id) == Message.id)
        .join(Decision, col(Draft.decision_id) == Decision.id)
        .where(Draft.campaign_id == campaign_id)
        .group_by(col(Message.id), Draft.state)
        .order_by(number.desc(), col(Message.id))
    )
    shown = ("offer", "channel", "language", "variant", "subject", "body", "author", "note")
    with ledger.session() as session:
        rows: list[Any] = cast(Any, session).exec(wanted).all()
        return [
            TextPreview(
                message_id=message.id or 0,
                draft_id=int(first or 0),
                state=state,
                drafts=count,
                reserved=Decimal(int(cents or 0)) / 100,
                **message.model_dump(include=set(shown)),
            )
            for message, state, count, cents, first in rows
        ]
