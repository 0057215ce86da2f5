"""Opening a shop, and what it takes as its present."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.settings import Settings
from store.shop import Shop
from store.warehouse import building


def make(home: Path) -> None:
    with building(home, "facts", name="Test", currency="JPY", timezone="Asia/Tokyo") as connection:
        connection.execute("INSERT INTO orders VALUES ('o', NULL, '2026-01-01 09:00', 'web', 'completed', 1, NULL)")


def test_a_shop_knows_its_present_and_money(tmp_path: Path) -> None:
    make(tmp_path)
    shop = Shop.open(tmp_path)
    assert (shop.as_of, shop.currency, shop.timezone) == (datetime(2026, 1, 1, 9), "JPY", "Asia/Tokyo")
    shop.close()


@pytest.mark.parametrize("pinned", [datetime(2025, 6, 1, 12), datetime(2025, 6, 1, 3, tzinfo=UTC)])
def test_as_of_can_be_pinned(tmp_path: Path, pinned: datetime) -> None:
    make(tmp_path)
    shop = Shop.open(settings=Settings(home=tmp_path, as_of=pinned))
    assert shop.as_of == datetime(2025, 6, 1, 12)


def test_no_shop_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(WinbackError, match=r"There is no shop in .* or `winback demo` first"):
        Shop.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
