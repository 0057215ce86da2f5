"""Small demo shops, made once for all tests of the folder."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from store.demo import make_demo
from store.warehouse import Warehouse

Query = Callable[[str], list[tuple[Any, ...]]]


def asking(home: Path) -> Query:
    """SQL over a shop's facts, and over its truth as truth_customers, truth_reviews…"""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{Warehouse.open(home).facts_file}' AS facts (READ_ONLY)")
    connection.execute("USE facts")
    for file in (home / "truth").glob("*.parquet"):
        connection.execute(f"CREATE TEMP VIEW truth_{file.stem} AS FROM '{file}'")
    return lambda sql: connection.execute(sql).fetchall()


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("small")
    make_demo(home, customers=200, seed=3)
    return home


@pytest.fixture(scope="session")
def small(small_home: Path) -> Query:
    return asking(small_home)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Query:
    """Big enough for effects to stand out."""
    home = tmp_path_factory.mktemp("shop")
    make_demo(home, customers=2000)
    return asking(home)
