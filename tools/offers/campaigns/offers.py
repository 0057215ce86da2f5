"""The offers of one campaign: for how many, what they can cost, what they did cost, what they are expected to gain."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from sqlmodel import Session, col, func, select

from store.ledger import Decision, Draft, Ledger, Reservation
from tools.offers.funnel.choice import TREATED


@dataclass(frozen=True)
class OfferPart:
    """`reserved` is the most it can cost as it was planned, `held` what is still set aside, `spent` what it did cost;
    `gain` the margin beyond that of no offer, less cost, that the policy expected. Money in the shop's currency."""

    offer: str
    customers: int
    reserved: Decimal
    held: Decimal
    spent: Decimal
    gain: Decimal
    drafts: Counter[str] = field(default_factory=Counter[str])


def offers(ledger: Ledger, campaign_id: int) -> list[OfferPart]:
    """Those for most customers first."""
    mine = Decision.campaign_id == campaign_id, Decision.arm == TREATED
    plain = cast(Any, select)  # its overloads end at what a column's expression is
    wanted: Any = (
        plain(Decision.offer, func.count(), func.sum(Decision.reserved_cents), func.sum(Reservation.spent_cents))
        .outerjoin(Reservation, col(Reservation.decision_id) == Decision.id)
        .where(*mine)
        .group_by(Decision.offer)
        .order_by(func.count().desc(), Decision.offer)
    )
    with ledger.session() as session:
        rows: list[Any] = cast(Any, session).exec(wanted).all()
        held, drafts = _held(session, campaign_id), _drafts(session, campaign_id)
        return [
            OfferPart(
                offer=offer,
                customers=number,
                reserved=_money(reserved),
                held=_money(held.get(offer)),
                spent=_money(spent),
                gain=_gain(session, mine, offer),
                drafts=drafts.get(offer, Counter()),
            )
            for offer, number, reserved, spent in rows
        ]


def _held(session: Session, campaign_id: int) -> dict[str, int]:
    wanted = (
        select(Decision.offer, func.sum(Reservation.cents))
        .join(Reservation, col(Reservation.decision_id) == Decision.id)
        .where(Decision.campaign_id == campaign_id, Reservation.state == "held")
    )
    return dict(session.exec(wanted.group_by(Decision.offer)).all())


def _drafts(session: Session, campaign_id: int) -> dict[str, Counter[str]]:
    wanted = select(Draft.offer, Draft.state, func.count()).where(Draft.campaign_id == campaign_id)
    found: dict[str, Counter[str]] = {}
    for offer, state, number in session.exec(wanted.group_by(Draft.offer, Draft.state)):
        found.setdefault(offer, Counter())[state] = number
    return found


def _gain(session: Session, mine: Any, offer: str) -> Decimal:
    gain: Any = col(Decision.options)[(offer, "gain")].as_float()
    total = session.exec(select(func.sum(gain)).where(*mine, Decision.offer == offer)).one()
    return Decimal(repr(float(total or 0))).quantize(Decimal("0.01")) + 0  # no "-0.00"


def _money(cents: int | None) -> Decimal:
    return Decimal(int(cents or 0)) / 100
