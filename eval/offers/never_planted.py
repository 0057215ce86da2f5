"""One violation of each kind, planted into a ledger past everything that prevents it: the count must find them all."""

from datetime import timedelta
from itertools import count

from sqlalchemy import update
from sqlmodel import Session, col, select

from store.ledger import Budget, Consent, Decision, Ledger, Reservation
from tools.offers.catalogue import Catalogue, active_catalogue
from tools.offers.holdout import holdout_score


def plant(ledger: Ledger) -> list[str]:
    """Into a ledger in SQLite that holds treated decisions. Gives back keys of messages as they came out: one twice."""
    _version, catalogue = active_catalogue(ledger)
    with ledger.session() as session:
        session.connection().exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        treated = session.exec(select(Decision).where(Decision.arm == "treated").limit(4)).all()
        _exceed_budget(session)
        _exceed_cap(session, treated[0], catalogue)
        _violate_consent(session, treated[1])
        _contact_holdout(session, treated[2], catalogue)
        _lose_propensity(session, treated[2])
        _tear(session, treated[3])
    return ["key", "key"]


def _exceed_budget(session: Session) -> None:
    budget = session.exec(select(Budget).where(Budget.reserved_cents > 0)).first()
    assert budget is not None
    budget.limit_cents = 0
    session.add(budget)


def _exceed_cap(session: Session, decision: Decision, catalogue: Catalogue) -> None:
    """As many more contacts of one customer, a minute apart, as a day allows."""
    held = session.get(Reservation, decision.id)
    assert held is not None
    for nth in range(1, catalogue.contact.caps["all"].day + 1):
        _treated_anew(session, decision, held, nth)


def _treated_anew(session: Session, decision: Decision, held: Reservation, nth: int) -> None:
    copy = Decision.model_validate({**decision.model_dump(), "id": None})
    session.add(copy)
    session.flush()
    at = held.contact_at + timedelta(minutes=nth)
    session.add(Reservation.model_validate({**held.model_dump(), "decision_id": copy.id, "contact_at": at, "cents": 0}))


def _violate_consent(session: Session, decision: Decision) -> None:
    consent = session.get(Consent, (decision.customer_id, decision.channel))
    assert consent is not None
    consent.granted, consent.at = False, decision.at - timedelta(days=1)
    session.add(consent)


def _contact_holdout(session: Session, decision: Decision, catalogue: Catalogue) -> None:
    held = (f"x{nth}" for nth in count())
    customer = next(one for one in held if holdout_score(catalogue.holdout.salt, one) < catalogue.holdout.share)
    session.add(Consent(customer_id=customer, channel=decision.channel or "", granted=True, at=decision.at, source="x"))
    for model, key in ((Decision, Decision.id), (Reservation, Reservation.decision_id)):
        session.exec(update(model).where(col(key) == decision.id).values(customer_id=customer))


def _lose_propensity(session: Session, decision: Decision) -> None:
    session.exec(update(Decision).where(col(Decision.id) == decision.id).values(propensity=0))


def _tear(session: Session, decision: Decision) -> None:
    held = session.get(Reservation, decision.id)
    assert held is not None
    session.delete(held)
