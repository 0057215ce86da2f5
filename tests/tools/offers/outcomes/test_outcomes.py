"""Outcomes are matched, counted once, and refused with the reason where they cannot be right."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from store.errors import WinbackError
from store.ledger import Budget, Decision, Draft, Outcome, Reservation
from store.shop import Shop
from tests.tools.offers.planned import NOW, drafts, planned
from tools.offers.catalogue import active_catalogue, cents, contact_cost, redemption_cost
from tools.offers.outcomes import OutcomeReport, read_rows, take_outcomes

THEN = NOW + timedelta(days=3)
TODAY = NOW + timedelta(days=20)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with planned(tmp_path, sent=True) as opened:
        yield opened


def _take(shop: Shop, *rows: dict[str, Any], now: datetime = TODAY) -> OutcomeReport:
    return take_outcomes(shop, enumerate(rows, 2), "test", now)


def _coded(shop: Shop) -> Draft:
    return next(one for one in drafts(shop, "exported") if one.code)


def _order(draft: Draft, **changes: Any) -> dict[str, Any]:
    order = {"kind": "order", "at": THEN, "code": draft.code, "order_id": "o-1", "revenue": "80.00"}
    return {**order, **changes}


def test_a_redeemed_code_is_matched_and_settles_what_its_offer_holds(shop: Shop) -> None:
    draft = _coded(shop)
    report = _take(shop, _order(draft))
    _, catalogue = active_catalogue(shop.ledger)
    cost = contact_cost(catalogue, draft.channel) + redemption_cost(catalogue.offer(draft.offer), 80)  # pyright: ignore[reportArgumentType]
    with shop.ledger.session() as session:
        outcome = session.exec(select(Outcome)).one()
        held = session.get_one(Reservation, draft.decision_id)
        month = session.get_one(Budget, f"month:{NOW:%Y-%m}")
        spent = sum(one.spent_cents for one in session.exec(select(Reservation)))  # some lapsed: their contact
    assert (report.matched, report.rejected) == (1, 0)
    assert (outcome.decision_id, outcome.customer_id, outcome.revenue_cents) == (
        draft.decision_id,
        draft.customer_id,
        8000,
    )
    assert (held.state, held.spent_cents, month.spent_cents) == ("settled", cents(cost), spent)


def test_an_order_without_a_code_is_matched_by_customer_and_window_whatever_the_arm(shop: Shop) -> None:
    with shop.ledger.session() as session:
        held = session.exec(select(Decision).where(Decision.arm == "holdout")).first()
    assert held is not None
    row = {"kind": "order", "at": THEN.isoformat(), "customer_id": held.customer_id, "order_id": "o-2", "revenue": 10}
    assert _take(shop, row).matched == 1
    late = {**row, "at": NOW + timedelta(days=45), "order_id": "o-3"}
    report = _take(shop, late, now=NOW + timedelta(days=50))
    assert (report.matched, report.late) == (0, 1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": "NO-SUCHCODE"}, "the code is not known"),
        ({"customer_id": "c999999"}, "the code is another customer's"),
        ({"at": TODAY + timedelta(days=1)}, "it lies in the future"),
        ({"at": "yesterday"}, "at cannot be read"),
        ({"kind": "sold"}, "kind is none of order"),
        ({"kind": ""}, "kind is missing"),
        ({"revenue": "-5"}, "an order with negative revenue"),
        ({"revenue": ""}, "an order without revenue"),
        ({"revenue": "1e400"}, "revenue cannot be read"),
        ({"code": None}, "neither customer_id nor code"),
        ({"code": None, "customer_id": "nobody"}, "no offer was ever decided on"),
    ],
)
def test_what_cannot_be_right_is_refused_and_the_rest_is_kept(shop: Shop, changes: dict[str, Any], reason: str) -> None:
    draft = _coded(shop)
    report = _take(shop, _order(draft, order_id="bad", **changes), _order(draft))
    assert (report.read, report.matched, report.rejected) == (2, 1, 1)
    assert report.rejects[0][:1] == (2,)
    assert report.rejects[0][1].startswith(reason)


def test_an_order_told_twice_counts_once_and_a_contradiction_is_refused(shop: Shop) -> None:
    draft = _coded(shop)
    assert _take(shop, _order(draft), _order(draft)).duplicates == 1
    assert _take(shop, _order(draft, event_id="e7")).duplicates == 1
    report = _take(shop, _order(draft, revenue="81.00"))
    assert list(report.reasons) == ["it contradicts what was told before of the same event or order"]
    with shop.ledger.session() as session:
        assert [one.revenue_cents for one in session.exec(select(Outcome))] == [8000]


def test_a_refunded_order_costs_only_the_contact(shop: Shop) -> None:
    draft = _coded(shop)
    _take(shop, _order(draft), {**_order(draft), "kind": "refund", "at": THEN + timedelta(days=1)})
    _, catalogue = active_catalogue(shop.ledger)
    with shop.ledger.session() as session:
        spent = session.get_one(Reservation, draft.decision_id).spent_cents
    assert spent == cents(contact_cost(catalogue, draft.channel))


def test_an_offer_without_a_code_is_used_with_the_first_order_that_is_large_enough(shop: Shop) -> None:
    _, catalogue = active_catalogue(shop.ledger)
    draft = next(one for one in drafts(shop, "exported") if one.offer == "double_points")
    row = {"kind": "order", "at": THEN, "customer_id": draft.customer_id, "revenue": 80}
    _take(shop, {**row, "order_id": "o-1"}, {**row, "order_id": "o-2", "revenue": 20, "at": THEN + timedelta(days=1)})
    offer, contact = catalogue.offer(draft.offer), contact_cost(catalogue, draft.channel)
    with shop.ledger.session() as session:
        held = session.get_one(Reservation, draft.decision_id)
    assert (held.state, held.spent_cents) == ("settled", cents(contact + redemption_cost(offer, Decimal(80))))
    assert held.spent_cents > cents(contact)


@pytest.mark.parametrize("kind", ["unsubscribe", "bounce"])
def test_who_does_not_want_to_be_written_to_is_not(shop: Shop, kind: str) -> None:
    draft = _coded(shop)
    row = {"kind": kind, "at": THEN, "code": draft.code}
    assert _take(shop, row).unsubscribed == 1
    assert shop.ledger.consent_of(draft.customer_id)[draft.channel] is False
    assert _take(shop, row).duplicates == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(12)), cut=st.integers(0, 12))
def test_the_order_and_the_number_of_files_make_no_difference(shop: Shop, order: list[int], cut: int) -> None:
    chosen = [one for one in drafts(shop, "exported") if one.code][:4]
    rows = [_order(one, order_id=f"o-{one.id}", event_id=f"e-{one.id}-{nth}") for one in chosen for nth in range(3)]
    shuffled = [rows[at] for at in order]
    _take(shop, *shuffled[:cut])
    _take(shop, *shuffled[cut:])
    with shop.ledger.session() as session:
        assert sorted(one.order_id or "" for one in session.exec(select(Outcome))) == sorted(
            f"o-{one.id}" for one in chosen
        )


def test_files_are_read_whatever_their_kind(tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.DataFrame({"Kind": ["order"], "At": ["2026-07-04"], "Customer ID": ["c000001"], "revenue": ["5.00"]})
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    for name in ("a.csv", "a.parquet", "a.xlsx"):
        ((line, row),) = read_rows(tmp_path / name)
        assert (line, row["customer_id"], str(row["revenue"])) == (2, "c000001", "5.00")


@pytest.mark.parametrize("content", ["", "kind,when\norder,today\n", "PAR1"])
def test_a_file_that_is_no_table_of_outcomes_is_told_in_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / ("x.parquet" if content == "PAR1" else "x.csv")
    path.write_text(content)
    with pytest.raises(WinbackError, match=r"cannot be read as a table|lacks columns"):
        read_rows(path)
