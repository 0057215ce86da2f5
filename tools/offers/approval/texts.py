"""The texts behind drafts, checked against their offers."""

from sqlmodel import Session, col, func, select

from store.errors import WinbackError
from store.ledger import Draft, Message
from store.shop import Shop
from tools.offers.catalogue import catalogue_of
from tools.offers.drafts import Brief, Problem, check
from tools.offers.drafts.situation import personal


def pending_texts(session: Session, campaign_id: int) -> list[tuple[Message, Draft]]:
    """Every text that pending drafts of a campaign use, with one of these drafts."""
    waiting = Draft.campaign_id == campaign_id, Draft.state == "pending"
    first = select(func.min(Draft.id)).where(*waiting).group_by(col(Draft.message_id))
    wanted = select(Message, Draft).join(Draft, col(Draft.message_id) == Message.id).where(col(Draft.id).in_(first))
    return list(session.exec(wanted.order_by(col(Message.id))))


def pending_text(session: Session, message_id: int) -> tuple[Message, Draft]:
    """A text with one pending draft that uses it. Raises WinbackError where none does."""
    wanted = select(Message, Draft).join(Draft, col(Draft.message_id) == Message.id)
    wanted = wanted.where(Draft.message_id == message_id, Draft.state == "pending").order_by(col(Draft.id)).limit(1)
    found = session.exec(wanted).first()
    if found is None:
        raise WinbackError(f"No draft with text {message_id} waits any more; somebody has decided on it already.")
    return found


def problems(shop: Shop, message: Message, draft: Draft) -> list[Problem]:
    """What keeps a text from being approved."""
    return check(message.subject, message.body, brief_of(shop, message, draft))


def brief_of(shop: Shop, message: Message, draft: Draft) -> Brief:
    """What a text has to keep to. A campaign's text is for many, so it is checked against no one customer."""
    catalogue = catalogue_of(shop.ledger, message.catalogue_version)
    reviews, names = personal(shop, None if draft.campaign_id else draft.customer_id)
    return Brief(
        customer_id=None if draft.campaign_id else draft.customer_id,
        offer=catalogue.offer(message.offer),
        catalogue=catalogue,
        channel=message.channel,
        language=message.language,
        tone=message.tone,
        valid_until=draft.valid_until,
        recommendations=[],
        situation=[],
        variant=message.variant,
        reviews=reviews,
        names=names,
    )
