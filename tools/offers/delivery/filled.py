"""A message with its merge tags filled: the one place where a text meets a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlmodel import col, select

from store.ledger import Contact, Delivery, Draft, Ledger, Message
from tools.offers.catalogue import Catalogue, catalogue_of
from tools.offers.delivery.checked import address
from tools.offers.drafts import fill
from tools.offers.drafts.tags import day

_MANY = 500
_DEAR = {"zh": "顾客", "de": "liebe Kundin, lieber Kunde", "fr": "à vous", "es": "de nuevo", "nl": "daar"}


@dataclass(frozen=True)
class Filled:
    """What goes out to one customer. `send_not_before` is on this machine's clock."""

    draft_id: int
    key: str
    customer_id: str
    channel: str
    to: str
    first_name: str
    subject: str
    body: str
    code: str
    valid_until: datetime | None
    send_not_before: datetime
    language: str


def filled(ledger: Ledger, draft_ids: Sequence[int]) -> Iterator[Filled]:
    """Messages of claimed drafts, in this order. Raises WinbackError for a merge tag that nothing fills."""
    catalogues = cache(lambda version: catalogue_of(ledger, version))  # pyright: ignore[reportUnknownLambdaType,reportUnknownArgumentType]
    for start in range(0, len(draft_ids), _MANY):
        wanted = (
            select(Draft, Message, Delivery, Contact)
            .join(Message, col(Draft.message_id) == Message.id)
            .join(Delivery, col(Delivery.draft_id) == Draft.id)
            .outerjoin(Contact, col(Contact.customer_id) == Draft.customer_id)
            .where(col(Draft.id).in_(draft_ids[start : start + _MANY]))
            .order_by(col(Draft.id))
        )
        with ledger.session() as session:
            rows = list(session.exec(wanted))
        for draft, message, delivery, contact in rows:
            yield _filled(draft, message, delivery, contact, catalogues(message.catalogue_version))


def _filled(
    draft: Draft, message: Message, delivery: Delivery, contact: Contact | None, catalogue: Catalogue
) -> Filled:
    first_name = " ".join(((contact.first_name if contact else None) or "").split())
    opt_out = catalogue.opt_out.get(message.channel, {})
    values = {
        "first_name": first_name or _DEAR.get(message.language, "there"),
        "code": draft.code or "",
        "valid_until": day(draft.valid_until, message.language, draft.channel) if draft.valid_until else "",
        "opt_out": opt_out.get(message.language) or opt_out.get("en", ""),
    }
    return Filled(
        draft_id=draft.id or 0,
        key=delivery.key,
        customer_id=draft.customer_id,
        channel=draft.channel,
        to=address(contact, draft) or "",
        first_name=first_name,
        subject=fill(message.subject or "", values),
        body=fill(message.body, values),
        code=draft.code or "",
        valid_until=draft.valid_until,
        send_not_before=delivery.next_at,
        language=message.language,
    )
