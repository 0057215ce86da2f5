"""A small shop's export, to be bent out of shape by the tests."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from store.warehouse import Warehouse

TABLES = {
    "customers": "customer_id,country,language\nc1,France,fr\nc2,Spain,es\n",
    "products": "product_id,name,category,price,cost\np1,Red mug,kitchen,5.00,2.00\np2,Blue mug,kitchen,6.50,2.50\n",
    "orders": (
        "order_id,customer_id,ordered_at,channel,status,total\n"
        "o1,c1,2026-01-05 10:00:00,web,completed,16.50\n"
        "o2,c2,2026-02-06 11:30:00,app,refunded,6.50\n"
        "o3,,2026-03-07 12:00:00,web,,\n"
    ),
    "order_items": (
        "order_id,line,product_id,quantity,unit_price\no1,1,p1,2,5.00\no1,2,p2,1,6.50\no2,1,p2,1,6.50\no3,1,p1,3,5.00\n"
    ),
    "reviews": "review_id,customer_id,product_id,rating,text,language,created_at\nr1,c1,p1,4,Good mug,en,2026-04-01\n",
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A canonical folder of CSV files: 3 orders, one a guest's, and no events."""
    folder = tmp_path / "export"
    folder.mkdir()
    for table, text in TABLES.items():
        (folder / f"{table}.csv").write_text(text, "utf-8")
    (folder / "shop.yaml").write_text("name: Mugs\ncurrency: EUR\ntimezone: Europe/Paris\n", "utf-8")
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def fetch(home: Path) -> Callable[[str], list[tuple[object, ...]]]:
    """Run SQL on the shop as readers see it."""
    return lambda sql: Warehouse.open(home).backend.raw_sql(sql).fetchall()


@pytest.fixture
def rejects() -> Callable[[Path], list[dict[str, object]]]:
    """The rejects file as records; `row` holds the values."""

    def read(path: Path) -> list[dict[str, object]]:
        csv.field_size_limit(1 << 27)
        with path.open(encoding="utf-8", newline="") as handle:
            return [
                record | {"line": int(record["line"]), "row": json.loads(record["row"])}
                for record in csv.DictReader(handle)
            ]

    return read
