"""Cohorts by hand, weeks that stand out, and risk that agrees with the tool."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store.settings import Settings
from store.shop import Shop
from store.warehouse import building
from tests.small_shop import small_shop
from tools.overview.cohorts import Cohort, cohorts
from tools.overview.weeks import changes

_LAST = datetime(2026, 3, 29, 12)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Shop]:
    home = small_shop(tmp_path / "shop")
    opened = Shop.open(home, Settings(home=home))
    yield opened
    opened.close()


def daily_shop(home: Path, last_week: int) -> Shop:
    """One order of 10 a day for 15 weeks, some weeks one more; `last_week` more from France in the last."""
    rows = []
    for day in range(7 * 15):
        at = _LAST - timedelta(days=day)
        rows += [(f"o{day}", "c1", at, "web", "completed", 10, "Spain")]
        if day % 14 == 8:
            rows += [(f"x{day}", "c1", at, "web", "completed", 10, "Spain")]
    rows += [(f"f{n}", "c2", _LAST - timedelta(days=1), "web", "completed", 10, "France") for n in range(last_week)]
    with building(home, "facts", name="Daily", currency="GBP", timezone="Europe/London") as connection:
        connection.executemany(
            "INSERT INTO customers VALUES (?, ?, 'en', NULL, NULL)", [("c1", "Spain"), ("c2", "France")]
        )
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    return Shop.open(home, Settings(home=home))


def test_cohorts_by_hand(small: Shop) -> None:
    # 17850 first bought in November and again in December; 12748 in November only.
    assert cohorts(small) == [Cohort("2011-11", 2, [1.0, 0.5])]


def test_a_quiet_week_has_no_changes(tmp_path: Path) -> None:
    shop = daily_shop(tmp_path, 0)
    assert changes(shop) == []
    shop.close()


def test_a_week_that_stands_out_is_told_with_the_country_behind_it(tmp_path: Path) -> None:
    shop = daily_shop(tmp_path, 12)
    found = {one.metric: one for one in changes(shop)}
    assert set(found) == {"revenue", "orders"}
    assert (found["orders"].now, found["orders"].before) == (19, 8)
    assert (found["revenue"].dimension, found["revenue"].member) == ("country", "France")
    shop.close()
