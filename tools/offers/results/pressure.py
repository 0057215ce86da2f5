"""Pressure of contact: how many customers have had all the contacts that the rules allow, and until when."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlmodel import col, func, select

from store.ledger import Consent, Ledger, Reservation
from tools.offers.catalogue import active_catalogue
from tools.offers.funnel.caps import COUNTED, WEEK, Contacts, capped
from tools.offers.funnel.caps import Capped as Found
from tools.offers.funnel.terms import CHANNELS, REASONS


@dataclass(frozen=True)
class Capped:
    """A customer who may not be contacted on `channel` before `until`; `reason` is the funnel's: which cap it is."""

    customer_id: str
    channel: str
    until: datetime
    reason: str


@dataclass(frozen=True)
class Pressure:
    """`contacted`: customers with a contact made or planned in the seven days around now; `reachable`: those who
    consented to any channel. `capped` is ordered by customer and channel; `everywhere` of its customers can be reached
    on no channel at all."""

    reachable: int
    contacted: int
    capped: list[Capped]
    everywhere: int

    @property
    def at_cap(self) -> int:
        """Customers with a cap reached on some channel."""
        return len({one.customer_id for one in self.capped})

    @property
    def share(self) -> float:
        """Of those who can be reached at all."""
        return self.at_cap / self.reachable if self.reachable else 0.0


def contact_pressure(ledger: Ledger, now: datetime, customer_id: str | None = None) -> Pressure:
    """Who is capped now, by the rules in force. Raises WinbackError where no catalogue is approved."""
    _version, catalogue = active_catalogue(ledger)
    wanted = select(Reservation.customer_id, Reservation.channel, Reservation.contact_at).where(
        col(Reservation.state).in_(COUNTED), col(Reservation.contact_at) > now - WEEK
    )
    consented = select(func.count(func.distinct(Consent.customer_id))).where(col(Consent.granted).is_(True))
    if customer_id is not None:
        wanted = wanted.where(Reservation.customer_id == customer_id)
        consented = consented.where(Consent.customer_id == customer_id)
    with ledger.session() as session:
        rows = session.exec(wanted).all()
        reachable = session.exec(consented).one()
    ids = sorted({customer for customer, _channel, _at in rows})
    place = {customer: nth for nth, customer in enumerate(ids)}
    contacts = Contacts.of((place[customer], CHANNELS.index(channel), at) for customer, channel, at in rows)
    found = capped(contacts, np.full(len(ids), np.datetime64(now, "us")), catalogue.contact.caps)
    people = [_capped(ids, found, who, channel) for who, channel in np.argwhere(found.reason).tolist()]
    everywhere = int((found.reason > 0).all(axis=1).sum()) if ids else 0
    return Pressure(reachable, len(ids), people, everywhere)


def _capped(ids: list[str], found: Found, who: int, channel: int) -> Capped:
    until: datetime = found.until[who, channel].item()
    return Capped(ids[who], CHANNELS[channel], until, REASONS[int(found.reason[who, channel])][1])
