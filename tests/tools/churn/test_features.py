"""What features say of single customers, and of shops that lack things."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from tests.tools.churn.shops import CUTOFF, Rows, opened, random_rows
from tools.churn.embedding import ProductVectors
from tools.churn.features import DETAILS, FEATURES, GROUPS, features
from tools.churn.known import known_at

T = datetime(2025, 6, 1, 18)


def days(number):
    return timedelta(days=number)


def orders_of(who, *ago, total=10.0, status="completed"):
    return [(f"{who}-{status}-{n}", who, T - days(n), None, status, total, None) for n in ago]


def of(warehouse, who=None, horizon=30, **options):
    known = known_at(warehouse, T, **options)
    table = features(known, ProductVectors.fit(known), horizon).to_pyarrow()
    rows = {row["customer_id"]: row for row in table.to_pylist()}
    values = np.column_stack([table[name].to_numpy() for name in FEATURES]) if len(table) else np.zeros((0, 1))
    assert np.isfinite(values).all()
    return rows[who] if who else rows


def test_the_lists_belong_together():
    assert tuple(GROUPS) == FEATURES
    assert len(set(FEATURES)) == len(FEATURES)
    assert not set(DETAILS) & set(FEATURES)


def test_a_regular_is_described(tmp_path):
    orders = orders_of("ann", 71, 94, 117, 140) + orders_of("bob", 3)
    row = of(opened(tmp_path, Rows(orders=orders)), "ann")
    assert (row["repeat_days"], row["recency_age_days"], row["age_days"]) == (3, 69, 140)
    assert (row["recency_days"], row["usual_gap_days"], row["gap_deviation"]) == (71, 23, 0)
    assert row["lateness"] == pytest.approx(71 / ((69 + 23) / 4))
    gaps = np.array([23, 23, 23, 71]) / 140
    assert row["clumpiness"] == pytest.approx(1 + (gaps * np.log(gaps)).sum() / np.log(4))
    assert row["last_order_at"] == T - days(71)


def test_even_spacing_is_not_clumpy_and_a_burst_is(tmp_path):
    orders = orders_of("even", 10, 20, 30, 40) + orders_of("burst", 97, 98, 99, 100)
    rows = of(opened(tmp_path, Rows(orders=orders)))
    assert rows["even"]["clumpiness"] == pytest.approx(0, abs=1e-12)
    assert rows["burst"]["clumpiness"] > 0.8


def test_windows_are_as_long_as_the_horizon(tmp_path):
    warehouse = opened(tmp_path, Rows(orders=orders_of("ann", 0, 29, 30, 59, 60)))
    row = of(warehouse, "ann", horizon=30)
    assert (row["orders_last"], row["orders_before"], row["orders_trend"]) == (2, 2, 0)
    assert of(warehouse, "ann", horizon=60)["orders_last"] == 4


def test_complaints_are_counted_by_aspect(tmp_path):
    reviews = [(f"r{n}", "ann", None, 1, "", "en", T - days(n)) for n in (5, 20)]
    labels = [(f"r{n}", "negative", 0.9, '{"delivery": "negative"}', "made", False, "") for n in (5, 20)]
    rows = Rows(orders=orders_of("ann", 30) + orders_of("bob", 30), reviews=reviews, review_labels=labels)
    found = of(opened(tmp_path, rows))
    ann, bob = found["ann"], found["bob"]
    assert (ann["complaints"], ann["complaints_delivery"], ann["last_complaint_aspect"]) == (2, 2, "delivery")
    assert ann["complaint_delivery"] == pytest.approx(np.exp(-5 / 30) + np.exp(-20 / 30))
    assert ann["last_complaint_at"] == T - days(5)
    assert (bob["complaints"], bob["complaint_delivery"], bob["last_complaint_aspect"]) == (0, 0, None)


def test_a_season_is_that_of_earlier_years(tmp_path):
    row = of(opened(tmp_path, Rows(orders=orders_of("ann", 5, 340, 700, 180))), "ann", horizon=30)
    assert row["season_share"] == 0.5


def test_only_buyers_are_scored_and_what_is_odd_breaks_nothing(tmp_path):
    orders = (
        orders_of("future", 3)
        + orders_of("unknown total", 2, total=None)
        + orders_of("cancels", 4, status="cancelled")
        + orders_of("gives back", 4, total=-3, status="refunded")
        + orders_of("free", 4, total=0)
        + orders_of(None, 4)
        + orders_of("later", -1)
        + orders_of("now", 0)
    )
    items = [(orders[0][0], 1, None, -2, 0), (orders[1][0], 1, "p", 0, None), (orders[-1][0], 1, "p", None, 3)]
    customers = [("future", None, None, T + days(40), None), ("silent", None, None, T - days(40), None)]
    found = of(opened(tmp_path, Rows(orders=orders, order_items=items, customers=customers)))
    assert set(found) == {"future", "unknown total", "now"}
    assert found["future"]["tenure_days"] == 3


@pytest.mark.parametrize("missing", ["events", "reviews", "order_items", "products", "customers", "review_labels"])
def test_shops_that_lack_a_table_have_neutral_values(tmp_path, missing):
    rows = random_rows(30, seed=5)
    setattr(rows, missing, [])
    known = known_at(opened(tmp_path, rows), CUTOFF)
    table = features(known, ProductVectors.fit(known), 30).to_pyarrow()
    values = np.column_stack([table[name].to_numpy() for name in FEATURES])
    assert len(values) > 10
    assert np.isfinite(values).all()
    neutral = {"events": ("sessions", 0), "reviews": ("complaints", 0), "order_items": ("products", 0)}
    name, value = neutral.get(missing, ("complaint_fit" if missing == "review_labels" else "season_share", None))
    assert value is None or set(table[name].to_pylist()) == {value}


def test_some_customers_look_as_they_do_among_all(tmp_path):
    warehouse = opened(tmp_path, random_rows(60, seed=7))
    everyone = known_at(warehouse, CUTOFF)
    vectors = ProductVectors.fit(everyone)
    rows = {row["customer_id"]: row for row in features(everyone, vectors).to_pyarrow().to_pylist()}
    chosen = warehouse.table("orders").filter(lambda t: t.customer_id.isin(["c1", "c2", "c3"])).select("customer_id")
    some = features(known_at(warehouse, CUTOFF, customers=chosen), vectors).to_pyarrow().to_pylist()
    assert {row["customer_id"] for row in some} == {"c1", "c2", "c3"} & set(rows)
    for row in some:
        for name in FEATURES:
            assert row[name] == pytest.approx(rows[row["customer_id"]][name], rel=1e-9, abs=1e-12), name
