"""What a catalogue must not be, and who may put it in force."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.ledger import Ledger
from tests.tools.offers.funnel.crowds import TEXT
from tools.offers.catalogue import (
    active_catalogue,
    contact_cost,
    decide_catalogue,
    install_demo_catalogue,
    max_cost,
    parse_catalogue,
    propose_catalogue,
    redemption_cost,
)
from tools.offers.catalogue.demo import demo_catalogue

NOW = datetime(2026, 11, 5, 12)

WRONG = [
    ("percent: 10,", "percent: -10,", "Offer ten_percent_off: percent is -10"),
    ("percent: 20,", "percent: 120,", "Offer twenty_percent_off: percent is 120"),
    (", cost_most: 25", "", "Offer twenty_percent_off costs a share of the order, so it needs cost_most"),
    ("cost_amount: 3.95", "cost_amount: -1", "Offer free_delivery: cost_amount is -1"),
    ("amount: 8,", "amount: 8.005,", "Offer apology_credit: amount is 8.005"),
    ("amount: 8,", "amount: 8, minimum_order: 5,", "Offer apology_credit takes off 8"),
    ("amount: 8,", "", "Offer apology_credit is a coupon and needs either percent or amount"),
    ("kind: access", "kind: coupon, percent: 10, cost_most: 9", "Offers ten_percent_off and early_access overlap"),
    ("id: early_access", "id: free_delivery", "Offer free_delivery stands in the catalogue twice"),
    ("code: TWENTY", "code: TEN", "have the same code prefix TEN"),
    ("code: TWENTY", "code: ten!", "Offer twenty_percent_off: code is ten!"),
    ("{en: {any: {subject: Ten, body: ten}}}", "{}", "Offer ten_percent_off has no text in any language"),
    ("texts: {en: {any: {subject: Ten", "languages: [fr], texts: {en: {any: {subject: Ten", "has no text in fr"),
    ("{subject: Ten, body: ten}", "{body: ten}", "Offer ten_percent_off has no subject for its en e-mail"),
    ("{any: {subject: Ten, body: ten}}", "{sms: {body: ten}}", "Offer ten_percent_off has no en text for email"),
    ("{en: Unsubscribe, de", "{de", "There is no en opt-out line for email"),
    ("name: {en: Early access}", "name: {zh: 优先}", "Offer early_access has no English name"),
    ("segments: [unhappy]}, texts: {en: {any", "segments: [unhapy]}, texts: {en: {any", "unknown segment unhapy"),
    ("minimum_orders: 2", "countries: [Atlantis]", "Offer early_access names an unknown country Atlantis"),
    ("kind: access", "kind: access, starts: 2026-12-01, ends: 2026-11-01", "ends on 2026-11-01, before it starts"),
    ("channels: [call]", "channels: [call, sms]", "its only channel must be call"),
    ("channels: [call]", "channels: [pigeon]", "Offer care_call: channels.0 is pigeon"),
    ("caps: {all: {day: 1, week: 2}, ", "caps: {", "The catalogue lacks contact.caps.all"),
    ("sms: {day: 1, week: 1}", "sms: {day: 2, week: 1}", "contact.caps.sms allows 2 contacts a day but 1 a week"),
    ("share: 0.1", "share: 1.5", "holdout.share is 1.5"),
    ("monthly_budget: 20000", "monthly_budget: -1", "monthly_budget is -1"),
    ("currency: GBP", "currency: pounds", "currency is pounds"),
    ("currency: GBP", "curency: GBP", "The catalogue lacks currency"),
    ("monthly_budget: 20000", "monthly_budget: &a 20000\nwindow_days: *a", "YAML aliases"),
    ("offers:", "offers: [", "not valid YAML in line"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), WRONG)
def test_a_catalogue_that_does_not_hold_is_refused_in_one_sentence(right: str, wrong: str, sentence: str) -> None:
    assert right in TEXT
    with pytest.raises(WinbackError) as refused:
        parse_catalogue(TEXT.replace(right, wrong))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["", "- a\n- b", "42", "a: b", "!!python/object/apply:os.system ['true']", "x" * 600_000]
)
def test_what_is_no_catalogue_at_all_is_refused(text: str) -> None:
    with pytest.raises(WinbackError):
        parse_catalogue(text)


@pytest.mark.parametrize(
    "apart",
    [
        "ends: 2026-11-30, percent: 10, cost_most: 9",
        "eligible: {countries: [FR]}, percent: 10, cost_most: 9",
        "eligible: {segments: [new]}, percent: 10, cost_most: 9",
    ],
)
def test_the_same_terms_may_be_offered_at_another_time_or_to_others(apart: str) -> None:
    mine = "starts: 2026-12-01, eligible: {minimum_margin: 0.15, countries: [GB], not_segments: [new]}"
    text = TEXT.replace("eligible: {minimum_margin: 0.15}", mine)
    words = "name: {en: Twin}, channels: [email], texts: {en: {any: {subject: A, body: a}}}"
    twin = f"{{id: twin, kind: coupon, {words}, {apart}}}"
    parse_catalogue(text.replace("offers:\n", f"offers:\n  - {twin}\n"))


def test_costs_are_whole_cents_and_bounded() -> None:
    catalogue = parse_catalogue(TEXT)
    twenty, free, credit = (catalogue.offer(one) for one in ("twenty_percent_off", "free_delivery", "apology_credit"))
    assert redemption_cost(twenty, Decimal("33.33")) == Decimal("6.67")
    assert redemption_cost(twenty, Decimal(1000)) == Decimal("25.00")
    assert redemption_cost(twenty, Decimal(-5)) == 0
    assert redemption_cost(free, Decimal(10)) == Decimal("3.95")
    assert redemption_cost(credit, Decimal(10)) == Decimal(8)
    assert max_cost(catalogue, twenty, "sms") == Decimal("25.06")
    assert max_cost(catalogue, "apology_credit", "email") == Decimal("8.01")
    assert max_cost(catalogue, "nothing", "email") == 0
    assert max_cost(catalogue, "care_call", "call") == Decimal("4.00")
    assert contact_cost(catalogue, "push") == 0


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.open(tmp_path)


def test_nobody_puts_in_force_what_they_proposed(ledger: Ledger) -> None:
    with pytest.raises(WinbackError, match="winback campaign offers propose"):
        active_catalogue(ledger)
    version = propose_catalogue(ledger, TEXT, "ann", NOW)
    with pytest.raises(WinbackError, match="somebody else"):
        decide_catalogue(ledger, version, " Ann ", NOW, approve=True)
    with pytest.raises(WinbackError, match="No catalogue"):
        active_catalogue(ledger)
    decide_catalogue(ledger, version, "bob", NOW, approve=True)
    assert active_catalogue(ledger)[0] == version
    with pytest.raises(WinbackError, match="approved already"):
        decide_catalogue(ledger, version, "carl", NOW, approve=False)


def test_the_latest_approved_one_is_in_force(ledger: Ledger) -> None:
    first, second, third = (propose_catalogue(ledger, TEXT, "ann", NOW) for _ in range(3))
    decide_catalogue(ledger, second, "bob", NOW, approve=True)
    decide_catalogue(ledger, third, "bob", NOW, approve=False, reason="too dear")
    assert active_catalogue(ledger)[0] == second
    with pytest.raises(WinbackError, match="came after 1"):
        decide_catalogue(ledger, first, "bob", NOW, approve=True)
    with pytest.raises(WinbackError, match="no catalogue 9"):
        decide_catalogue(ledger, 9, "bob", NOW, approve=True)
    with pytest.raises(WinbackError):
        propose_catalogue(ledger, TEXT.replace("percent: 10,", "percent: 101,"), "ann", NOW)


def test_the_demo_has_the_offers_whose_effect_is_known_and_a_care_call(ledger: Ledger) -> None:
    from store.demo.offers import OFFERS

    install_demo_catalogue(ledger, NOW)
    install_demo_catalogue(ledger, NOW)
    version, catalogue = active_catalogue(ledger)
    assert version == 1
    assert {offer.id for offer in catalogue.offers} == {*OFFERS, "care_call"}
    assert parse_catalogue(demo_catalogue()) == catalogue
