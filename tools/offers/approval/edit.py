"""A person's own words in place of the model's; checked like them."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from store.errors import WinbackError
from store.ledger import Draft, Message
from store.shop import Shop
from tools.context import Actor
from tools.offers.approval.found import pending_draft
from tools.offers.approval.texts import problems
from tools.offers.rights import audited, require_decider


def edit(
    shop: Shop, actor: Actor, now: datetime, *, draft_id: int, body: str, subject: str | None = None, all: bool = False
) -> int:
    """Gives a pending draft another text, or with `all` every pending draft of its campaign that shares the old one.

    Returns the new message's id. The drafts stay pending. Raises WinbackError where the person may not edit, where the
    draft is decided already, and, naming the problems, where the text breaks the offer's terms.
    """
    require_decider(actor, "edit")
    with shop.ledger.exclusive() as session:
        draft = pending_draft(session, draft_id)
        message = _rewritten(session, draft, actor, now, subject, body)
        found = problems(shop, message, draft)
        if found:
            raise WinbackError(f"This text cannot stand: {'; '.join(one.text for one in found).rstrip('.')}.")
        session.add(message)
        session.flush()
        which = Draft.message_id == draft.message_id if all else Draft.id == draft_id
        changed = update(Draft).where(which, col(Draft.state) == "pending").values(message_id=message.id, edited=True)  # pyright: ignore[reportArgumentType]
        count = session.exec(changed.execution_options(synchronize_session=False)).rowcount
        audited(shop, session, actor, now, "campaign.edit", {"draft_id": draft_id, "message_id": message.id}, count)
    assert message.id is not None
    return message.id


def _rewritten(session: Session, draft: Draft, actor: Actor, now: datetime, subject: str | None, body: str) -> Message:
    before = session.get(Message, draft.message_id)
    assert before is not None
    kept = before.model_dump(exclude={"id", "note", "instruction"})
    changes: dict[str, Any] = {
        "previous_id": before.id,
        "subject": before.subject if subject is None else subject.strip(),
        "body": body.strip(),
        "author": actor.id,
        "created_at": now,
        "created_by": actor.id,
    }
    return Message(id=None, **{**kept, **changes})
