"""What the ledger knows when offers are decided on: consent, contacts made or planned, and money left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import Session, col, select

from store.ledger import Budget, Consent, Reservation
from tools.offers.catalogue import cents
from tools.offers.funnel.arrays import Array
from tools.offers.funnel.caps import COUNTED, WEEK, Contacts
from tools.offers.funnel.holds import month_scope
from tools.offers.funnel.terms import CHANNELS, Terms

_FEW = 500  # customers that can be named in a query


@dataclass(frozen=True)
class State:
    """`consent` (n, channels) bool; `contacts` those of the customers within a week of any moment from `now` on;
    `month_left` the cents that this month's budget still has."""

    consent: Array
    contacts: Contacts
    month_left: int


def read_state(session: Session, ids: Sequence[str], terms: Terms) -> State:
    places = {customer: place for place, customer in enumerate(ids)}
    return State(_consent(session, places, terms), _contacts(session, places, terms.now), month_left(session, terms))


def month_left(session: Session, terms: Terms) -> int:
    """Cents of the month's budget that nothing is promised of. The limit is the catalogue's that is in force."""
    budget = session.get(Budget, month_scope(terms.now))
    gone = budget.reserved_cents + budget.spent_cents if budget else 0
    return max(cents(terms.catalogue.monthly_budget) - gone, 0)


def _consent(session: Session, places: dict[str, int], terms: Terms) -> Array:
    wanted = select(Consent.customer_id, Consent.channel).where(col(Consent.granted).is_(True))
    if terms.channel:
        wanted = wanted.where(col(Consent.channel) == terms.channel)
    if len(places) <= _FEW:
        wanted = wanted.where(col(Consent.customer_id).in_(list(places)))
    granted = np.zeros((len(places), len(CHANNELS)), bool)
    columns = {channel: column for column, channel in enumerate(CHANNELS)}
    for customer, channel in session.exec(wanted):
        place, column = places.get(customer), columns.get(channel)
        if place is not None and column is not None:
            granted[place, column] = True
    return granted


def _contacts(session: Session, places: dict[str, int], now: datetime) -> Contacts:
    wanted = (
        select(Reservation.customer_id, Reservation.channel, Reservation.contact_at)
        .where(col(Reservation.state).in_(COUNTED))
        .where(col(Reservation.contact_at) > now - WEEK)
    )
    if len(places) <= _FEW:
        wanted = wanted.where(col(Reservation.customer_id).in_(list(places)))
    rows = [(places[who], CHANNELS.index(channel), at) for who, channel, at in session.exec(wanted) if who in places]
    return Contacts.of(rows)
