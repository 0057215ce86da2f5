"""People are what the tables say of customers, whoever asks for how many of them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from store.demo import make_demo
from store.settings import Settings
from store.shop import Shop
from store.warehouse import building
from tools.offers.people import CONTEXT, people
from tools.offers.people.attributes import Attribute, coded, vocabulary
from tools.result import ToolError

AS_OF = datetime(2026, 6, 30, 12)
CUSTOMERS = [
    ("a", "Germany", "de", datetime(2025, 1, 1), '{"card": true, "source": "friend", "age_band": "18-24", "id": "x1"}'),
    ("b", "France", "fr", datetime(2026, 1, 1), '{"card": false, "source": "search", "age_band": "65+", "id": "x2"}'),
    ("c", None, None, None, "[1]"),
    ("d", "France", "fr", None, '{"card": true, "source": "search", "gender": "f"}'),
    ("e", "France", "fr", None, '{"card": true, "source": "friend", "gender": "f"}'),
]
PRODUCTS = [("mug", "Mug", "kitchen", 10, 4), ("lamp", "Lamp", "light", 20, None)]
ORDERS = [
    ("o1", "a", datetime(2026, 6, 20, 9), "web", "completed", 20, None),
    ("o2", "a", datetime(2026, 1, 1, 9), "web", "completed", 40, None),
    ("o3", "b", datetime(2026, 6, 29, 9), "web", "refunded", 20, None),
    ("o4", "b", datetime(2026, 6, 1, 9), "web", "completed", 8, None),
    ("o5", "a", datetime(2026, 7, 1, 9), "web", "completed", 999, None),
]
ITEMS = [
    ("o1", 1, "mug", 2, 10),
    ("o2", 1, "lamp", 2, 20),
    ("o3", 1, "lamp", 1, 20),
    ("o4", 1, "mug", 1, 8),
    ("o5", 1, "mug", 99, 10),
]
REVIEWS = [
    ("r1", "b", "mug", 1, "broken", "en", datetime(2026, 6, 10)),
    ("r2", "a", "mug", 2, "late", "en", datetime(2026, 1, 10)),
    ("r3", "a", "mug", 5, "fine", "en", datetime(2026, 6, 20)),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    home = tmp_path_factory.mktemp("people")
    with building(home, "facts", name="Small", currency="GBP", timezone="Europe/London") as facts:
        for table, rows in (
            ("customers", CUSTOMERS),
            ("products", PRODUCTS),
            ("orders", ORDERS),
            ("order_items", ITEMS),
            ("reviews", REVIEWS),
        ):
            facts.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    opened = Shop.open(home, Settings(home=home, as_of=AS_OF))
    yield opened
    opened.close()


def _seen(shop: Shop, customer: str) -> dict[str, float]:
    return people(shop, [customer]).context(0)


def test_what_is_known_is_counted_and_nothing_later(shop: Shop) -> None:
    a = people(shop, ["a"])
    assert a.orders.tolist() == [2]
    assert a.order_value.tolist() == [30]
    assert a.margin.tolist() == [0.6]  # of mugs: lamps have no known cost
    assert a.categories == [frozenset({"kitchen", "light"})]
    assert a.complained_at == [datetime(2026, 1, 10)]
    seen = a.context(0)
    assert (seen["recency_days"], seen["tenure_days"], seen["orders_90d"]) == (10, 180, 1)
    assert (seen["complaint_60d"], seen["refund_60d"]) == (0, 0)


def test_few_orders_are_drawn_to_what_is_usual(shop: Shop) -> None:
    """The shop's mean order is (20 + 40 + 8) / 3 and counts as three orders; its mugs leave 16 of 28."""
    usual, margin = 68 / 3, 16 / 28
    assert np.isclose(_seen(shop, "a")["order_value"], (2 * 30 + 3 * usual) / 5)
    assert np.isclose(_seen(shop, "b")["order_value"], (8 + 3 * usual) / 4)
    assert np.isclose(_seen(shop, "b")["margin"], (0.5 + 3 * margin) / 4)
    assert np.isclose(_seen(shop, "b")["discount_share"], 0.2)


def test_setbacks_of_late_are_seen(shop: Shop) -> None:
    b = people(shop, ["b"])
    assert (b.context(0)["complaint_60d"], b.context(0)["refund_60d"]) == (1, 1)
    assert b.complained_at == [datetime(2026, 6, 10)]


def test_who_never_bought_is_there_with_what_is_usual(shop: Shop) -> None:
    c = people(shop, ["c"])
    assert (c.country, c.language, c.orders.tolist()) == ([None], [None], [0])
    assert np.isnan(c.margin).all()
    assert np.isclose(c.order_value[0], 68 / 3)
    assert "recency_days" not in c.context(0)


def test_attributes_are_columns_but_not_what_protects_or_names_people(shop: Shop) -> None:
    names = people(shop).names
    assert names[: len(CONTEXT)] == CONTEXT
    assert names[len(CONTEXT) :] == ("card", "source=friend", "source=search")
    assert _seen(shop, "d") | {"card": 1.0, "source=friend": 0.0, "source=search": 1.0} == _seen(shop, "d")


def test_columns_do_not_depend_on_who_is_asked_for(shop: Shop) -> None:
    everyone = people(shop)
    for row, customer in enumerate(everyone.ids):
        assert people(shop, [customer]).context(0) == everyone.context(row)


def test_many_values_are_no_category() -> None:
    texts: list[str | None] = ['{"n": "1", "b": true}', None, "[]", '{"b": true}']
    assert coded(texts, [Attribute("b", None), Attribute("n", "1")]).tolist() == [[1, 1], [0, 0], [0, 0], [1, 0]]


def test_choice_by_id_segment_filter_and_limit(shop: Shop) -> None:
    assert people(shop, ["b", "nobody", "a"]).ids == ["a", "b"]
    assert people(shop, filters={"country": "France"}).ids == ["b", "d", "e"]
    assert people(shop, filters={"category": "light"}).ids == ["a"]
    assert people(shop, segment="unhappy").ids == ["a", "b"]
    assert people(shop, segment=["unhappy", "new"]).ids == ["b"]
    assert people(shop, segment=["everyone"], limit=2).ids == ["a", "b"]
    assert people(shop, []).ids == []
    with pytest.raises(ToolError):
        people(shop, segment="purple")


def test_rows_are_taken_whole(shop: Shop) -> None:
    everyone = people(shop)
    two = everyone.take([1, 0])
    assert two.ids == ["b", "a"]
    np.testing.assert_array_equal(two.features, everyone.features[[1, 0]])
    assert two.names == everyone.names
    assert two.complained_at == [everyone.complained_at[1], everyone.complained_at[0]]


def test_a_demo_shop_in_the_order_of_value_at_risk(tmp_path: Path) -> None:
    make_demo(tmp_path, customers=120, months=3)
    shop = Shop.open(tmp_path, Settings(home=tmp_path))
    who = people(shop)
    assert len(who) == 120
    assert who.ids == sorted(who.ids)  # nobody is scored yet
    assert [one.name for one in vocabulary(shop.warehouse)][-1] == "loyalty_card"
    assert not any("age" in name.split("_") for name in who.names[len(CONTEXT) :])
    shop.close()
