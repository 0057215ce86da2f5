"""A small shop with traps around it: whatever SQL must not reach holds the word SENTINEL."""

import hashlib
import os
import socket
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from store.warehouse import Warehouse, building

SENTINEL = "pii-sentinel"
HERE = Path(__file__).parent

_FACTS = """
INSERT INTO customers SELECT 'c' || i, ['France', 'Spain', 'Germany'][i % 3 + 1], 'en', TIMESTAMP '2010-01-01',
  '{"tier": "gold"}' FROM range(60) t(i);
INSERT INTO products SELECT 'p' || i, 'Thing ' || i, ['kitchen', 'garden'][i % 2 + 1], 2.50 + i, 1 FROM range(10) t(i);
INSERT INTO orders SELECT 'o' || i, CASE WHEN i % 10 > 0 THEN 'c' || i % 60 END,
  TIMESTAMP '2011-01-01 10:30:00' + INTERVAL (i) HOUR, 'web',
  ['completed', 'refunded', 'cancelled'][CASE WHEN i % 7 = 0 THEN i % 3 + 1 ELSE 1 END], 10 + i % 50, 'France'
  FROM range(3000) t(i);
INSERT INTO order_items SELECT 'o' || i // 2, i % 2, 'p' || i % 10, 1 + i % 3, 2.505 FROM range(6000) t(i);
INSERT INTO events SELECT 'e' || i, 'c' || i % 60, 's' || i % 99, TIMESTAMP '2011-01-01' + INTERVAL (i) MINUTE,
  'view', 'p1', 'red lamp', 1.5 FROM range(60000) t(i);
INSERT INTO reviews SELECT 'r' || i, 'c' || i, 'p1', 1 + i % 5, 'I love it ' || i, 'en', TIMESTAMP '2011-02-01'
  FROM range(20) t(i);
"""
_INSIGHTS = """
INSERT INTO segments SELECT 'c' || i, 'loyal', TIMESTAMP '2011-05-05' FROM range(60) t(i);
INSERT INTO review_labels SELECT 'r' || i, 'positive', 0.9, '{"quality": "positive"}', 'm', false, NULL
  FROM range(20) t(i);
INSERT INTO churn_scores SELECT 'c' || i, TIMESTAMP '2011-05-05', 90, 0.25, 1, 75, 100, 25, '[]', 'm'
  FROM range(60) t(i);
"""


@dataclass
class Trap:
    """The shop's folder, what in it must stay as it is, and who knocked at a port nobody may reach."""

    home: Path
    paths: dict[str, str]
    knocks: list[Any]

    @property
    def warehouse(self) -> Warehouse:
        return Warehouse.open(self.home)

    def fill(self, sql: str) -> str:
        for name, value in self.paths.items():
            sql = sql.replace(f"@{name}", value)
        return sql

    def state(self) -> dict[str, str]:
        found = sorted(self.home.rglob("*"))
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "" for path in found}


@pytest.fixture(scope="session")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trap]:
    home = tmp_path_factory.mktemp("sql-shop")
    with building(home, "facts", name="Trap", currency="GBP", timezone="Europe/London") as connection:
        connection.execute(_FACTS)
    with building(home, "insights") as connection:
        connection.execute(_INSIGHTS)
    _hide(home)
    os.environ["WINBACK_SECRET"] = SENTINEL
    with socket.create_server(("127.0.0.1", 0)) as server:
        knocks: list[Any] = []
        threading.Thread(target=_listen, args=(server, knocks), daemon=True).start()
        yield Trap(home, _paths(home, server.getsockname()[1]), knocks)
    del os.environ["WINBACK_SECRET"]


def _hide(home: Path) -> None:
    (home / "trap.txt").write_text(SENTINEL)
    (home / "trap.csv").write_text(f"a,b\n{SENTINEL},1\n")
    (home / "trap.json").write_text(f'[{{"a": "{SENTINEL}"}}]')
    (home / "warehouse" / "link.txt").symlink_to(home / "trap.txt")
    duckdb.execute(f"COPY (SELECT '{SENTINEL}' AS a) TO '{home / 'trap.parquet'}'")
    with sqlite3.connect(home / "ledger.db") as ledger:
        ledger.execute("CREATE TABLE contact (customer_id TEXT, email TEXT)")
        ledger.execute("INSERT INTO contact VALUES ('c1', ?)", (f"{SENTINEL}@example.org",))


def _paths(home: Path, port: int) -> dict[str, str]:
    return {
        "CSV": str(home / "trap.csv"),
        "JSON": str(home / "trap.json"),
        "PARQUET": str(home / "trap.parquet"),
        "TEXT": str(home / "trap.txt"),
        "LINK": str(home / "warehouse" / "link.txt"),
        "LEDGER": str(home / "ledger.db"),
        "FACTS": str(Warehouse.open(home).facts_file),
        "HOME": str(home),
        "OUT": str(home / "out"),
        "URL": f"http://127.0.0.1:{port}",
    }


def _listen(server: socket.socket, knocks: list[Any]) -> None:
    while True:
        try:
            connection, who = server.accept()
        except OSError:
            return
        knocks.append(who)
        connection.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "bypass" in metafunc.fixturenames:
        cases = yaml.safe_load((HERE / "bypass.yaml").read_text("utf-8"))
        metafunc.parametrize("bypass", cases, ids=[f"{i}-{case['breach']}" for i, case in enumerate(cases, 1)])
