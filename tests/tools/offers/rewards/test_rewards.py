"""What counts as having come of a decision, order by order."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from store.shop import Shop
from tests.tools.offers.rewards.books import AT, DAY, Book, campaign, decide, report, shop_of
from tools.offers.rewards import Rewards, rewards

LATER = AT + 60 * DAY
Make = Callable[..., Shop]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    opened: list[Shop] = []

    def one(book: Book, as_of: datetime = AT + 40 * DAY) -> Shop:
        opened.append(shop_of(tmp_path, book, as_of))
        return opened[-1]

    yield one
    for shop in opened:
        shop.close()


def book_of(*customers: str) -> Book:
    book = Book()
    for one in customers:
        book.customer(one)
    return book


def row(found: Rewards, customer: str) -> dict[str, float]:
    (place,) = np.flatnonzero(found.customer_id == customer)
    names = ("orders", "revenue", "margin", "cost", "reward", "before")
    return {name: float(getattr(found, name)[place]) for name in names}


def test_orders_in_the_window_count_in_every_arm_alike(make: Make) -> None:
    book = book_of("a", "b", "c")
    for one in ("a", "b", "c"):
        book.order(one, 0, "thing")  # at the very moment: not yet after it
        book.order(one, 0.5, "thing", "thing")
        book.order(one, 30, "thing")  # the window's last moment
        book.order(one, 30.01, "thing")
        book.order(one, 3, "thing", status="cancelled")
        book.order(one, 4, "thing", status="refunded")
    shop = make(book)
    number = campaign(shop)
    decide(shop, number, "a", offer="early_access", code=None)
    decide(shop, number, "b", "control")
    decide(shop, number, "c", "holdout")
    decide(shop, number, "a", "ruled_out")
    found = rewards(shop, LATER)
    assert found.arm.tolist() == ["treated", "control", "holdout"]
    assert found.orders.tolist() == [2, 2, 2]
    assert found.revenue.tolist() == [30, 30, 30]
    assert found.margin.tolist() == [18, 18, 18]
    assert found.cost.tolist() == [0.01, 0, 0]  # the contact
    assert found.matured.all()
    assert found.known_until.tolist() == [AT + 40 * DAY] * 3


def test_an_order_in_the_facts_and_in_a_report_counts_once(make: Make) -> None:
    book = book_of("a")
    book.order("a", 5, "thing", number="x1")
    book.order("a", 6, "thing", status="refunded", number="x2")
    shop = make(book)
    first = decide(shop, campaign(shop), "a")
    report(shop, "a", 5, order="x1", revenue=99900, code="C1", decision=first)
    report(shop, "a", 6, order="x2", revenue=5000)  # the facts know better
    report(shop, "a", 7, order="x3", revenue=2000, margin=500)
    report(shop, "a", 7, order="x3", revenue=2000, margin=500)
    found = row(rewards(shop, LATER), "a")
    assert found["orders"] == 2
    assert found["revenue"] == 30
    assert found["margin"] == 11
    assert found["cost"] == 1.01  # a tenth of the order that the code came with, and the contact


def test_a_margin_not_reported_is_the_customers_usual_share_or_the_shops(make: Make) -> None:
    shop = make(book_of("a", "b"))
    number = campaign(shop)
    decide(shop, number, "a", "control", context={"margin": 0.25})
    decide(shop, number, "b", "holdout")
    report(shop, "a", 1, order="y1", revenue=1000)
    report(shop, "b", 1, order="y2", revenue=1000)
    found = rewards(shop, LATER)
    assert found.margin.tolist() == [2.5, 6.0]
    assert (found.margin_share, found.assumed) == (0.6, False)


def test_lines_without_a_cost_earn_the_shops_usual_share(make: Make) -> None:
    book = book_of("a")
    book.order("a", 1, "thing", "riddle")
    shop = make(book)
    decide(shop, campaign(shop), "a", "control")
    assert row(rewards(shop, LATER), "a")["margin"] == pytest.approx(12)


def test_a_shop_without_costs_says_that_its_margin_is_a_guess(make: Make) -> None:
    book = book_of("a")
    book.rows["products"] = [(*product[:4], None) for product in book.rows["products"]]
    book.order("a", 1, "thing")
    shop = make(book)
    decide(shop, campaign(shop), "a", "control")
    found = rewards(shop, LATER)
    assert found.assumed
    assert found.margin[0] == pytest.approx(10 * found.margin_share)


def test_refunds_take_off_what_was_given_back(make: Make) -> None:
    book = book_of("a", "b")
    book.order("a", 2, "thing", "thing", number="x1")
    shop = make(book)
    number = campaign(shop)
    decide(shop, number, "a", "control")
    decide(shop, number, "b", "control")
    report(shop, "a", 50, kind="refund", order="x1", revenue=-500)
    report(shop, "b", 3, order="x2", revenue=1000, margin=700)
    report(shop, "b", 4, kind="refund", order="x2", revenue=None)
    found = rewards(shop, LATER)
    assert row(found, "a")["revenue"] == 15
    assert row(found, "a")["margin"] == 9
    assert row(found, "b") | {"before": 0} == dict.fromkeys(
        ("orders", "revenue", "margin", "cost", "reward", "before"), 0
    )


def test_a_draft_that_never_went_out_costs_nothing_and_is_not_sent(make: Make) -> None:
    shop = make(book_of("a", "b", "c", "d"))
    number = campaign(shop)
    for customer, draft in (("a", "rejected"), ("b", "approved"), ("c", "exported")):
        decide(shop, number, customer, draft=draft)
    decide(shop, number, "d", delivery="failed")
    found = rewards(shop, LATER)
    assert found.sent.tolist() == [False, False, True, False]
    assert found.cost.tolist() == [0, 0, 0.01, 0]


def test_a_percentage_costs_no_more_than_its_most_and_a_code_is_used_once(make: Make) -> None:
    shop = make(book_of("a"))
    first = decide(shop, campaign(shop), "a")
    report(shop, "a", 1, order="y1", revenue=50000, code="C1", decision=first)
    report(shop, "a", 2, order="y2", revenue=50000, code="C1", decision=first)
    assert row(rewards(shop, LATER), "a")["cost"] == 15.01


def test_points_need_no_code_they_come_with_the_first_order_in_time(make: Make) -> None:
    book = book_of("a", "b")
    book.order("a", 5, "thing")
    book.order("a", 6, "thing")
    book.order("b", 25, "thing")  # valid for 20 days
    shop = make(book)
    number = campaign(shop)
    decide(shop, number, "a", offer="double_points", code=None)
    decide(shop, number, "b", offer="double_points", code=None)
    found = rewards(shop, LATER)
    assert found.used.tolist() == [True, False]
    assert found.cost.tolist() == [0.21, 0.01]


def test_before_its_window_is_over_a_decision_is_known_in_part(make: Make) -> None:
    book = book_of("a")
    book.order("a", 3, "thing")
    book.order("a", 20, "thing")
    shop = make(book)
    decide(shop, campaign(shop), "a", "control")
    young = rewards(shop, AT + 10 * DAY)
    assert (young.orders.tolist(), young.matured.tolist(), young.observed_days.tolist()) == ([1], [False], [10.0])
    old = rewards(shop, LATER)
    assert (old.orders.tolist(), old.matured.tolist(), old.observed_days.tolist()) == ([2], [True], [30.0])
    assert rewards(shop, LATER, window_days=5).orders.tolist() == [1]


def test_reports_make_orders_known_beyond_the_facts(make: Make) -> None:
    shop = make(book_of("a"), as_of=AT - DAY)
    mine = decide(shop, campaign(shop), "a", "control")
    assert rewards(shop, LATER).observed_days.tolist() == [0.0]
    report(shop, "a", 12, order="y1", received=AT + 29 * DAY, decision=mine)
    assert not rewards(shop, LATER).matured.any()
    report(shop, "z", 12, order="z1", received=AT + 31 * DAY)  # whoever reports one shop order reports them all
    found = rewards(shop, LATER)
    assert found.matured.all()
    assert found.orders.tolist() == [1]


def test_what_is_reported_of_one_campaign_says_nothing_of_another(make: Make) -> None:
    shop = make(book_of("a", "b"), as_of=AT - DAY)
    first = decide(shop, campaign(shop), "a", "control")
    decide(shop, campaign(shop, "Other"), "b", "control")
    report(shop, "a", 12, order="y1", received=AT + 31 * DAY, decision=first)
    assert rewards(shop, LATER).matured.tolist() == [True, False]


def test_margin_before_is_of_two_windows_up_to_what_was_known(make: Make) -> None:
    book = book_of("a", "b")
    for days in (-61, -59, -1):
        book.order("a", days, "thing")
    shop = make(book)
    number = campaign(shop)
    decide(shop, number, "a", "control")
    decide(shop, number, "b", "control")
    assert rewards(shop, LATER).before.tolist() == [12, 0]
    assert np.isnan(rewards(shop, LATER, window_days=200).before).all()  # longer than the shop's history


def test_one_campaigns_rows_are_the_same_alone(make: Make) -> None:
    book = book_of("a", "b")
    book.order("a", 3, "thing")
    shop = make(book)
    first, second = campaign(shop), campaign(shop, "Other")
    decide(shop, first, "a", "control")
    decide(shop, second, "a", "control")
    decide(shop, None, "b", "control")
    report(shop, "a", 4, order="y1", revenue=1000)
    both, alone = rewards(shop, LATER), rewards(shop, LATER, campaign_id=second)
    assert both.campaign_id.tolist() == [first, second, 0]
    assert both.orders.tolist() == [2, 2, 0]  # an order counts for every decision whose window it lies in
    assert row(alone, "a") == {name: float(getattr(both, name)[1]) for name in row(alone, "a")}


def test_nothing_decided_gives_no_rows(make: Make) -> None:
    assert len(rewards(make(book_of("a")), LATER)) == 0
