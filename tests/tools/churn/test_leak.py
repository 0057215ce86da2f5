"""Nothing after the cut-off may reach a feature: the same facts without a future give the same features."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from store.warehouse import Warehouse
from tests.tools.churn.shops import CUTOFF, opened, random_rows
from tools.behaviour.untyped import Table, _
from tools.churn import embedding
from tools.churn.embedding import ProductVectors
from tools.churn.features import DETAILS, FEATURES, features
from tools.churn.known import known_at

Make = Callable[[Warehouse], Table]
HORIZON = 60


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> tuple[Warehouse, Warehouse]:
    """The whole shop, and the same shop as it was at the cut-off."""
    rows = random_rows(80, seed=3)
    full = opened(tmp_path_factory.mktemp("full"), rows)
    return full, opened(tmp_path_factory.mktemp("cut"), rows.until(CUTOFF))


def leaks(shops: tuple[Warehouse, Warehouse], make: Make) -> list[str]:
    """The columns whose values differ between the whole shop and the shop without a future."""
    full, cut = (make(shop).to_pyarrow().to_pandas().set_index("customer_id").sort_index() for shop in shops)
    assert len(cut) > 15
    assert list(full.index) == list(cut.index)
    return [name for name in full.columns if not _same(full[name], cut[name])]


def _same(one: Any, other: Any) -> bool:
    if one.dtype == np.float64:
        return np.allclose(one, other.astype(float), rtol=1e-9, atol=1e-9, equal_nan=True)
    return bool((one.eq(other) | (one.isna() & other.isna())).all())


def ours(shop: Warehouse) -> Table:
    known = known_at(shop, CUTOFF)
    return features(known, ProductVectors.fit(known), HORIZON)


def test_features_do_not_see_the_future(shops):
    assert leaks(shops, ours) == []
    assert set(ours(shops[0]).columns) == {"customer_id", *FEATURES, *DETAILS}


def test_features_of_a_window_of_history_do_not_see_the_future(shops):
    assert leaks(shops, lambda shop: features(known_at(shop, CUTOFF, history_days=200), None, HORIZON)) == []


def test_a_planted_feature_that_counts_later_orders_is_caught(shops):
    def with_leak(shop: Warehouse) -> Table:
        orders: Table = shop.table("orders")
        ever = orders.filter(_.customer_id.notnull()).group_by(owner="customer_id").aggregate(orders_ever=_.count())
        rows = ours(shop)
        return rows.left_join(ever, rows.customer_id == ever.owner).drop("owner")

    assert leaks(shops, with_leak) == ["orders_ever"]


@pytest.mark.parametrize(("table", "caught"), [("events", {"sessions", "last_visit_at"}), ("reviews", {"complaints"})])
def test_a_table_that_is_not_cut_off_is_caught(shops, table, caught):
    def uncut(shop: Warehouse) -> Table:
        known = known_at(shop, CUTOFF)
        later = known_at(shop, CUTOFF.replace(year=CUTOFF.year + 9))
        return features(replace(known, **{table: getattr(later, table)}), None, HORIZON)

    assert caught <= set(leaks(shops, uncut))


def test_prices_of_later_sales_are_caught(shops):
    def uncut(shop: Warehouse) -> Table:
        known = known_at(shop, CUTOFF)
        later = known_at(shop, CUTOFF.replace(year=CUTOFF.year + 9))
        return features(replace(known, everyone=later), None, HORIZON)

    assert {"discount_depth", "recency_relative"} <= set(leaks(shops, uncut))


def test_vectors_do_not_see_the_future(shops, monkeypatch):
    monkeypatch.setattr(embedding, "PAIRS", 60)
    full, cut = (ProductVectors.fit(known_at(shop, CUTOFF)) for shop in shops)
    assert full.ids == cut.ids
    np.testing.assert_allclose(full.vectors, cut.vectors)
