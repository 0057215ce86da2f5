"""Time passes: drafts that nobody decided on expire, approved ones that were not sent lose their offer, and offers that
nobody redeemed lapse."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import update
from sqlmodel import Session, col, exists, select

from store.ledger import Campaign, CatalogueVersion, Decision, Delivery, Draft, Ledger, Outcome, Reservation
from tools.offers.catalogue import cents, contact_cost, parse_catalogue
from tools.offers.funnel.holds import release_many, settle_many

_OVER = "nobody decided in time"
_UNSENT = "the offer ended before it was sent"


def sweep(ledger: Ledger, now: datetime) -> None:
    """Bring the ledger up to this moment; does nothing, and waits for nobody, where nothing is due.

    Pending drafts past `expires_at` expire and give back what they hold, approved ones past `valid_until` are withdrawn
    and do too; what exported ones hold is settled at the cost of the contact once they are past it.
    """
    with ledger.session() as session:
        due = _due(session, now)
    if due:
        with ledger.exclusive() as session:
            _expire(session, now)
            _withdraw(session, now)
            _lapse(session, now)


def _due(session: Session, now: datetime) -> bool:
    tests: tuple[Any, ...] = (
        select(Draft.id).where(*_pending(now)),
        select(Draft.id).where(*_unsent(now)),
        select(Campaign.id).where(*_campaigns(now)),
        _lapsed(now).limit(1),
    )
    return any(session.scalar(test.limit(1)) is not None for test in tests)


def _pending(now: datetime) -> tuple[Any, ...]:
    return Draft.state == "pending", col(Draft.expires_at) < now


def _unsent(now: datetime) -> tuple[Any, ...]:
    under_way = exists().where(col(Delivery.draft_id) == Draft.id, col(Delivery.state) == "sending")
    return Draft.state == "approved", col(Draft.valid_until) < now, ~under_way


def _campaigns(now: datetime) -> tuple[Any, ...]:
    return Campaign.state == "pending", col(Campaign.expires_at) < now


def _lapsed(now: datetime) -> Any:
    """(catalogue version, channel, decision) of contacts made whose offers nobody redeemed in time. What was redeemed
    is settled where its outcome is taken in."""
    ordered = col(Outcome.code).is_not(None), col(Outcome.kind) == "order"
    redeemed = exists().where(col(Outcome.decision_id) == Reservation.decision_id, *ordered)
    return (
        select(Decision.catalogue_version, Reservation.channel, Reservation.decision_id)
        .join(Decision, col(Decision.id) == Reservation.decision_id)
        .join(Draft, col(Draft.decision_id) == Reservation.decision_id)
        .where(Reservation.state == "held", Draft.state == "exported", col(Draft.valid_until) < now, ~redeemed)
    )


def _expire(session: Session, now: datetime) -> None:
    release_many(session, select(Draft.decision_id).where(*_pending(now)))
    _close(session, Draft, _pending(now), "expired", now, _OVER)
    _close(session, Campaign, _campaigns(now), "expired", now, _OVER)


def _withdraw(session: Session, now: datetime) -> None:
    release_many(session, select(Draft.decision_id).where(*_unsent(now)))
    _close(session, Draft, _unsent(now), "withdrawn", now, _UNSENT)


def _close(session: Session, model: type[Any], which: tuple[Any, ...], state: str, now: datetime, why: str) -> None:
    changed = update(model).where(*which).values(state=state, decided_at=now, reason=why)
    session.exec(changed.execution_options(synchronize_session=False))


def _lapse(session: Session, now: datetime) -> None:
    lapsed = _lapsed(now).subquery()
    for version, channel in session.exec(select(lapsed.c.catalogue_version, lapsed.c.channel).distinct()):
        row = cast(CatalogueVersion, session.get(CatalogueVersion, version))
        cost = cents(contact_cost(parse_catalogue(row.text), channel))
        ours = select(lapsed.c.decision_id).where(lapsed.c.catalogue_version == version, lapsed.c.channel == channel)
        settle_many(session, ours, cost)
