"""How often a customer may be contacted: at most so many times in any 24 hours and in any seven days, per channel and
over all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlmodel import Session, col, select

from store.ledger import Reservation
from tools.offers.catalogue.model import Caps
from tools.offers.funnel.arrays import Array
from tools.offers.funnel.terms import CHANNELS, NUMBER

DAY, WEEK = timedelta(days=1), timedelta(days=7)
COUNTED = ("held", "settled")  # the reservations that are contacts
NEVER = np.datetime64("9999-12-31T00:00:00", "us")


@dataclass(frozen=True)
class Contacts:
    """Contacts made or planned, ordered by customer and moment: whose (a place), on which channel (its place in
    CHANNELS), and when."""

    who: Array
    channel: Array
    at: Array

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, datetime]]) -> "Contacts":
        ordered = sorted((who, at, channel) for who, channel, at in rows)
        who = np.array([row[0] for row in ordered], np.int64)
        at = np.array([row[1] for row in ordered], "datetime64[us]")
        return cls(who, np.array([row[2] for row in ordered], np.int64), at)


@dataclass(frozen=True)
class Capped:
    """(n, channels) each: the number of the reason (0 where one more contact is allowed), and until when it holds."""

    reason: Array
    until: Array


def capped(contacts: Contacts, moments: Array, caps: Mapping[Any, Caps]) -> Capped:
    """Who has had all contacts that a channel allows, were the next one at their moment, (n,) datetime64.

    Counted are contacts less than the window before or after that moment: so whatever else is planned, no window holds
    more than allowed.
    """
    shape = (len(moments), len(CHANNELS))
    found = Capped(
        np.zeros(shape, np.uint8), np.full(shape, moments.min() if len(moments) else NEVER, "datetime64[us]")
    )
    for name, cap in caps.items():
        columns = slice(None) if name == "all" else slice(CHANNELS.index(name), CHANNELS.index(name) + 1)
        ours = np.ones(len(contacts.who), bool) if name == "all" else contacts.channel == columns.start
        suffix = "_all" if name == "all" else ""
        for key, window, most in (("cap_day", DAY, cap.day), ("cap_week", WEEK, cap.week)):
            until = _until(contacts, ours, moments, np.timedelta64(window), most)
            later = (~np.isnat(until))[:, None] & (
                (found.reason[:, columns] == 0) | (until[:, None] > found.until[:, columns])
            )
            found.reason[:, columns] = np.where(later, NUMBER[key + suffix], found.reason[:, columns])
            found.until[:, columns] = np.where(later, until[:, None], found.until[:, columns])
    return found


def _until(contacts: Contacts, ours: Array, moments: Array, window: np.timedelta64, most: int) -> Array:
    """(n,) datetime64: when so many contacts have passed that one more fits; NaT where it fits now."""
    until = np.full(len(moments), np.datetime64("NaT"), "datetime64[us]")
    if most == 0:
        until[:] = NEVER
        return until
    near = ours & (np.abs(contacts.at - moments[contacts.who]) < window)
    counts = np.bincount(contacts.who[near], minlength=len(moments))
    full = counts >= most
    kept_out = np.cumsum(counts)[full] - most  # of each one's contacts, in order, the one that has to pass
    until[full] = contacts.at[near][kept_out] + window
    return until


def capped_until(
    session: Session, caps: Mapping[Any, Caps], customer_id: str, channel: str, at: datetime, without: int | None = None
) -> datetime | None:
    """Until when one customer may not be contacted on a channel, or None where they may be at `at`.

    `without` names the decision whose own contact this is. Call in `exclusive` where something is done on it.
    """
    wanted = select(Reservation.channel, Reservation.contact_at).where(
        col(Reservation.customer_id) == customer_id,
        col(Reservation.state).in_(COUNTED),
        col(Reservation.contact_at) > at - WEEK,
        col(Reservation.decision_id) != (without or 0),
    )
    contacts = Contacts.of((0, CHANNELS.index(name), moment) for name, moment in session.exec(wanted))
    found = capped(contacts, np.array([at], "datetime64[us]"), caps)
    column = CHANNELS.index(channel)
    return found.until[0, column].astype(datetime) if found.reason[0, column] else None
