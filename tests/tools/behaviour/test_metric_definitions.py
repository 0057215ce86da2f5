"""The definitions are complete, figures are rounded as people expect, and segment rules hold at their edges."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.behaviour import segments
from tools.behaviour.compute import Filter, Question, compute
from tools.behaviour.metrics import metrics
from tools.behaviour.sources import SOURCES
from tools.behaviour.wording import counted, figure, listed, money, plain
from tools.contract import QueryMetric
from training.retell import LABELS

TODAY = datetime(2026, 6, 30, 12)


def test_every_metric_of_the_contract_is_defined() -> None:
    described = QueryMetric.model_fields["metric"].description or ""
    assert list(metrics()) == described.replace(" or ", ", ").split(", ")


def test_labels_and_units_are_those_the_bundled_model_retells() -> None:
    defined = {key: (metric.label, metric.label_zh, metric.unit) for key, metric in metrics().items()}
    assert defined == LABELS


@pytest.mark.parametrize("metric", metrics().values(), ids=lambda metric: metric.key)
def test_a_definition_is_a_sentence_on_known_rows(metric: Any) -> None:
    assert metric.definition[0].isupper()
    assert metric.definition.endswith(".")
    assert "\n" not in metric.definition
    assert metric.source in SOURCES


@pytest.mark.parametrize(
    ("value", "unit", "currency", "told"),
    [
        (Decimal("1234.5"), "money", "GBP", "£1,234.50"),
        (Decimal("0.125"), "money", "EUR", "€0.13"),
        (Decimal("-12.5"), "money", "USD", "-$12.50"),
        (1234.5, "money", "CHF", "CHF 1,234.50"),
        (1234.5, "money", "XXX", "1,234.50"),
        (1234567, "count", "GBP", "1,234,567"),
        (0.1235, "share", "GBP", "12.4%"),
        (1, "share", "GBP", "100.0%"),
        (3.254, "number", "GBP", "3.25"),
        (None, "share", "GBP", "none"),
    ],
)
def test_figures_as_they_are_quoted(value: Any, unit: Any, currency: str, told: str) -> None:
    assert figure(value, unit, currency) == told


@given(st.decimals(Decimal("-1e12"), Decimal("1e12"), places=4))
def test_money_is_never_off_by_more_than_half_a_penny(value: Decimal) -> None:
    told = Decimal(money(value, "GBP").replace("£", "").replace(",", ""))
    assert abs(told - value) <= Decimal("0.005")
    assert plain(value, "money") == float(told)


def test_lists_and_counts_read_as_english() -> None:
    assert [listed(["a", "b", "c"][:n]) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [counted(n, "row") for n in (0, 1, 1200)] == ["0 rows", "1 row", "1,200 rows"]


def shop_of(last_orders: dict[str, list[int]]) -> dict[str, list[tuple[Any, ...]]]:
    """Facts in which each customer spent the same on an order on each of these many days before today."""
    orders = [
        (f"{customer}-{days}", customer, TODAY.replace(hour=0) - timedelta(days=days), "web", "completed", 10, None)
        for customer, ago in last_orders.items()
        for days in ago
    ]
    return {
        "customers": [(customer, None, None, None, None) for customer in last_orders],
        "products": [("p", "P", None, 10, None)],
        "orders": orders,
        "order_items": [(row[0], 1, "p", 1, 10) for row in orders],
        "reviews": [
            ("r1", "one", "p", 1, "no", "en", TODAY - timedelta(days=180)),
            ("r2", "far", "p", 5, "", "en", TODAY),
        ],
    }


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("champions", {"champ"}),
        ("loyal", {"champ", "edge"}),
        ("new", {"one"}),
        ("at_risk", {"edge"}),
        ("lapsed", {"far"}),
        ("high_value", {"champ"}),
        ("unhappy", {"one"}),
    ],
)
def test_segment_rules_at_their_edges(make_shop: Any, segment: str, expected: set[str]) -> None:
    """`champ` last bought 90 days ago, `edge` 180, `far` 181, `one` first 60 days ago; `two` fits nothing."""
    facts = shop_of({"champ": [90, 91, 92, 93, 94], "edge": [180, 181, 182], "far": [181], "one": [60], "two": [61]})
    context = make_shop(facts)
    question = Question(metrics()["orders"], ("customer",), filters=(Filter("segment", (segment,), ""),))
    assert {row["customer"] for row in compute(context.shop, question).rows} == expected
    everyone = segments.memberships(context.shop.warehouse, TODAY.date()).to_pyarrow().to_pylist()
    assert {row["member"] for row in everyone if row["segment"] == segment} == expected
