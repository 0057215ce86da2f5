"""A shop of a dozen reviews whose labels are known, small enough to count by hand."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from store.settings import Settings
from store.shop import Shop
from store.warehouse import Warehouse, building
from tools.context import Actor, ToolContext

CUSTOMERS = [("c1", "United Kingdom", "en"), ("c2", "Germany", "de"), ("c3", "China", "zh"), ("c4", "Germany", "de")]
PRODUCTS = [("p1", "Blue Mug", "kitchen", 5, 2), ("p2", "Red Lamp", "light", 20, 9), ("p3", "[b]Rug[/b]", "home", 9, 3)]
ORDERS = [("o1", "c1", datetime(2026, 6, 30, 12), "web", "completed", 5, None)]
# review, customer, product, stars, words, language, day, sentiment, aspects
REVIEWS: list[tuple[str, str, str, float | None, str, str, str, str, dict[str, str]]] = [
    ("r1", "c1", "p1", 5, "Lovely mug, well made and a bargain", "en", "2026-05-02", "positive",
     {"quality": "positive", "price": "positive"}),
    ("r2", "c2", "p1", 1, "Arrived three weeks late and chipped", "en", "2026-05-20", "negative",
     {"delivery": "negative", "quality": "negative"}),
    ("r3", "c2", "p2", 2, "The courier lost it. See http://bad.example", "en", "2026-06-01", "negative",
     {"delivery": "negative"}),
    ("r4", "c3", "p2", 5, "物流很快，灯也好看", "zh", "2026-06-02", "positive",
     {"delivery": "positive", "design": "positive"}),
    ("r5", "c4", "p2", 1, "Late again, nobody answers my mails", "en", "2026-06-03", "negative",
     {"delivery": "negative", "service": "negative"}),
    ("r6", "c4", "p3", 3, "It is a rug on the floor", "en", "2026-06-04", "neutral", {}),
    ("r7", "c2", "p3", 5, "Never again, threads come loose", "en", "2026-06-05", "negative", {"quality": "negative"}),
    ("r8", "c3", "p1", None, "还行吧，没有特别的感觉呢", "zh", "2026-06-06", "neutral", {}),
]  # fmt: skip


def fill(home: Path, *, labels: bool = True) -> None:
    with building(home, "facts", name="Small", currency="GBP", timezone="Europe/London") as facts:
        facts.executemany("INSERT INTO customers VALUES (?, ?, ?, NULL, NULL)", CUSTOMERS)
        facts.executemany("INSERT INTO products VALUES (?, ?, ?, ?, ?)", PRODUCTS)
        facts.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", ORDERS)
        facts.executemany("INSERT INTO reviews VALUES (?, ?, ?, ?, ?, ?, ?)", [row[:7] for row in REVIEWS])
    if labels:
        rows = [(row[0], row[7], 0.9, json.dumps(row[8]), "hand", row[0] == "r7", None) for row in REVIEWS]
        with building(home, "insights") as insights:
            insights.executemany("INSERT INTO review_labels VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def context_on(home: Path, language: Any = "en") -> ToolContext:
    shop = Shop(Settings(home=home, as_of=None), home, Warehouse.open(home), SimpleNamespace())  # type: ignore[arg-type]
    return ToolContext(shop, Actor("test", "marketer"), shop.warehouse.info.as_of, language=language)


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToolContext]:
    """The shop with its labels; its last moment is 2026-06-30 12:00."""
    home = tmp_path_factory.mktemp("reviewed")
    fill(home)
    context = context_on(home)
    yield context
    context.shop.warehouse.close()


@pytest.fixture(scope="session")
def unlabelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToolContext]:
    home = tmp_path_factory.mktemp("unlabelled")
    fill(home, labels=False)
    context = context_on(home)
    yield context
    context.shop.warehouse.close()
