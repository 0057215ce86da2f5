"""What decisions hold: money of budgets, and contacts. Every change of a budget goes through here or `record.take`."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from store.ledger import Budget, Reservation


def month_scope(now: datetime) -> str:
    return f"month:{now:%Y-%m}"


def campaign_scope(campaign_id: int) -> str:
    return f"campaign:{campaign_id}"


def release(session: Session, decision_id: int) -> None:
    """Give back what a decision holds, its contact too; nothing where it holds nothing. Call in `exclusive`."""
    release_many(session, select(Reservation.decision_id).where(Reservation.decision_id == decision_id))


def release_many(session: Session, decisions: SelectOfScalar[int]) -> None:
    """Like `release`, for all decision ids that a query gives."""
    _let_go(session, decisions, "released", 0)


def settle(session: Session, decision_id: int, spent_cents: int) -> None:
    """Turn what a decision holds into what it did cost (never more than it held); the contact still counts. Settling
    again with another sum corrects it. Call in `exclusive`."""
    held = session.get(Reservation, decision_id)
    if held is None or held.state == "released":
        return
    spent = max(0, min(spent_cents, held.cents))
    reserved = held.cents if held.state == "held" else 0
    _move(session, Counter(held.scopes), reserved, spent - held.spent_cents)
    held.state, held.spent_cents = "settled", spent
    session.add(held)


def settle_many(session: Session, decisions: SelectOfScalar[int], spent_cents: int) -> None:
    """Settle all that a query gives and that still hold something, at the same cost each."""
    _let_go(session, decisions, "settled", spent_cents)


def _let_go(session: Session, decisions: SelectOfScalar[int], state: str, spent: int) -> None:
    """Sums first, rows after: one statement each, however many there are."""
    session.flush()
    wanted = select(Reservation).where(col(Reservation.decision_id).in_(decisions), Reservation.state == "held")
    reserved: Counter[str] = Counter()
    number: Counter[str] = Counter()
    for held in session.exec(wanted):
        for scope in held.scopes:
            reserved[scope] += held.cents
            number[scope] += 1
    for scope, cents in reserved.items():
        _move(session, Counter([scope]), cents, spent * number[scope])
    changes: dict[str, Any] = {"state": state, "spent_cents": spent}
    which = col(Reservation.decision_id).in_(decisions), col(Reservation.state) == "held"
    session.exec(update(Reservation).where(*which).values(**changes).execution_options(synchronize_session="fetch"))


def _move(session: Session, scopes: Counter[str], reserved: int, spent: int) -> None:
    for scope in scopes:
        budget = session.get(Budget, scope)
        if budget is not None:
            budget.reserved_cents -= reserved
            budget.spent_cents += spent
            session.add(budget)
    session.flush()
