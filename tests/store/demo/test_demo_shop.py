"""The shop that is made: its tables, its rules, and that the same seed makes it again."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from store.demo import make_demo
from store.errors import WinbackError
from store.ledger import Ledger
from store.warehouse import Warehouse, building
from store.warehouse.schema import DEMO_SHOP, EVENT_KINDS, FACTS, STATUSES

Query = Callable[[str], list[tuple[Any, ...]]]


def contents(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    connection = duckdb.connect(str(Warehouse.open(home).facts_file), read_only=True)
    tables = {name: connection.execute(f"FROM {name} ORDER BY ALL").fetchall() for name in FACTS}
    for file in sorted((home / "truth").glob("*.parquet")):
        tables[file.stem + " (truth)"] = connection.execute(f"FROM '{file}' ORDER BY ALL").fetchall()
    return tables


def test_the_same_seed_makes_the_same_shop(small_home: Path, tmp_path: Path) -> None:
    make_demo(tmp_path, customers=200, seed=3)
    assert contents(tmp_path) == contents(small_home)
    with Ledger.open(tmp_path).session() as one, Ledger.open(small_home).session() as other:
        people = "SELECT * FROM contacts ORDER BY 1"
        assert one.connection().exec_driver_sql(people).all() == other.connection().exec_driver_sql(people).all()


def test_another_seed_makes_another_shop(small_home: Path, tmp_path: Path) -> None:
    make_demo(tmp_path, customers=200, seed=4)
    before, after = contents(small_home), contents(tmp_path)
    assert all(before[name] != after[name] for name in ("customers", "orders", "events", "reviews"))


def asking_facts(home: Path) -> Query:
    connection = duckdb.connect(str(Warehouse.open(home).facts_file), read_only=True)
    return lambda sql: connection.execute(sql).fetchall()


def test_blocks_are_numbered_on_from_one_to_the_next(tmp_path: Path) -> None:
    make_demo(tmp_path, customers=1100, months=3)
    ask = asking_facts(tmp_path)
    assert ask("SELECT count(*), count(DISTINCT customer_id) FROM customers") == [(1100, 1100)]
    assert ask("SELECT count(*) = count(DISTINCT event_id) FROM events") == [(True,)]
    assert ask("SELECT max(n) FROM (SELECT count(DISTINCT customer_id) AS n FROM events GROUP BY session_id)") == [(1,)]


def test_the_tables_are_the_canonical_ones(small: Query) -> None:
    for table, columns in FACTS.items():
        described = small(f"SELECT column_name, column_type FROM (DESCRIBE facts.{table})")
        assert {name: kind.replace(",", ", ").replace("  ", " ") for name, kind in described} == columns


def test_values_are_those_the_schema_allows(small: Query) -> None:
    assert {row[0] for row in small("SELECT DISTINCT status FROM orders")} == set(STATUSES)
    assert {row[0] for row in small("SELECT DISTINCT kind FROM events")} == set(EVENT_KINDS)
    assert small("SELECT min(rating), max(rating) FROM reviews") == [(1.0, 5.0)]
    assert {row[0] for row in small("SELECT DISTINCT language FROM reviews")} == {"en", "zh"}


@pytest.mark.parametrize(
    ("child", "column", "parent"),
    [
        ("orders", "customer_id", "customers"),
        ("order_items", "order_id", "orders"),
        ("order_items", "product_id", "products"),
        ("events", "customer_id", "customers"),
        ("events", "product_id", "products"),
        ("reviews", "customer_id", "customers"),
        ("reviews", "product_id", "products"),
    ],
)
def test_no_row_is_an_orphan(small: Query, child: str, column: str, parent: str) -> None:
    lost = f"SELECT count(*) FROM {child} WHERE {column} NOT IN (SELECT {column} FROM {parent})"
    assert small(lost) == [(0,)]


def test_totals_are_the_sums_of_their_lines(small: Query) -> None:
    sums = "SELECT order_id, sum(quantity * unit_price) AS lines FROM order_items GROUP BY order_id"
    assert small(
        f"SELECT count(*) FROM orders LEFT JOIN ({sums}) USING (order_id) WHERE total IS DISTINCT FROM lines"
    ) == [(0,)]


def test_every_moment_lies_in_the_window_and_order_ids_follow_time(small: Query) -> None:
    for table, column in {"orders": "ordered_at", "events": "occurred_at", "reviews": "created_at"}.items():
        first, last = small(f"SELECT min({column}), max({column}) FROM {table}")[0]
        assert datetime(2025, 1, 1) <= first < last < datetime(2026, 7, 1)
    earlier = "SELECT ordered_at < lag(ordered_at) OVER (ORDER BY order_id) AS wrong FROM orders"
    assert small(f"SELECT count(*) FROM ({earlier}) WHERE wrong") == [(0,)]


def test_nobody_orders_or_browses_before_signing_up(small: Query) -> None:
    early = "SELECT count(*) FROM {} JOIN customers USING (customer_id) WHERE {} < signup_at - INTERVAL 1 HOUR"
    assert small(early.format("orders", "ordered_at")) == [(0,)]
    assert small(early.format("events", "occurred_at")) == [(0,)]


def test_some_till_orders_are_nobodys_and_the_truth_knows_whose(shop: Query) -> None:
    channels = {row[0] for row in shop("SELECT DISTINCT channel FROM orders WHERE customer_id IS NULL")}
    assert channels == {"store"}
    missing = "SELECT count(*) FROM orders WHERE customer_id IS NULL AND order_id NOT IN (SELECT order_id FROM {})"
    assert shop(missing.format("truth_anonymous_orders")) == [(0,)]


def test_the_truth_is_not_where_tools_read(small_home: Path) -> None:
    assert {path.name for path in (small_home / "truth").iterdir()} >= {"customers.parquet", "shop.json"}
    assert not list((small_home / "warehouse").rglob("*.parquet"))
    tables = asking_facts(small_home)("SELECT table_name FROM information_schema.tables")
    assert {row[0] for row in tables} == set(FACTS)


def test_the_truth_says_how_the_shop_was_made(small_home: Path) -> None:
    made = json.loads((small_home / "truth" / "shop.json").read_text("utf-8"))
    assert (made["seed"], made["customers"], made["start"], made["days"]) == (3, 200, "2025-01-01", 546)


def test_months_and_end_set_the_window(tmp_path: Path) -> None:
    report = make_demo(tmp_path, customers=50, months=3, end=date(2026, 2, 28))
    assert report.start == date(2025, 12, 1)
    first, last = asking_facts(tmp_path)("SELECT min(ordered_at), max(ordered_at) FROM orders")[0]
    assert datetime(2025, 12, 1) <= first < last < datetime(2026, 3, 1)


def test_progress_rises_from_0_to_1(tmp_path: Path) -> None:
    seen: list[float] = []
    make_demo(tmp_path, customers=1, months=3, progress=lambda fraction, what: seen.append(fraction))
    assert seen[0] == 0
    assert seen[-1] == 1
    assert seen == sorted(seen)


def test_a_demo_shop_is_replaced_and_its_people_with_it(tmp_path: Path) -> None:
    make_demo(tmp_path, customers=60, months=3)
    make_demo(tmp_path, customers=20, months=3)
    assert Warehouse.open(tmp_path).info.rows["customers"] == 20
    assert Ledger.open(tmp_path).contact_of("c000020") is not None
    assert Ledger.open(tmp_path).contact_of("c000021") is None


def test_another_shop_is_never_overwritten(tmp_path: Path) -> None:
    with building(tmp_path, "facts", name="Real", currency="EUR", timezone="UTC") as connection:
        connection.execute("INSERT INTO orders VALUES ('1', NULL, '2026-01-01', 'web', 'completed', 5, NULL)")
    with pytest.raises(WinbackError, match="make the demo shop elsewhere"):
        make_demo(tmp_path, customers=10)
    assert Warehouse.open(tmp_path).info.name == "Real"


@pytest.mark.parametrize("sizes", [{"customers": 0}, {"months": 2}])
def test_too_small_a_shop_is_refused(tmp_path: Path, sizes: dict[str, int]) -> None:
    with pytest.raises(WinbackError, match="at least 1 customer and 3 months"):
        make_demo(tmp_path, **sizes)
    assert not (tmp_path / "warehouse").exists()


def test_the_shop_knows_itself_as_the_demo(small_home: Path) -> None:
    info = Warehouse.open(small_home).info
    assert (info.name, info.currency, info.timezone) == (DEMO_SHOP, "GBP", "Europe/London")
