"""Somebody does not want to hear from the shop any more."""

from datetime import datetime

from sqlmodel import Session, col, select

from store.ledger import Consent
from tools.offers.funnel.terms import CHANNELS


def withdraw(session: Session, customer_id: str, channel: str | None, now: datetime) -> int:
    """Withdraws consent on a channel, on all of them where it is not known which; returns 1 where that changed one."""
    wanted = select(Consent).where(Consent.customer_id == customer_id, col(Consent.granted))
    if channel in CHANNELS:
        wanted = wanted.where(Consent.channel == channel)
    rows = list(session.exec(wanted))
    for consent in rows:
        consent.granted, consent.at, consent.source = False, now, "outcome"
        session.add(consent)
    return bool(rows)
