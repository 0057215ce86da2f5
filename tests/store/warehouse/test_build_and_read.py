"""Versions are swapped in whole, read by bare name, and noticed by open readers."""

import threading
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from store.errors import WinbackError
from store.warehouse import KeepCurrent, Warehouse, building

ORDER = "INSERT INTO orders VALUES (?, ?, ?, 'web', 'completed', 12.50, NULL)"


def build_facts(home: Path, orders: int) -> None:
    with building(home, "facts", name="Test", currency="GBP", timezone="Europe/London") as connection:
        connection.execute("INSERT INTO customers VALUES ('c1', 'France', 'fr', NULL, NULL)")
        for number in range(orders):
            connection.execute(ORDER, [f"o{number}", "c1", datetime(2026, 1, 1 + number)])


def count(warehouse: Warehouse, table: str) -> int:
    return int(warehouse.table(table).count().execute())


def test_info_says_what_the_facts_are(tmp_path: Path) -> None:
    build_facts(tmp_path, 3)
    info = Warehouse.open(tmp_path).info
    assert (info.as_of, info.currency, info.timezone) == (datetime(2026, 1, 3), "GBP", "Europe/London")
    assert (info.rows["orders"], info.rows["events"], info.name) == (3, 0, "Test")


def test_an_order_without_country_takes_its_customers(tmp_path: Path) -> None:
    build_facts(tmp_path, 1)
    assert Warehouse.open(tmp_path).table("orders").country.execute().tolist() == ["France"]


def test_an_open_reader_notices_a_new_version(tmp_path: Path) -> None:
    build_facts(tmp_path, 1)
    warehouse = Warehouse.open(tmp_path)
    assert count(warehouse, "orders") == 1
    build_facts(tmp_path, 2)
    assert count(warehouse, "orders") == 2


def test_a_pinned_reader_keeps_its_version(tmp_path: Path) -> None:
    build_facts(tmp_path, 1)
    warehouse = Warehouse.open(tmp_path)
    with warehouse.pinned():
        orders = warehouse.table("orders")
        build_facts(tmp_path, 2)
        assert orders.union(warehouse.table("orders")).count().execute() == 2
    assert count(warehouse, "orders") == 2


def test_expressions_from_an_old_version_still_run(tmp_path: Path) -> None:
    build_facts(tmp_path, 1)
    warehouse = Warehouse.open(tmp_path)
    orders = warehouse.table("orders").count()
    for size in (2, 3, 4):
        build_facts(tmp_path, size)
        assert count(warehouse, "orders") == size
    assert orders.execute() == 1


def test_only_two_versions_and_no_drafts_stay(tmp_path: Path) -> None:
    for size in (1, 2, 3):
        build_facts(tmp_path, size)
    assert len(list((tmp_path / "warehouse").glob("facts-*.duckdb"))) == 2
    assert not list((tmp_path / "warehouse").glob("draft-*"))


def test_an_exception_leaves_the_old_version(tmp_path: Path) -> None:
    build_facts(tmp_path, 1)
    with pytest.raises(duckdb.CatalogException), building(tmp_path, "facts") as connection:
        connection.execute("INSERT INTO orders (order_id) VALUES ('new'); INSERT INTO nowhere VALUES (1)")
    assert count(Warehouse.open(tmp_path), "orders") == 1
    assert not list((tmp_path / "warehouse").glob("draft-*"))


def test_keep_current_drops_the_draft_quietly(tmp_path: Path) -> None:
    build_facts(tmp_path, 1)
    version = Warehouse.open(tmp_path).info.version
    with building(tmp_path, "facts") as connection:
        connection.execute("DELETE FROM orders")
        raise KeepCurrent
    assert Warehouse.open(tmp_path).info.version == version


def test_a_second_writer_is_told_to_wait(tmp_path: Path) -> None:
    with (
        pytest.raises(WinbackError, match="wait until it is done"),
        building(tmp_path, "facts", currency="GBP", timezone="UTC"),
        building(tmp_path, "facts"),
    ):
        pass


def test_facts_without_a_moment_are_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(WinbackError, match="Nothing was loaded"),
        building(tmp_path, "facts", currency="GBP", timezone="UTC"),
    ):
        pass
    with pytest.raises(WinbackError, match="There is no shop"):
        _ = Warehouse.open(tmp_path).info


def test_missing_tables_are_named(tmp_path: Path) -> None:
    build_facts(tmp_path, 1)
    warehouse = Warehouse.open(tmp_path)
    with pytest.raises(WinbackError, match="no reviews"):
        warehouse.table("reviews")
    with pytest.raises(WinbackError, match="no churn_scores yet; run `winback refresh`"):
        warehouse.table("churn_scores")
    with pytest.raises(WinbackError, match="There is no table contacts"):
        warehouse.table("contacts")
    assert count(warehouse, "products") == 0


def test_insights_join_facts_by_bare_name(tmp_path: Path) -> None:
    build_facts(tmp_path, 2)
    warehouse = Warehouse.open(tmp_path)
    assert warehouse.insights_file is None
    with building(tmp_path, "insights") as connection:
        connection.execute("INSERT INTO segments VALUES ('c1', 'loyal', TIMESTAMP '2026-01-02')")
    assert warehouse.has("segments")
    sql = "SELECT count(*) AS n FROM orders JOIN segments USING (customer_id)"
    assert warehouse.backend.raw_sql(sql).fetchone() == (2,)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO facts.main.orders SELECT * FROM facts.main.orders",
        "DROP TABLE facts.main.orders",
        "COPY orders TO 'out.csv'",
        "FROM read_text('/etc/passwd')",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_readers_cannot_write_or_leave(tmp_path: Path, statement: str) -> None:
    build_facts(tmp_path, 1)
    with pytest.raises(duckdb.Error):
        Warehouse.open(tmp_path).backend.raw_sql(statement)


def test_many_threads_read_while_versions_change(tmp_path: Path) -> None:
    build_facts(tmp_path, 1)
    warehouse = Warehouse.open(tmp_path)
    seen: list[int] = []
    failures: list[Exception] = []

    def read() -> None:
        try:
            seen.extend(count(warehouse, "orders") for _ in range(20))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for size in range(2, 6):
        build_facts(tmp_path, size)
    for thread in threads:
        thread.join()
    assert not failures
    assert len(seen) == 80
    assert set(seen) <= {1, 2, 3, 4, 5}
