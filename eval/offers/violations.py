"""What must never happen, counted from a ledger alone: nothing that planners or exporters say of themselves is used."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlmodel import Session, SQLModel, col, func, select

from store.ledger import Budget, Consent, Decision, Delivery, Draft, Ledger, Reservation
from tools.offers.catalogue import Catalogue, active_catalogue
from tools.offers.holdout import holdout_score

KINDS = (
    "budget_exceeded",
    "cap_exceeded",
    "consent_violated",
    "holdout_contacted",
    "double_delivery",
    "no_propensity",
    "torn",
)
_LIVE = ("held", "settled")


@dataclass(frozen=True)
class Violations:
    """`found` by kind; `torn` counts what a killed process left half done. `decisions` and the rest: how many rows of
    each the ledger holds, `released` of the reservations."""

    found: dict[str, int]
    decisions: int
    treated: int
    drafts: int
    delivered: int
    released: int
    budgets: int
    customers: int = field(default=0)

    @property
    def broken(self) -> dict[str, int]:
        return {kind: number for kind, number in self.found.items() if number}


def violations(ledger: Ledger, received: Iterable[str] = ()) -> Violations:
    """`received` are the keys of the messages that came out at the other end, once for each time they came."""
    _version, catalogue = active_catalogue(ledger)
    with ledger.session() as session:
        found = {
            "budget_exceeded": _budgets(session),
            "cap_exceeded": _caps(session, catalogue),
            "consent_violated": _consent(session),
            "holdout_contacted": _holdout(session, catalogue),
            "double_delivery": _doubles(session, received),
            "no_propensity": _propensities(session),
            "torn": _torn(session),
        }
        return Violations(
            found=found,
            decisions=_count(session, Decision),
            treated=_count(session, Decision, Decision.arm == "treated"),
            drafts=_count(session, Draft),
            delivered=_count(session, Delivery, Delivery.state == "sent"),
            released=_count(session, Reservation, Reservation.state == "released"),
            budgets=_count(session, Budget),
            customers=len(set(session.exec(select(Decision.customer_id).distinct()))),
        )


def _count(session: Session, model: type[SQLModel], *which: Any) -> int:
    return session.exec(select(func.count()).select_from(model).where(*which)).one()


def _budgets(session: Session) -> int:
    """Budgets whose promises, added up anew from the reservations, are more than their limit; the books must agree."""
    held: Counter[str] = Counter()
    spent: Counter[str] = Counter()
    for one in session.exec(select(Reservation)):
        for scope in one.scopes:
            held[scope] += one.cents if one.state == "held" else 0
            spent[scope] += one.spent_cents if one.state == "settled" else 0
    budgets = {budget.scope: budget for budget in session.exec(select(Budget))}
    wrong = {
        scope
        for scope, budget in budgets.items()
        if held[scope] + spent[scope] > budget.limit_cents
        or (budget.reserved_cents, budget.spent_cents) != (held[scope], spent[scope])
    }
    return len(wrong | {scope for scope in {*held, *spent} if scope not in budgets})


def _caps(session: Session, catalogue: Catalogue) -> int:
    """Windows with more contacts than allowed: a contact, and the one so many places later, too close together."""
    columns = Reservation.customer_id, Reservation.channel, Reservation.contact_at
    rows = session.exec(select(*columns).where(col(Reservation.state).in_(_LIVE))).all()
    wrong = 0
    for name, cap in catalogue.contact.caps.items():
        contacts = sorted((who, at) for who, channel, at in rows if name in ("all", channel))
        for _who, group in groupby(contacts, key=lambda contact: contact[0]):
            moments = [at for _, at in group]
            for window, most in ((timedelta(days=1), cap.day), (timedelta(days=7), cap.week)):
                later = moments[most:]
                wrong += sum(last - first < window for first, last in zip(moments, later, strict=False))
    return wrong


def _consent(session: Session) -> int:
    """Decisions and deliveries on a channel that the customer had not agreed to, or no longer."""
    consents = {(one.customer_id, one.channel): one for one in session.exec(select(Consent))}
    made = session.exec(select(Decision.customer_id, Decision.channel, Decision.at).where(Decision.arm == "treated"))
    sent = session.exec(
        select(Draft.customer_id, Draft.channel, Delivery.sent_at)
        .join(Delivery, col(Delivery.draft_id) == Draft.id)
        .where(Delivery.state == "sent")
    )
    wrong = 0
    for customer, channel, at in (*made, *sent):
        consent = consents.get((customer, channel or ""))
        wrong += consent is None or (not consent.granted and at is not None and consent.at < at)
    return wrong


def _holdout(session: Session, catalogue: Catalogue) -> int:
    """Whoever is in the holdout and was given an offer, holds a contact or has a draft."""
    given = session.exec(select(Decision.customer_id).where(Decision.arm == "treated"))
    reached = {*given, *session.exec(select(Reservation.customer_id)), *session.exec(select(Draft.customer_id))}
    return sum(holdout_score(catalogue.holdout.salt, one) < catalogue.holdout.share for one in reached)


def _doubles(session: Session, received: Iterable[str]) -> int:
    """Messages that came out twice, and drafts of one decision or deliveries of one draft beyond the first."""
    drafts = Counter(session.exec(select(Draft.decision_id)))
    deliveries = Counter(session.exec(select(Delivery.draft_id)))
    return sum(number - 1 for counts in (Counter(received), drafts, deliveries) for number in counts.values())


def _propensities(session: Session) -> int:
    """Decisions without one, or with another than was logged for the option that was picked."""
    columns = Decision.propensity, Decision.arm, Decision.offer, Decision.options
    wrong = 0
    for propensity, arm, offer, options in session.exec(select(*columns)):
        logged = options.get(offer, {}).get("propensity") if arm in ("treated", "control") else propensity
        wrong += propensity is None or not 0 < propensity <= 1 or logged != propensity
    return wrong


def _torn(session: Session) -> int:
    """Treated decisions without what they hold, and what is held, drafted or sent without the row that it hangs on."""
    treated = set(session.exec(select(Decision.id).where(Decision.arm == "treated")))
    held = set(session.exec(select(Reservation.decision_id)))
    drafted = set(session.exec(select(Draft.decision_id)))
    campaigns = set(session.exec(select(Decision.id).where(Decision.arm == "treated", col(Decision.campaign_id) > 0)))
    unsent = session.exec(
        select(Delivery.draft_id)
        .join(Draft, col(Draft.id) == Delivery.draft_id)
        .where(Delivery.state == "sent", Draft.state != "exported")
    )
    return len(treated ^ held) + len(drafted - treated) + len(campaigns - drafted) + len(list(unsent))


def lines(found: Violations) -> Iterator[str]:
    """The counts, as a table's rows."""
    yield f"decisions {found.decisions:,}, customers {found.customers:,}, treated {found.treated:,}"
    yield f"drafts {found.drafts:,}, delivered {found.delivered:,}, budgets {found.budgets:,}"
    yield f"reservations released {found.released:,}"
    yield from (f"{kind.replace('_', ' ')}: {found.found[kind]}" for kind in KINDS)
