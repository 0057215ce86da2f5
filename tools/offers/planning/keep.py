"""A plan as rows of the ledger."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
from sqlmodel import Session

from store.ledger import Budget, Campaign, Draft, Message
from tools.context import Actor
from tools.offers.funnel.choice import TREATED, Choice
from tools.offers.funnel.codes import new_code
from tools.offers.funnel.holds import campaign_scope, month_scope
from tools.offers.funnel.record import Signed, record, valid_until, write_many
from tools.offers.funnel.state import State
from tools.offers.planning.asked import Asked
from tools.offers.planning.messages import Key, Texts, key_of, keys_of


def keep(
    session: Session, asked: Asked, name: str, state: State, choice: Choice, texts: Texts, actor: Actor
) -> Campaign:
    """Campaign, budget, decisions, reservations, messages and drafts. Call in `exclusive`."""
    campaign = _campaign(asked, name, actor)
    session.add(campaign)
    session.flush()
    number = campaign.id or 0
    scopes = [month_scope(asked.terms.now)]
    if asked.budget is not None:
        scopes.append(campaign_scope(number))
        session.add(Budget(scope=scopes[-1], limit_cents=asked.budget, reserved_cents=0, spent_cents=0))
        session.flush()
    ids = record(session, asked.crowd, state, choice, Signed(number, scopes, actor.id, asked.variants))
    messages = _messages(session, asked, number, keys_of(asked, choice), texts, actor)
    write_many(session, Draft, _drafts(asked, number, choice, ids, messages))
    return campaign


def _campaign(asked: Asked, name: str, actor: Actor) -> Campaign:
    terms = asked.terms
    return Campaign(
        id=None,
        name=name,
        state="pending",
        segment=asked.segment,
        filters=asked.filters,
        variants=asked.differs,
        channel=terms.channel,
        language=terms.language,
        tone=None if asked.differs else asked.tones[None],
        mode=terms.mode,
        policy_version=terms.policy.version,
        catalogue_version=terms.version,
        budget_cents=asked.budget,
        window_days=terms.catalogue.window_days,
        as_of=terms.as_of,
        created_at=terms.now,
        created_by=actor.id,
        expires_at=terms.now + timedelta(days=terms.catalogue.draft_days),
    )


def _messages(
    session: Session, asked: Asked, number: int, keys: Iterable[Key], texts: Texts, actor: Actor
) -> dict[Key, int]:
    rows = {
        key: Message(
            id=None,
            previous_id=None,
            campaign_id=number,
            offer=key.offer,
            catalogue_version=asked.terms.version,
            channel=key.channel,
            language=key.language,
            tone=asked.tones[key.variant],
            variant=key.variant,
            subject=texts[key].subject,
            body=texts[key].body,
            author=texts[key].author,
            note=texts[key].note,
            created_at=asked.terms.now,
            created_by=actor.id,
        )
        for key in keys
    }
    session.add_all(rows.values())
    session.flush()
    return {key: message.id or 0 for key, message in rows.items()}


def _drafts(
    asked: Asked, number: int, choice: Choice, ids: Mapping[str, int], messages: Mapping[Key, int]
) -> Iterable[dict[str, Any]]:
    terms = asked.terms
    for place in np.flatnonzero(choice.of_arm(TREATED)).tolist():
        key, customer = key_of(asked, choice, place), asked.crowd.people.ids[place]
        until = valid_until(terms, key.offer, terms.now)
        yield {
            "decision_id": ids[customer],
            "campaign_id": number,
            "message_id": messages[key],
            "customer_id": customer,
            "offer": key.offer,
            "channel": key.channel,
            "language": key.language,
            "code": new_code(terms.catalogue.offer(key.offer)),
            "valid_until": until,
            "state": "pending",
            "edited": False,
            "created_at": terms.now,
            "expires_at": min(until, terms.now + timedelta(days=terms.catalogue.draft_days)),
        }
