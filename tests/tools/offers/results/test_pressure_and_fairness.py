"""Who has had enough messages, and whether offers fall alike."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.ledger import Consent, Ledger, Reservation
from store.shop import Shop
from tests.tools.offers.rewards.books import AT, DAY, Book, campaign, decide, shop_of
from tools.offers.results import contact_pressure, fairness

HOUR = timedelta(hours=1)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    book = Book()
    for place in range(200):
        country, language = ("France", "fr") if place % 2 else ("Germany", "de")
        book.customer(f"c{place:03}", country, language)
    book.customer("c200", None, None)
    opened = shop_of(tmp_path, book)
    yield opened
    opened.close()


def contact(shop: Shop, customer: str, channel: str, at: object, state: str = "held") -> None:
    number = decide(shop, None, customer, "control")
    with shop.ledger.session() as session:
        held = {"decision_id": number, "customer_id": customer, "channel": channel, "contact_at": at, "cents": 1}
        session.add(Reservation(**held, state=state))  # pyright: ignore[reportArgumentType]


def test_who_is_capped_and_until_when(shop: Shop) -> None:
    for channel in ("email", "sms"):
        shop.ledger.add_consents(
            [
                Consent(customer_id=f"c{place:03}", channel=channel, granted=True, at=AT, source="x")
                for place in range(4)
            ]
        )
    contact(shop, "c000", "email", AT - HOUR)
    contact(shop, "c001", "email", AT - 3 * DAY)
    contact(shop, "c001", "email", AT - 2 * DAY, "settled")
    contact(shop, "c002", "email", AT - HOUR, "released")
    contact(shop, "c003", "email", AT - 8 * DAY)
    found = contact_pressure(shop.ledger, AT)
    assert (found.reachable, found.contacted, found.at_cap, found.share) == (4, 2, 2, 0.5)
    assert found.everywhere == 2
    until = {(one.customer_id, one.channel): (one.until, one.reason) for one in found.capped}
    assert until["c000", "email"] == (AT + 23 * HOUR, "cap_day_all")
    assert until["c001", "sms"] == (AT + 4 * DAY, "cap_week_all")
    assert contact_pressure(shop.ledger, AT, "c000").contacted == 1
    assert contact_pressure(shop.ledger, AT, "c002").capped == []


def test_without_rules_nobody_can_be_said_to_be_capped(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path)
    with pytest.raises(WinbackError, match="No catalogue of offers is approved"):
        contact_pressure(ledger, AT)
    ledger.close()


def test_a_country_that_gets_fewer_offers_is_noticed(shop: Shop) -> None:
    number = campaign(shop)
    with shop.ledger.session() as session:
        for place in range(200):
            arm = "treated" if place % 2 == 0 or place % 10 == 1 else "ruled_out"
            decide(session, number, f"c{place:03}", arm, "ten_percent_off", context={"order_value": 50.0})
    decide(shop, number, "c200", "treated", "free_delivery")
    found = fairness(shop, number)
    assert (found.considered, found.offered) == (201, 121)
    groups = {(one.dimension, one.group): one for one in found.groups}
    germany, france = groups["country", "Germany"], groups["country", "France"]
    assert (germany.share, germany.differs) == (1.0, 1)
    assert (france.share, france.differs) == (0.2, -1)
    assert (germany.value, germany.value_each) == (5.0, 5.0)
    assert (france.value, france.value_each) == (5.0, 1.0)
    assert groups["language", "unknown"].value == 3.95
    assert groups["language", "unknown"].differs == 0  # one customer says nothing


def test_equal_treatment_is_not_called_unequal(shop: Shop) -> None:
    number = campaign(shop)
    with shop.ledger.session() as session:
        for place in range(200):
            decide(session, number, f"c{place:03}", "treated" if place % 4 < 2 else "control", "free_delivery")
    found = fairness(shop)
    assert {one.differs for one in found.groups} == {0}
    assert found.share == 0.5


def test_those_held_back_on_purpose_do_not_count(shop: Shop) -> None:
    decide(shop, None, "c000", "holdout")
    assert fairness(shop).considered == 0
    assert fairness(shop).groups == []
