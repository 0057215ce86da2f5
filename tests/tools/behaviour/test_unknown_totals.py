"""A transaction log without amounts: orders and customers are counted, and no money is invented."""

from pathlib import Path

import pytest

from store.loading import load
from store.shop import Shop
from tools.behaviour.profile import customer_profile
from tools.behaviour.query_metric import query_metric
from tools.context import Actor, ToolContext
from tools.contract import CustomerProfile, QueryMetric
from tools.result import ToolError


@pytest.fixture
def log(tmp_path: Path) -> ToolContext:
    source = tmp_path / "log.csv"
    source.write_text("cust,date\n1,2020-01-01\n1,2020-01-09\n2,2020-01-05\n", "utf-8")
    load(source, tmp_path / "home")
    shop = Shop.open(tmp_path / "home")
    return ToolContext(shop, Actor("test", "marketer"), shop.as_of)


def test_orders_are_counted_and_placed(log: ToolContext) -> None:
    assert query_metric(log, QueryMetric(metric="orders")).text == "Orders, all time: 3."
    assert "Refund rate, all time: 0.0%" in query_metric(log, QueryMetric(metric="refund_rate")).text


@pytest.mark.parametrize("metric", ["revenue", "average_order_value", "gmv"])
def test_money_is_not_known(log: ToolContext, metric: str) -> None:
    with pytest.raises(ToolError, match="orders have no amounts"):
        query_metric(log, QueryMetric(metric=metric))


def test_nobody_is_among_the_highest_spenders(log: ToolContext) -> None:
    assert "high_value" not in query_metric(log, QueryMetric(metric="customers", group_by="segment")).text


def test_a_profile_says_so(log: ToolContext) -> None:
    result = customer_profile(log, CustomerProfile(customer_id="1"))
    assert "2 completed orders; what they were worth is not known." in result.text
    assert "Buys most: unknown (2 pieces)." in result.text
