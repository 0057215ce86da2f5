"""One customer on one page: every statement worked out by hand from the small shop."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from store.ledger import Consent, ContactBase, Ledger
from tools.behaviour.profile import customer_profile
from tools.contract import CustomerProfile
from tools.result import ToolError, ToolResult

CONTACTS = {"<email-1>": "Ada@Example.com", "<name-1>": "Lovelace", "<email-2>": "x@y.z"}
SECRETS = ["ada", "lovelace", "example.com"]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    home: Path = tmp_path_factory.mktemp("ledger")
    ledger = Ledger.open(home)
    people = [("c1", "Ada", "ada@example.com"), ("c2", "Bea", "bea@example.com")]
    ledger.add_contacts(
        ContactBase(customer_id=c, first_name=first, last_name="Lovelace", email=email) for c, first, email in people
    )
    moment = datetime(2026, 1, 1)
    wishes = [("email", True), ("push", False), ("sms", True)]
    ledger.add_consents(
        Consent(customer_id="c1", channel=channel, granted=granted, at=moment, source="sign-up")
        for channel, granted in wishes
    )
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def context(make_shop: Any, tables: Any, ledger: Ledger) -> Any:
    return make_shop(*tables, ledger=ledger, contacts=CONTACTS)


@pytest.fixture(scope="module")
def plain_context(make_shop: Any, tables: Any, ledger: Ledger) -> Any:
    """Without insights, events or reviews."""
    return make_shop(tables[0] | {"events": [], "reviews": []}, ledger=ledger)


def ask(context: Any, **arguments: Any) -> ToolResult:
    return customer_profile(context, CustomerProfile(**arguments))


def test_everything_known_is_on_the_page(context: Any) -> None:
    assert ask(context, customer_id="c1").text.splitlines() == [
        "Customer c1, United Kingdom, customer since 2026-01-01.",
        "2 completed orders worth £33.00; average £16.50.",
        "Last order 2026-02-10, 140 days ago; usually every 36 days.",
        "Buys most: White Lantern (2 pieces), Red Mug (1 piece), Blue Mug (1 piece). "
        "By category: home (£20.00), kitchen (£13.00).",
        "1 refund worth £5.00.",
        "In the last 30 days: 1 session, 1 product view, 0 cart adds, 0 checkouts; last seen 2026-06-20.",
        "2 reviews, average rating 4.50, 1 negative.",
        "May be contacted by email or sms; not by push.",
        "Segments: loyal and high_value.",
        "Churn probability 75.0% within 90 days; value at risk £30.00; "
        "signs of leaving: usually orders every 30 days, last order 140 days ago.",
    ]


def test_the_first_cell_is_the_customer(context: Any) -> None:
    artifact = ask(context, order_id="o1").artifact
    assert artifact is not None
    assert artifact.kind == "profile"
    row = dict(zip(artifact.columns, artifact.rows[0], strict=True))
    assert artifact.columns[0] == "customer_id"
    assert (row["customer_id"], row["completed_orders"], row["revenue"], row["usual_gap_days"]) == ("c1", 2, 33.0, 36)


def test_a_shop_without_events_reviews_and_insights(plain_context: Any) -> None:
    lines = ask(plain_context, customer_id="c3").text.splitlines()
    assert lines == [
        "Customer c3, France, customer since 2026-02-01.",
        "1 completed order worth £10.00; average £10.00.",
        "Last order 2026-06-30, 0 days ago.",
        "Buys most: Red Mug (2 pieces). By category: kitchen (£10.00).",
        "1 cancelled order.",
        "No consent to messages is recorded.",
        "Segments: new.",
    ]


def test_a_customer_who_never_bought(context: Any) -> None:
    lines = ask(context, customer_id="c4").text.splitlines()
    assert lines[:3] == [
        "Customer c4, Germany, customer since 2026-03-01.",
        "No completed orders.",
        "No refunds or cancellations.",
    ]
    assert lines[3:] == [
        "No visit is recorded.",
        "No reviews.",
        "No consent to messages is recorded.",
        "Segments: none.",
    ]


def test_what_customers_wrote_stands_apart(context: Any) -> None:
    result = ask(context, customer_id="c1")
    assert [one.line() for one in result.quotes] == [
        'Latest review, 2026-02-25, Blue Mug, 4 of 5: "Fine, but came late"'
    ]
    assert "came late" not in result.text
    assert not ask(context, customer_id="c4").quotes


@pytest.mark.parametrize("written", ["#c1", "customer c1", "C1", "cust C-1", "1"])
def test_ids_as_people_write_them(context: Any, written: str) -> None:
    result = ask(context, customer_id=written)
    assert result.text.startswith("Customer c1, ")
    assert result.text.endswith(f'"{written}" was taken to mean customer c1.')


def test_whose_an_order_is(context: Any) -> None:
    assert ask(context, order_id="order O3").text.endswith("Order o3 is customer c2's.")
    assert ask(context, order_id="o3", customer_id="c2").text.startswith("Customer c2, France")


@pytest.mark.parametrize("token", ["<email-1>", "email-1"])
def test_a_contact_finds_its_customer(context: Any, token: str) -> None:
    text = ask(context, contact=token).text
    assert text.startswith("Customer c1, ")
    assert not any(secret in text.lower() for secret in SECRETS)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "Say which customer: give a customer id, an order id or a contact."),
        ({"customer_id": "c9"}, "There is no customer c9; the nearest ids are c1, c2 and c3."),
        ({"order_id": "o9"}, "There is no order o9; the nearest ids are o1, o2 and o3."),
        (
            {"order_id": "o6"},
            "Order o6 is a guest's, without a customer id: completed, 2026-03-15, £10.00.",
        ),
        (
            {"order_id": "o3", "customer_id": "c1"},
            "Order o3 is customer c2's, not customer c1's; ask for one of the two.",
        ),
        ({"contact": "<name-1>"}, "2 customers match <name-1>: c1 and c2; ask for one of them by id."),
        (
            {"contact": "<email-2>"},
            "No customer has the contact <email-2>; give a customer id or an order id instead.",
        ),
        (
            {"contact": "<email-7>"},
            "That contact is not known in this conversation; give a customer id or an order id instead.",
        ),
    ],
)
def test_what_cannot_be_told_is_one_sentence(context: Any, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ToolError) as problem:
        ask(context, **arguments)
    assert str(problem.value) == sentence
