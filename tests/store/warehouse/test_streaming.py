"""Tables in and out in batches: the shop's own files and another DuckDB."""

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pytest

from store.errors import WinbackError
from store.warehouse import Warehouse, building
from store.warehouse.schema import INSIGHTS

AS_OF = datetime(2026, 1, 2)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with building(tmp_path, "facts", name="Test", currency="GBP", timezone="UTC") as connection:
        connection.execute(
            "INSERT INTO orders BY NAME SELECT 'o' || i AS order_id, TIMESTAMP '2026-01-01' AS ordered_at, "
            "i::DECIMAL(18, 4) / 4 AS total FROM range(2500) AS r(i)"
        )
        connection.execute("""INSERT INTO customers VALUES ('c', 'France', 'fr', NULL, '{"city": "Lyon"}')""")
    return tmp_path


@pytest.fixture
def other(home: Path, tmp_path: Path) -> Warehouse:
    """The same facts in a DuckDB of the shop's own making."""
    facts = Warehouse.open(home).facts_file
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute(f"ATTACH '{facts}' AS facts (READ_ONLY)")
        connection.execute("COPY FROM DATABASE facts TO other")
    return Warehouse.open(tmp_path / "empty", f"duckdb://{tmp_path / 'other.duckdb'}")


def segments(*pairs: tuple[str, str]) -> pa.RecordBatch:
    customers, names = zip(*pairs, strict=True)
    return pa.record_batch({"as_of": [AS_OF] * len(pairs), "segment": list(names), "customer_id": list(customers)})


def held(warehouse: Warehouse) -> set[tuple[Any, ...]]:
    return {tuple(row.values()) for row in warehouse.table("segments").to_pyarrow().to_pylist()}


@pytest.mark.parametrize("engine", ["files", "other"])
def test_rows_come_in_batches_with_the_tables_own_types(home: Path, other: Warehouse, engine: str) -> None:
    warehouse = Warehouse.open(home) if engine == "files" else other
    orders: Any = warehouse.table("orders")
    batches = []
    for batch in warehouse.stream(orders, 1000):
        batches.append(batch)
        assert warehouse.table("customers").count().execute() == 1  # asked while the stream is open
    assert {len(batch) for batch in batches} <= set(range(1, 1001))
    streamed = pa.Table.from_batches(batches)
    assert streamed.schema == orders.schema().to_pyarrow()
    assert streamed.sort_by("order_id").equals(orders.to_pyarrow().sort_by("order_id"))
    assert next(warehouse.stream(warehouse.table("customers")))["attributes"].to_pylist() == ['{"city": "Lyon"}']


def test_tables_made_here_may_take_part(home: Path) -> None:
    warehouse = Warehouse.open(home)
    made: Any = ibis.memtable(pa.table({"wanted": ["o1", "o2"], "weight": [1.0, 2.0]}))
    orders: Any = warehouse.table("orders")
    joined = orders.join(made, orders.order_id == made.wanted).select("order_id", "weight")
    assert sorted(row["weight"] for batch in warehouse.stream(joined) for row in batch.to_pylist()) == [1.0, 2.0]


def test_a_stream_left_half_read_is_no_harm(home: Path) -> None:
    warehouse = Warehouse.open(home)
    assert len(next(warehouse.stream(warehouse.table("orders"), 10))) == 10
    assert sum(len(batch) for batch in warehouse.stream(warehouse.table("orders"), 999)) == 2500
    assert list(warehouse.stream(warehouse.table("orders").limit(0))) == []


def test_insights_are_replaced_and_found(other: Warehouse) -> None:
    with pytest.raises(WinbackError, match="no segments yet; run `winback refresh`"):
        other.table("segments")
    assert other.write("segments", iter([segments(("a", "loyal"), ("b", "new")), segments(("a", "new"))])) == 3
    assert other.has("segments")
    assert held(other) == {("a", "loyal", AS_OF), ("b", "new", AS_OF), ("a", "new", AS_OF)}
    assert other.write("segments", [segments(("c", "lapsed"))]) == 1
    assert held(other) == {("c", "lapsed", AS_OF)}
    assert other.write("segments", []) == 0
    assert not other.has("segments")


def test_rows_may_be_made_of_the_warehouse_itself(other: Warehouse) -> None:
    orders: Any = other.table("orders")
    rows = orders.select(customer_id=orders.order_id, segment=ibis.literal("new"), as_of=orders.ordered_at)
    assert other.write("segments", other.stream(rows, 100)) == 2500


def test_a_failure_leaves_the_old_rows(other: Warehouse) -> None:
    other.write("segments", [segments(("a", "loyal"))])

    def failing() -> Any:
        yield segments(("b", "new"))
        raise ValueError("the disk is full")

    with pytest.raises(WinbackError, match=r"segments cannot be stored .*the disk is full"):
        other.write("segments", failing())
    with pytest.raises(WinbackError, match="rows of segments lack as_of"):
        other.write("segments", [pa.record_batch({"customer_id": ["a"], "segment": ["x"]})])
    assert held(other) == {("a", "loyal", AS_OF)}


def test_what_cannot_be_written_is_said(home: Path, other: Warehouse) -> None:
    with pytest.raises(WinbackError, match="written whole"):
        Warehouse.open(home).write("segments", [])
    with pytest.raises(WinbackError, match="orders is none"):
        other.write("orders", [])
    read_only = Warehouse.open(home, f"duckdb://{Warehouse.open(home).facts_file}?read_only=True")
    with pytest.raises(WinbackError, match="cannot be stored"):
        read_only.write("segments", [segments(("a", "loyal"))])


def test_what_another_process_stores_is_noticed(other: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.warehouse.remote._LOOK_AGAIN_S", 0.0)
    assert not other.has("segments")
    columns = ", ".join(f"{name} {kind}" for name, kind in INSIGHTS["segments"].items())
    other.backend.raw_sql(f"CREATE TABLE segments ({columns})")
    other.backend.raw_sql("INSERT INTO segments VALUES ('a', 'loyal', TIMESTAMP '2026-01-02')")
    assert other.has("segments")
