"""The benchmarks run and compare like with like; how fast they are is not a test's business."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from eval.bench.overhead import spread
from eval.bench.source import UCI, multiplied
from eval.bench.warehouse import run, same


@pytest.mark.skipif(not UCI.exists(), reason=f"the UCI Online Retail file is not at {UCI}")
def test_all_three_ways_give_the_same_figures() -> None:
    report = run(1)
    assert report["lines"] == 541_909
    assert [len(arm["questions"]) for arm in report["arms"].values()] == [10, 10, 10]


@pytest.mark.skipif(not UCI.exists(), reason=f"the UCI Online Retail file is not at {UCI}")
def test_copies_have_invoices_and_customers_of_their_own(tmp_path: Path) -> None:
    assert multiplied(UCI, 2, tmp_path / "two.parquet") == 2 * 541_909
    copies = pq.read_table(tmp_path / "two.parquet", columns=["InvoiceNo", "CustomerID"]).to_pydict()
    once = pq.read_table(UCI, columns=["InvoiceNo", "CustomerID"]).to_pydict()
    for column in ("InvoiceNo", "CustomerID"):
        assert len(set(copies[column]) - {None}) == 2 * len(set(once[column]) - {None})


def test_without_the_file_the_benchmark_says_so(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "eval.bench.warehouse"],
        env=os.environ | {"WINBACK_SHARED": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "is left out" in ran.stdout


def test_figures_that_differ_stop_the_benchmark() -> None:
    same([[3.0, 1.0], [3.0000001, 1.004]], "close")
    with pytest.raises(SystemExit, match="disagree"):
        same([[3.0, 1.0], [3.0, 1.1]], "apart")
    with pytest.raises(SystemExit, match="disagree"):
        same([[3.0], [3.0, 1.0]], "longer")


def test_the_spread_is_the_median_and_the_95th_percentile() -> None:
    assert spread([float(value) for value in range(101)]) == {"p50": 50.0, "p95": 95.0}
    assert json.dumps(spread([1.0, 2.0])) == '{"p50": 1.5, "p95": 1.9}'
