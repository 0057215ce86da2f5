"""Shops small enough to know what should be shown."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from store.settings import Settings
from store.shop import Shop
from store.warehouse import Warehouse, building
from tools.context import Actor, ToolContext

NOW = datetime(2026, 6, 30, 12)
COLUMNS = {"customers": 5, "products": 5, "orders": 7, "order_items": 5}
Rows = dict[str, list[tuple[Any, ...]]]
Make = Callable[..., ToolContext]


class Book:
    """Collects orders; days count back from 2026-06-30."""

    def __init__(self) -> None:
        self.rows: Rows = {name: [] for name in COLUMNS}

    def customer(self, name: str, country: str | None = "Germany") -> None:
        self.rows["customers"].append((name, country, None, None, None))

    def product(self, name: str, title: str | None = None, category: str | None = None) -> None:
        self.rows["products"].append((name, title, category, 5, 2))

    def order(
        self, customer: str | None, days: int, *products: str, status: str = "completed", total: float = 5
    ) -> None:
        number = f"o{len(self.rows['orders']) + 1}"
        moment = NOW - timedelta(days=days)
        self.rows["orders"].append((number, customer, moment, "web", status, total, None))
        self.rows["order_items"] += [(number, line, product, 1, 5) for line, product in enumerate(products, 1)]


def fill(home: Path, rows: Rows) -> None:
    with building(home, "facts", name="Small", currency="GBP", timezone="Europe/London") as facts:
        for table, width in COLUMNS.items():
            if rows[table]:
                facts.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows[table])


def shop_in(home: Path, url: str | None = None) -> Shop:
    ledger: Any = SimpleNamespace()
    return Shop(Settings(home=home, as_of=NOW), home, Warehouse.open(home, url), ledger)


def context_of(shop: Shop, language: Any = "en") -> ToolContext:
    return ToolContext(shop, Actor("test", "care"), NOW, language=language)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A context on a shop of the book's rows."""
    opened: list[Shop] = []

    def one(book: Book, language: str = "en") -> ToolContext:
        fill(tmp_path, book.rows)
        opened.append(shop_in(tmp_path))
        return context_of(opened[-1], language)

    yield one
    for shop in opened:
        shop.warehouse.close()


def village() -> Book:
    """Sixty customers in two crowds, a staple that comes back every 30 days, and things of every other kind.

    Crowd A buys tea (every 30 days), a pot once and, most of them, cups; crowd B buys paint and brushes. Everybody has
    bought the sofa, once. The old lamp was sold daily until 60 days ago. `ship` is a fee.
    """
    book = Book()
    for product, title in [("tea", "Green Tea"), ("pot", "Tea Pot"), ("cup", "Tea Cup"), ("sofa", "Sofa")]:
        book.product(product, title)
    for product, title in [("paint", "Paint"), ("brush", "Brush"), ("lamp", "Old Lamp"), ("bare", None)]:
        book.product(product, title)
    book.product("ship", "Shipping Fee")
    for number in range(60):
        name = f"c{number:02}"
        book.customer(name, "Germany" if number % 2 else "France")
        things = ("tea", "pot", "ship") if number < 30 else ("paint", "brush", "ship")
        book.order(name, 150 - number, *things, "sofa")
        book.order(name, 61 + number % 40, "lamp", "lamp")
        if number < 30:
            for days in (95, 65, 35) if number % 2 == 0 else (70, 40, 10):
                book.order(name, days + number % 7, "tea")
            if 0 < number < 25:
                book.order(name, 10 + number, "cup")
        elif number < 55:
            book.order(name, 5 + number % 20, "bare")
    return book
