"""The default horizon, and what a shop must hold."""

from datetime import datetime, timedelta

import pytest

from tests.tools.churn.shops import Rows, opened
from tools.churn.horizon import data_floor, default_horizon

T = datetime(2025, 12, 1)


def shop(home, days_by_customer):
    orders = []
    for who, days in days_by_customer.items():
        for day in days:
            orders.append((f"o{len(orders)}", who, T - timedelta(days=day), None, "completed", 10, None))
    return opened(home, Rows(orders=orders))


def test_nine_in_ten_gaps_end_within_it(tmp_path):
    customers = {f"fast{n}": [300, 320, 340, 360, 380, 400, 420] for n in range(20)}
    customers |= {f"slow{n}": [420, 500, 600] for n in range(5)}
    # 120 gaps of 20 days, then 5 of 80 and 5 of 100: the ninth tenth is 20 days, three weeks
    assert default_horizon(shop(tmp_path, customers), T) == 21


def test_slow_shops_get_a_longer_one_but_at_most_a_third_of_their_history(tmp_path):
    warehouse = shop(tmp_path, {f"c{n}": [10, 180, 350] for n in range(9)})
    assert default_horizon(warehouse, T) == 117
    assert default_horizon(warehouse, T - timedelta(days=170)) == (350 - 170 + 1) // 3


@pytest.mark.parametrize(("days", "expected"), [([0], 14), ([400], 91)])
def test_nobody_came_twice(tmp_path, days, expected):
    assert default_horizon(shop(tmp_path, {"a": days, "b": days, "c": days}), T) == expected


def test_later_orders_are_not_looked_at(tmp_path):
    warehouse = shop(tmp_path, {f"c{n}": [1, 2, 3, 400, 500] for n in range(9)})
    assert default_horizon(warehouse, T - timedelta(days=200)) == (500 - 200 + 1) // 3


def test_the_floor_is_told_in_one_sentence(tmp_path):
    warehouse = shop(tmp_path, {"a": [3], "b": [1], "c": [2]})
    assert data_floor(warehouse, T, 30) == (
        "A model of this shop's own needs at least 200 customers who have bought, 50 who have bought again and 60 days "
        "of orders; up to 2025-12-01 there are 3, 0 and 4."
    )


def test_a_shop_with_enough_lacks_nothing(tmp_path):
    warehouse = shop(tmp_path, {f"c{n}": [5, 90] if n < 50 else [70] for n in range(200)})
    assert data_floor(warehouse, T, 30) is None
    assert data_floor(warehouse, T, 60) is not None
