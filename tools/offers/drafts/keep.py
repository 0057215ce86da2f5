"""A draft and its text as rows of the ledger."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from store.ledger import Draft, Ledger, Message
from tools.context import Actor
from tools.offers.drafts.model import Brief, Written
from tools.offers.funnel import Decided
from tools.offers.funnel.codes import new_code
from tools.result import ToolError


@dataclass(frozen=True)
class Saver:
    """Adds message and draft in the transaction that keeps the decision, and then knows the draft."""

    brief: Brief
    written: Written
    actor: Actor
    now: datetime
    saved: list[Draft]

    def __call__(self, session: Session, decided: Decided) -> None:
        """Raises ToolError where the decision is no longer the one that the text was written for."""
        same = (decided.arm, decided.offer, decided.channel) == ("treated", self.brief.offer.id, self.brief.channel)
        if not same or decided.language != self.brief.language or decided.decision_id is None:
            raise ToolError(
                "Something changed while the text was written, so nothing is saved; ask for the draft again."
            )
        message = message_row(self.brief, self.written, self.actor, self.now, decided.catalogue_version)
        session.add(message)
        session.flush()
        until = decided.valid_until or self.now
        draft = Draft(
            id=None,
            decision_id=decided.decision_id,
            campaign_id=None,
            message_id=message.id or 0,
            customer_id=decided.customer_id,
            offer=decided.offer,
            channel=self.brief.channel,
            language=self.brief.language,
            code=new_code(self.brief.offer),
            valid_until=decided.valid_until,
            state="pending",
            created_at=self.now,
            expires_at=min(until, self.now + timedelta(days=decided.catalogue.draft_days)),
        )
        session.add(draft)
        session.flush()
        self.saved.append(draft.model_copy())


def message_row(
    brief: Brief, written: Written, actor: Actor, now: datetime, version: int, previous: Message | None = None
) -> Message:
    return Message(
        id=None,
        campaign_id=previous.campaign_id if previous else None,
        previous_id=previous.id if previous else None,
        offer=brief.offer.id,
        catalogue_version=version,
        channel=brief.channel,
        language=brief.language,
        tone=brief.tone,
        variant=brief.variant,
        subject=written.subject,
        body=written.body,
        author=written.author,
        note=written.note,
        instruction=brief.instruction,
        created_at=now,
        created_by=actor.id,
    )


def latest_pending(ledger: Ledger, customer: str) -> Draft | None:
    """The customer's latest draft that waits."""
    wanted = select(Draft).where(Draft.customer_id == customer, Draft.state == "pending").order_by(col(Draft.id).desc())
    with ledger.session() as session:
        return session.exec(wanted).first()


def shown_id(draft_id: int | None) -> str:
    """A draft as it is named to people: `d0012`."""
    return f"d{draft_id or 0:04d}"
