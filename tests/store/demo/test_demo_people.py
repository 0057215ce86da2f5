"""The people behind the customers: in the ledger, reachable by nobody, and nowhere in the facts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.demo.contacts import DOMAINS, phone
from store.demo.process import COUNTRIES
from store.ledger import Consent, Contact, Ledger

Query = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def contacts(small_home: Path) -> list[Contact]:
    with Ledger.open(small_home).session() as session:
        return list(session.exec(select(Contact)))


def test_everybody_has_a_contact(contacts: list[Contact], small: Query) -> None:
    assert {contact.customer_id for contact in contacts} == {
        row[0] for row in small("SELECT customer_id FROM customers")
    }
    assert all(contact.first_name and contact.last_name and contact.phone for contact in contacts)


def test_addresses_are_unique_and_reserved(contacts: list[Contact]) -> None:
    addresses = [contact.email or "" for contact in contacts]
    assert len(set(addresses)) == len(addresses)
    assert all(re.fullmatch(rf"[a-z]+\.[a-z]+\d+@({'|'.join(DOMAINS)})", address) for address in addresses)


def test_names_suit_the_language(contacts: list[Contact]) -> None:
    chinese = [contact for contact in contacts if (contact.locale or "").startswith("zh")]
    assert chinese
    assert all(re.fullmatch("[一-鿿]{1,2}", contact.last_name or "") for contact in chinese)
    assert {(contact.locale or "")[:2] for contact in contacts} >= {"en", "zh", "de", "fr"}


def test_a_contact_is_found_by_address_phone_and_name(contacts: list[Contact], small_home: Path) -> None:
    ledger = Ledger.open(small_home)
    for contact in contacts[::20]:
        for value in (contact.email, contact.phone, f"{contact.first_name} {contact.last_name}"):
            assert contact.customer_id in ledger.customers_by_contact(value or "")


@pytest.mark.parametrize("country", [country.name for country in COUNTRIES])
def test_numbers_do_not_repeat_early(country: str) -> None:
    numbers = [phone(country, number) for number in range(1, 5001)]
    assert len(set(numbers)) == 5000


def test_numbers_stay_in_the_reserved_ranges() -> None:
    ofcom = re.compile(r"\+44 (7700 900|1\d\d 496 0|20 7946 0|29 2018 0|191 498 0)\d{3}")
    assert all(ofcom.fullmatch(phone("United Kingdom", number)) for number in range(1, 20_000))
    assert all(re.fullmatch(r"\+1 \d{3} 555 01\d\d", phone("United States", number)) for number in range(1, 9000))


def test_consent_is_known_per_channel(small_home: Path, small: Query) -> None:
    with Ledger.open(small_home).session() as session:
        consents = list(session.exec(select(Consent)))
    assert {consent.channel for consent in consents} == {"email", "sms", "push", "call", "wechat"}
    granted = [consent.granted for consent in consents]
    assert 0.2 < sum(granted) / len(granted) < 0.7
    chinese = {row[0] for row in small("SELECT customer_id FROM customers WHERE country = 'China'")}
    assert {consent.customer_id for consent in consents if consent.channel == "wechat"} == chinese


def test_facts_hold_no_address_phone_or_full_name(contacts: list[Contact], small: Query) -> None:
    texts = [
        str(value) for table in ("customers", "orders", "products") for row in small(f"FROM {table}") for value in row
    ]
    texts += [
        text for (text,) in small("SELECT text FROM reviews UNION ALL SELECT query FROM events WHERE query IS NOT NULL")
    ]
    everything = "\n".join(texts)
    for contact in contacts:
        assert (contact.email or "") not in everything
        assert (contact.phone or "") not in everything
        assert f"{contact.first_name} {contact.last_name}" not in everything
    assert "@" not in everything
