"""Decisions and what they hold, as rows of the ledger, written many at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import islice
from typing import Any, cast

import numpy as np
from sqlalchemy import Table, insert
from sqlmodel import Session, SQLModel, col, select

from store.ledger import Budget, Decision, Reservation
from tools.offers.catalogue import cents
from tools.offers.catalogue.model import NOTHING
from tools.offers.funnel.choice import HOLDOUT, RULED_OUT, TREATED, Choice, Variant
from tools.offers.funnel.crowd import Crowd
from tools.offers.funnel.holds import month_scope
from tools.offers.funnel.state import State
from tools.offers.funnel.terms import CHANNELS, Terms
from tools.offers.funnel.trace import Traces

Row = dict[str, Any]
_BATCH = 5_000


@dataclass(frozen=True)
class Signed:
    """What every row of a plan has in common: the campaign (None for a single decision), its budget's scope beside the
    month's, who decided, and the sides of a test."""

    campaign_id: int | None
    scopes: list[str]
    actor: str
    variants: Sequence[Variant]


def record(session: Session, crowd: Crowd, state: State, choice: Choice, signed: Signed) -> dict[str, int]:
    """Write all decisions with their reservations, and take those off the budgets; customer -> decision id. Call in
    `exclusive`, with the state that the choice was made on."""
    after = _last_id(session)
    rows = Rows(crowd, choice, Traces(crowd, state, choice), signed)
    write_many(session, Decision, (rows.decision(place) for place in range(len(crowd))))
    ids = _ids(session, after)
    treated = np.flatnonzero(choice.of_arm(TREATED)).tolist()
    write_many(session, Reservation, (rows.reservation(place, ids) for place in treated))
    take(session, crowd.terms, signed.scopes, int(choice.reserved.sum()))
    return ids


def write_many(session: Session, model: type[SQLModel], rows: Iterable[Row]) -> None:
    """Add rows without an object for each."""
    table, rest = cast(Table, vars(model)["__table__"]), iter(rows)
    while batch := list(islice(rest, _BATCH)):
        session.exec(insert(table), params=batch)


def take(session: Session, terms: Terms, scopes: Sequence[str], reserved: int) -> None:
    """Add to what the budgets have reserved. The month's comes into being with its first reservation, and its limit
    follows the catalogue, but never below what is promised already."""
    month, limit = month_scope(terms.now), cents(terms.catalogue.monthly_budget)
    for scope in scopes:
        budget = session.get(Budget, scope) or Budget(scope=scope, limit_cents=limit, reserved_cents=0, spent_cents=0)
        budget.reserved_cents += reserved
        if scope == month:
            budget.limit_cents = max(limit, budget.reserved_cents + budget.spent_cents)
        session.add(budget)


def valid_until(terms: Terms, offer_id: str, start: datetime) -> datetime:
    """The last moment of an offer that may go out from `start` on: its days, but not beyond its end."""
    offer = terms.catalogue.offer(offer_id)
    last = start + timedelta(days=offer.valid_days)
    return min(last, datetime.combine(offer.ends, time.max.replace(microsecond=0))) if offer.ends else last


@dataclass(frozen=True)
class Rows:
    """A choice as rows, customer by customer."""

    crowd: Crowd
    choice: Choice
    traces: Traces
    signed: Signed

    def decision(self, place: int) -> Row:
        choice, terms = self.choice, self.crowd.terms
        arm, picked = choice.arm_of(place), int(choice.picked[place])
        treated, drawn = arm == TREATED, arm not in (RULED_OUT, HOLDOUT)
        variant = self.signed.variants[int(choice.variant[place])]
        return {
            **self._same,
            "customer_id": self.crowd.people.ids[place],
            "mode": variant.mode,
            "variant": variant.name,
            "arm": arm,
            "offer": terms.offers[picked] if treated else NOTHING,
            "channel": self.channel(place) if treated else None,
            "propensity": float(choice.probabilities[place, picked]) if drawn else 1.0,
            "reserved_cents": int(choice.reserved[place]),
            "send_after": self.moment(place) if treated else None,
            "options": {} if arm == RULED_OUT else self._options(place),
            "context": {} if arm == RULED_OUT else self.crowd.people.context(place),
            "trace": self.traces.of(place),
        }

    def reservation(self, place: int, ids: Mapping[str, int]) -> Row:
        customer = self.crowd.people.ids[place]
        return {
            "decision_id": ids[customer],
            "customer_id": customer,
            "channel": self.channel(place),
            "contact_at": self.moment(place),
            "cents": int(self.choice.reserved[place]),
            "spent_cents": 0,
            "scopes": self.signed.scopes,
            "state": "held",
        }

    def channel(self, place: int) -> str:
        """By which the picked offer goes."""
        return CHANNELS[int(self.choice.reached.channels[place, self.choice.picked[place]])]

    def moment(self, place: int) -> datetime:
        """The first at which it may go out."""
        moment: datetime = self.crowd.moments[place].astype(object)
        return moment

    @cached_property
    def _same(self) -> Row:
        terms = self.crowd.terms
        return {
            "campaign_id": self.signed.campaign_id,
            "at": terms.now,
            "as_of": terms.as_of,
            "catalogue_version": terms.version,
            "policy_version": terms.policy.version,
            "window_days": terms.catalogue.window_days,
            "actor": self.signed.actor,
        }

    def _options(self, place: int) -> Row:
        """Each option with its propensity and its gain."""
        terms, reasons = self.crowd.terms, self.choice.reasons[place].tolist()
        chances, gains = self.choice.probabilities[place].tolist(), self.crowd.gains[place].round(4).tolist()
        return {
            offer: {"propensity": chances[column], "gain": gains[column]}
            for column, offer in enumerate(terms.offers)
            if not reasons[column] and (column or terms.nothing)
        }


def _last_id(session: Session) -> int:
    return session.exec(select(Decision.id).order_by(col(Decision.id).desc()).limit(1)).first() or 0


def _ids(session: Session, after: int) -> dict[str, int]:
    """Only one writer is in, so whatever came after is ours."""
    found = session.exec(select(Decision.customer_id, Decision.id).where(col(Decision.id) > after))
    return {customer: number for customer, number in found if number is not None}
