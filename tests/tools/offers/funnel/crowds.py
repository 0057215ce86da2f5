"""Customers, a policy and a catalogue small enough to know what must come out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from store.ledger import Consent, Ledger
from tools.offers.catalogue import Catalogue, decide_catalogue, parse_catalogue, propose_catalogue
from tools.offers.funnel.choice import Choice, Variant, choose
from tools.offers.funnel.crowd import Crowd, gather
from tools.offers.funnel.holds import month_scope
from tools.offers.funnel.record import Signed, record
from tools.offers.funnel.state import State, read_state
from tools.offers.funnel.terms import CHANNELS, Terms
from tools.offers.people import CONTEXT, People

NOW = datetime(2026, 11, 5, 12)
TEXT = """
currency: GBP
monthly_budget: 20000
holdout: {share: 0.1, salt: winback}
contact:
  caps: {all: {day: 1, week: 2}, email: {day: 1, week: 2}, sms: {day: 1, week: 1}}
  complaint_cooldown_days: 14
  cost: {email: 0.01, sms: 0.06, call: 4.00}
offers:
  - {id: ten_percent_off, kind: coupon, name: {en: 10% off, zh: 九折优惠}, percent: 10, cost_most: 15, code: TEN,
     channels: [email, sms, wechat], eligible: {minimum_margin: 0.15}, texts: {en: {any: {subject: Ten, body: ten}}}}
  - {id: twenty_percent_off, kind: coupon, name: {en: 20% off}, percent: 20, minimum_order: 20, cost_most: 25,
     code: TWENTY, channels: [email, sms], eligible: {minimum_margin: 0.25, not_segments: [new]},
     texts: {en: {any: {subject: Twenty, body: twenty}}}}
  - {id: free_delivery, kind: free_shipping, name: {en: Free delivery, zh: 免运费}, cost_amount: 3.95, code: SHIP,
     channels: [email, sms], texts: {en: {any: {subject: Free, body: free}}, de: {any: {subject: Frei, body: frei}}}}
  - {id: early_access, kind: access, name: {en: Early access}, channels: [email], eligible: {minimum_orders: 2},
     texts: {en: {any: {subject: Early, body: early}}}}
  - {id: apology_credit, kind: coupon, name: {en: £8 credit}, amount: 8, code: SORRY, channels: [email, sms],
     eligible: {segments: [unhappy]}, texts: {en: {any: {subject: Sorry, body: sorry}}}}
  - {id: care_call, kind: care_call, name: {en: A call}, channels: [call], eligible: {segments: [unhappy]},
     texts: {en: {call: {body: call}}}}
opt_out:
  email: {en: Unsubscribe, de: Abmelden}
  sms: {en: STOP, de: STOP}
  wechat: {en: TD}
"""
OPEN = {"share: 0.1": "share: 0.0"}  # nobody held out
ONE_SIDE = [Variant(None, "explore", None)]


@dataclass
class Even:
    """Every allowed option has the same chance; an offer gains its column."""

    version: str = "even"
    note: str | None = None

    def gains(self, people: People, catalogue: Catalogue, offers: Sequence[str]) -> Any:
        return np.tile(np.arange(len(offers), dtype=float), (len(people), 1))

    def probabilities(self, gains: Any, allowed: Any, mode: str, fixed: str | None, offers: Sequence[str]) -> Any:
        if mode == "fixed" and fixed:
            column = list(offers).index(fixed)
            chosen = np.where(allowed[:, column], column, 0)
            return np.eye(len(offers))[chosen]
        return allowed / allowed.sum(axis=1, keepdims=True)


def crowd_of(n: int, **changes: Any) -> People:
    """Customers c0, c1… who all may have everything; `changes` are People's fields, or one value for all."""
    usual: dict[str, Any] = {
        "country": "United Kingdom",
        "language": "en",
        "segments": frozenset({"lapsed", "unhappy"}),
        "categories": frozenset({"kitchen"}),
        "margin": 0.5,
        "order_value": 40.0,
        "orders": 5.0,
        "complained_at": None,
        "features": np.ones((n, len(CONTEXT))),
    }
    columns = {name: _column(changes.get(name, value), n) for name, value in usual.items()}
    for name in ("margin", "order_value", "orders"):
        columns[name] = np.array(columns[name], float)
    return People(ids=changes.get("ids", [f"c{nth}" for nth in range(n)]), **columns)


def _column(value: Any, n: int) -> Any:
    return value if isinstance(value, list | np.ndarray) else [value] * n


def terms_for(catalogue: Catalogue | None = None, **changes: Any) -> Terms:
    known: dict[str, Any] = {"version": 1, "policy": Even(), "mode": "explore", "fixed": None}
    rest: dict[str, Any] = {"now": NOW, "as_of": NOW, "zone": "Europe/London"}
    return Terms(**{**known, **rest, "catalogue": catalogue or parse_catalogue(TEXT), **changes})


def changed(*changes: dict[str, str]) -> Catalogue:
    """The catalogue with parts of its text replaced."""
    return parse_catalogue(text_with(*changes))


def text_with(*changes: dict[str, str]) -> str:
    text = TEXT
    for old, new in (pair for change in changes for pair in change.items()):
        assert old in text
        text = text.replace(old, new)
    return text


def ledger_in(home: Path, url: str | None = None, text: str = TEXT) -> Ledger:
    ledger = Ledger.open(home, url)
    decide_catalogue(ledger, propose_catalogue(ledger, text, "ann", NOW), "bob", NOW, approve=True)
    return ledger


def agree(ledger: Ledger, ids: Sequence[str], channels: Sequence[str] = CHANNELS, granted: bool = True) -> None:
    ledger.add_consents(
        Consent(customer_id=one, channel=channel, granted=granted, at=NOW, source="test")
        for one in ids
        for channel in channels
    )


def always(offer: str) -> list[Variant]:
    return [Variant(None, "fixed", offer)]


@dataclass
class Run:
    crowd: Crowd
    state: State
    choice: Choice
    ids: dict[str, int]

    def offers(self) -> dict[str, str]:
        """What the treated got."""
        chosen = zip(self.crowd.people.ids, self.choice.picked, self.choice.of_arm("treated"), strict=True)
        return {who: self.crowd.terms.offers[picked] for who, picked, treated in chosen if treated}


def run(
    ledger: Ledger, people: People, terms: Terms, *, seed: str = "test", budget: int | None = None, **signed: Any
) -> Run:
    """Through the whole funnel into the ledger, as planning does it (campaign and drafts aside)."""
    crowd = gather(people, terms)
    variants = signed.get("variants", ONE_SIDE)
    with ledger.exclusive() as session:
        state = read_state(session, people.ids, terms)
        choice = choose(crowd, state, seed, variants, budget)
        ids = record(session, crowd, state, choice, Signed(None, [month_scope(terms.now)], "test", variants))
    return Run(crowd, state, choice, ids)
