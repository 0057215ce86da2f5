"""Lists of customers and one customer's history, on the shop of two customers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.settings import Settings
from store.shop import Shop
from tests.small_shop import small_shop
from tools.overview.history import happenings
from tools.overview.people import countries, listing, rows_of, segment_sizes


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    home = small_shop(tmp_path / "shop")
    opened = Shop.open(home, Settings(home=home))
    yield opened
    opened.close()


def test_a_list_is_filtered_sorted_and_cut(shop: Shop) -> None:
    found = listing(shop, segment=None, country=None, sort="recent", limit=1)
    assert (found.total, [row["customer_id"] for row in found.rows]) == (2, ["17850"])
    second = listing(shop, segment=None, country=None, sort="recent", limit=1, offset=1)
    assert [row["customer_id"] for row in second.rows] == ["12748"]
    french = listing(shop, segment=None, country="France", sort="value", limit=9)
    assert [(row["customer_id"], row["orders"], row["churn_probability"]) for row in french.rows] == [
        ("12748", 1, None)
    ]
    new = listing(shop, segment="new", country=None, sort="risk", limit=9)
    assert new.total == segment_sizes(shop)["new"] == 2
    assert [row["country"] for row in rows_of(shop, ["12748", "nobody"])] == ["France"]
    assert countries(shop) == ["France", "United Kingdom"]


def test_history_is_newest_first_with_items_and_says_whether_there_is_more(shop: Shop) -> None:
    found, more = happenings(shop, "17850", 10)
    assert not more
    assert [one.facts["order_id"] for one in found] == ["o3", "o1"]
    assert [line["name"] for line in found[1].facts["items"]] == ["Blue mug", "[red]Lamp[/red]"]
    first, more = happenings(shop, "17850", 1)
    assert (len(first), more) == (1, True)
