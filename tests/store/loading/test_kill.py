"""kill -9 at any moment of a load leaves the previous version readable and the next load working."""

import multiprocessing
import random
import signal
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import pytest

from store.loading import load
from store.warehouse import Warehouse

KILLS = 20
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["store.loading"])


def make_export(path: Path, invoices: int) -> None:
    """Ten lines for each invoice, in the shape of UCI Online Retail."""
    duckdb.connect().execute(
        f"""COPY (
            SELECT CAST(500000 + i AS VARCHAR) AS InvoiceNo, CAST(l AS VARCHAR) AS StockCode, 'Thing' AS Description,
                2 AS Quantity, TIMESTAMP '2011-01-01' + INTERVAL (i) MINUTE AS InvoiceDate, 1.25 AS UnitPrice,
                12000 + i % 500 AS CustomerID, 'France' AS Country
            FROM range({invoices}) AS t(i), range(10) AS u(l)
        ) TO '{path}' (FORMAT parquet)"""
    )


def start(source: Path, home: Path) -> BaseProcess:
    process = FORK.Process(target=load, args=(source, home), kwargs={"preset": "uci-online-retail"})
    process.start()
    return process


def revenue(home: Path) -> tuple[int, float]:
    row = Warehouse.open(home).backend.raw_sql("SELECT count(*), sum(total) FROM orders").fetchone()
    return int(row[0]), float(row[1])


def usual_seconds(source: Path, home: Path) -> float:
    start(source, home).join()
    started = time.monotonic()
    start(source, home).join()
    return time.monotonic() - started


def test_twenty_kills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The fork server imports before it is told our path; without this every child would import anew.
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    first, second, home = tmp_path / "first.parquet", tmp_path / "second.parquet", tmp_path / "home"
    make_export(first, 100)
    make_export(second, 3_000)
    load(first, home, preset="uci-online-retail")
    before, whole = revenue(home), (3_000, 75_000.0)
    usual = usual_seconds(second, tmp_path / "timing")
    moments = random.Random(7)
    died = 0
    for _ in range(KILLS):
        process = start(second, home)
        time.sleep(moments.uniform(0, usual))
        process.kill()
        process.join()
        died += process.exitcode == -signal.SIGKILL
        assert revenue(home) in (before, whole)
        if revenue(home) == whole:
            home = tmp_path / f"home-{process.pid}"
            load(first, home, preset="uci-online-retail")
    assert died >= KILLS // 2
    load(second, home, preset="uci-online-retail")
    assert revenue(home) == whole
    assert not list((home / "warehouse").glob("draft-*"))
    assert len(list((home / "warehouse").glob("facts-*.duckdb"))) <= 2
