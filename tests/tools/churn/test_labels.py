"""Outcomes after a cut-off."""

from datetime import datetime, timedelta

import pytest

from tests.tools.churn.shops import Rows, opened
from tools.churn.labels import outcomes

T = datetime(2025, 6, 1)
DAY = timedelta(days=1)


def order(number, who, at, status="completed", total=10.0):
    return (f"o{number}", who, at, None, status, total, None)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    orders = [
        order(1, "stays", T - 5 * DAY),
        order(2, "stays", T + 3 * DAY, total=7.5),
        order(3, "stays", T + 30 * DAY, total=None),
        order(4, "stays", T + 30 * DAY + timedelta(seconds=1), total=99),
        order(5, "leaves", T, total=None),
        order(6, "leaves", T + 2 * DAY, status="cancelled"),
        order(7, "leaves", T + 2 * DAY, status="refunded", total=-10),
        order(8, "leaves", T + 2 * DAY, total=0),
        order(9, "comes", T + 1 * DAY),
        order(10, "cancels", T - 1 * DAY, status="cancelled"),
        order(11, "returns only", T - 1 * DAY, status="refunded", total=-10),
        order(12, None, T - 1 * DAY),
        order(13, "old", T - 300 * DAY),
        order(14, "old", T + 30 * DAY, total=5),
    ]
    return opened(tmp_path_factory.mktemp("labels"), Rows(orders=orders))


def rows(table):
    return {row.pop("customer_id"): row for row in table.to_pyarrow().to_pylist()}


def test_only_purchases_within_the_horizon_count(shop):
    assert rows(outcomes(shop, T, 30)) == {
        "stays": {"orders": 2, "spend": 7.5, "next_order_days": 3},
        "leaves": {"orders": 0, "spend": 0.0, "next_order_days": None},
        "old": {"orders": 1, "spend": 5.0, "next_order_days": 30},
    }


def test_the_last_day_of_a_shorter_horizon_is_not_passed(shop):
    assert rows(outcomes(shop, T, 29))["old"]["orders"] == 0


def test_customers_of_the_history_asked_for(shop):
    assert set(rows(outcomes(shop, T, 30, history_days=100))) == {"stays", "leaves"}


def test_customers_asked_for(shop):
    some = shop.table("orders").filter(lambda t: t.customer_id == "old").select("customer_id")
    assert set(rows(outcomes(shop, T, 30, customers=some))) == {"old"}
