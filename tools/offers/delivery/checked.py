"""Whether an approved draft may still be sent: everything is looked at again at the moment of sending."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from store.ledger import Consent, Contact, Draft
from store.shop import Shop
from tools.offers.catalogue import Catalogue, active_catalogue
from tools.offers.delivery.people import Countries
from tools.offers.funnel.caps import capped_until
from tools.offers.funnel.hours import first_moment, zones_of
from tools.offers.holdout import held_out

PHONED = ("sms", "call", "wechat")


@dataclass(frozen=True)
class Verdict:
    """`withdraw` says why a draft can never be sent, `defer` why not yet; else it may go out from `moment` on."""

    moment: datetime
    withdraw: str | None = None
    defer: str | None = None


class Checker:
    """Checks drafts against the rules in force at `now`. With `waits` a draft in quiet hours goes out all the same, to
    whoever sends it at `moment`; without, it is deferred."""

    def __init__(self, shop: Shop, now: datetime, *, waits: bool) -> None:
        self._now, self._waits, self._zone = now, waits, shop.timezone
        _version, self._catalogue = active_catalogue(shop.ledger)
        self._countries = Countries(shop.warehouse)

    def check(self, session: Session, draft: Draft) -> Verdict:
        """Call in `exclusive`."""
        reason = self._never(session, draft)
        if reason:
            return Verdict(self._now, withdraw=reason)
        if draft.valid_until is not None and draft.valid_until <= self._now:
            return Verdict(self._now, withdraw="the offer has ended")
        zones = zones_of(self._countries.of(draft.customer_id), self._zone)
        moment = first_moment(self._now, zones, self._catalogue.contact.quiet_hours)
        if moment is None or (moment > self._now and not self._waits):
            return Verdict(self._now, defer="quiet hours where the customer lives")
        if draft.valid_until is not None and draft.valid_until <= moment:
            return Verdict(moment, withdraw="the offer ends before it may be sent")
        caps = self._catalogue.contact.caps
        full = capped_until(session, caps, draft.customer_id, draft.channel, moment, draft.decision_id)
        if full is not None:
            return Verdict(moment, defer="the customer has had as many contacts as allowed")
        return Verdict(moment)

    def _never(self, session: Session, draft: Draft) -> str | None:
        consent = session.get(Consent, (draft.customer_id, draft.channel))
        if consent is None or not consent.granted:
            return f"no consent to {draft.channel} any more"
        if held_out(self._catalogue.holdout, [draft.customer_id])[0]:
            return "the customer is in the holdout"
        if not _offered(self._catalogue, draft.offer, self._now):
            return "the offer is not in the catalogue any more"
        contact = session.get(Contact, draft.customer_id)
        if address(contact, draft) is None:
            return f"no address for {draft.channel}"
        return None


def address(contact: Contact | None, draft: Draft) -> str | None:
    """Where a draft goes: an e-mail address, a phone number, or for push the customer's id."""
    if draft.channel == "push":
        return draft.customer_id
    if contact is None:
        return None
    return (contact.phone if draft.channel in PHONED else contact.email) or None


def _offered(catalogue: Catalogue, offer: str, now: datetime) -> bool:
    found = {one.id: one for one in catalogue.offers}.get(offer)
    return found is not None and (found.ends is None or now.date() <= found.ends)
