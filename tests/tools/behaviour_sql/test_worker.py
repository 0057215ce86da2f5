"""The engine and the worker alone: with the guard off, no statement of the suite breaches data, files or limits."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from store.warehouse.schema import TABLES
from tools.behaviour.sql.limits import RUN
from tools.behaviour.sql.runner import Answer, Failure, Host, Runner

SENTINEL = "pii-sentinel"
HURRIED = replace(RUN, wall_s=1.0)
BARE = Path(__file__).with_name("bare_host.py")
PEAK_MB = 600


@pytest.fixture(scope="module")
def hurried() -> Iterator[Runner]:
    runner = Runner(HURRIED, workers=1)
    yield runner
    runner.close()


@pytest.fixture(scope="module")
def bare() -> Iterator[Host]:
    host = Host(BARE)
    yield host
    host.kill()


def setup(trap: Any) -> dict[str, Any]:
    files = {"facts": str(trap.warehouse.facts_file), "insights": str(trap.warehouse.insights_file)}
    return asdict(HURRIED) | {"files": files, "tables": {alias: list(TABLES[alias]) for alias in files}}


def check_unharmed(trap: Any, before: dict[str, str], answer: dict[str, Any], seconds: float) -> None:
    """Nothing hidden came out, nothing changed, nobody was called, and the limits held."""
    told = json.dumps({key: value for key, value in answer.items() if key != "error"})
    assert SENTINEL not in json.dumps(answer)
    assert "@example.org" not in told
    assert trap.state() == before
    assert not trap.knocks
    assert not Path("/in-the-working-folder.csv").exists()
    assert seconds < HURRIED.wall_s + 2
    assert len(answer.get("rows", [])) <= RUN.rows
    assert len(told) < 1.2 * RUN.result_bytes
    assert answer.get("peak_kb", 0) < PEAK_MB * 1024


def test_the_bare_engine_and_process_hold(bypass: dict[str, str], bare: Host, trap: Any) -> None:
    before, started = trap.state(), time.monotonic()
    answer = bare.ask({"setup": setup(trap), "sql": trap.fill(bypass["sql"])}, 10)
    assert answer is not None
    check_unharmed(trap, before, answer, time.monotonic() - started)
    if bypass["breach"] in ("file", "pii", "network"):
        assert "error" in answer


def test_the_whole_worker_holds(bypass: dict[str, str], hurried: Runner, trap: Any) -> None:
    before, started = trap.state(), time.monotonic()
    warehouse = trap.warehouse
    answer = hurried.run(trap.fill(bypass["sql"]), warehouse.facts_file, warehouse.insights_file)
    check_unharmed(trap, before, vars(answer), time.monotonic() - started)
    if bypass["breach"] in ("write", "file", "pii", "network"):
        assert isinstance(answer, Failure)
    assert isinstance(answer, Failure) or str(trap.home) not in json.dumps(answer.rows)


def test_wall_clock_ends_a_deaf_statement_at_five_seconds(trap: Any) -> None:
    runner, started = Runner(workers=1), time.monotonic()
    answer = runner.run("SELECT sleep_ms(60000)", trap.warehouse.facts_file, None)
    assert isinstance(answer, Failure)
    assert answer.kind == "Timeout"
    assert 4.5 < time.monotonic() - started < 7
    assert isinstance(runner.run("SELECT 1", trap.warehouse.facts_file, None), Answer)
    runner.close()


def test_cpu_time_ends_a_statement(trap: Any) -> None:
    runner = Runner(replace(RUN, cpu_s=1, wall_s=20), workers=1)
    started = time.monotonic()
    answer = runner.run("SELECT length(lpad('x', 2000000000, 'yz'))", trap.warehouse.facts_file, None)
    assert isinstance(answer, Failure)
    assert time.monotonic() - started < 15
    runner.close()


def test_a_host_that_dies_is_replaced(trap: Any) -> None:
    runner = Runner(workers=1)
    facts = trap.warehouse.facts_file
    assert isinstance(runner.run("SELECT 1", facts, None), Answer)
    host = runner._hosts.queue[0]
    os.kill(host._process.pid, signal.SIGKILL)
    host._process.wait()
    assert isinstance(runner.run("SELECT 1", facts, None), Answer)
    runner.close()


def test_a_child_that_dies_waiting_is_replaced(trap: Any) -> None:
    runner = Runner(workers=1)
    facts = trap.warehouse.facts_file
    assert isinstance(runner.run("SELECT 1", facts, None), Answer)
    host = runner._hosts.queue[0]._process.pid
    for _ in range(100):
        if children := Path(f"/proc/{host}/task/{host}/children").read_text().split():
            break
        time.sleep(0.05)
    os.kill(int(children[0]), signal.SIGKILL)
    time.sleep(0.1)
    assert isinstance(runner.run("SELECT 1", facts, None), Answer)
    runner.close()


def test_the_host_has_one_thread_or_it_could_not_fork(trap: Any) -> None:
    runner = Runner(workers=1)
    runner.run("SELECT count(*) FROM orders", trap.warehouse.facts_file, None)
    host = runner._hosts.queue[0]._process.pid
    assert len(list(Path(f"/proc/{host}/task").iterdir())) == 1
    runner.close()


def test_many_threads_may_ask(trap: Any) -> None:
    runner = Runner()
    facts = trap.warehouse.facts_file
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: runner.run(f"SELECT {n} AS n", facts, None), range(12)))
    assert [answer.rows for answer in answers if isinstance(answer, Answer)] == [[[n]] for n in range(12)]
    runner.close()


def test_values_are_plain(hurried: Runner, trap: Any) -> None:
    sql = (
        "SELECT 1 AS i, 1.50::DECIMAL(9, 2) AS d, 2.5::DOUBLE AS f, 'nan'::DOUBLE AS nan, true AS b, NULL AS n, "
        "DATE '2011-01-02' AS day, TIMESTAMP '2011-01-02 03:04:05' AS t, [1, 2] AS l, {'a': DATE '2011-01-02'} AS s, "
        "INTERVAL 3 DAY AS v, 170141183460469231731687303715884105727::HUGEINT AS h, '中' AS zh"
    )
    answer = hurried.run(sql, trap.warehouse.facts_file, None)
    assert isinstance(answer, Answer)
    assert answer.rows == [
        [
            *[1, 1.5, 2.5, "nan", True, None, "2011-01-02", "2011-01-02T03:04:05", "[1, 2]", '{"a": "2011-01-02"}'],
            *["3 days, 0:00:00", 170141183460469231731687303715884105727, "中"],
        ]
    ]


def test_rows_bytes_and_cells_are_cut(hurried: Runner, trap: Any) -> None:
    facts = trap.warehouse.facts_file
    rows = hurried.run("SELECT order_id FROM orders", facts, None)
    wide = hurried.run("SELECT order_id, repeat('ab', 4000) AS w FROM orders", facts, None)
    cell = hurried.run("SELECT repeat('ab', 40000) AS w", facts, None)
    assert isinstance(rows, Answer)
    assert (len(rows.rows), rows.cut) == (1000, "rows")
    assert isinstance(wide, Answer)
    assert wide.cut == "bytes"
    assert 990_000 < len(json.dumps(wide.rows)) <= 1_010_000
    assert isinstance(cell, Answer)
    assert (len(cell.rows[0][0]), cell.rows[0][0][-7:]) == (10_007, "… (cut)")


def test_each_statement_starts_afresh(bare: Host, trap: Any) -> None:
    for sql in ("CREATE TABLE kept AS SELECT 1 AS a", "CREATE TABLE kept AS SELECT 1 AS a"):
        answer = bare.ask({"setup": setup(trap), "sql": sql}, 10)
        assert answer is not None
        assert "error" not in answer
    answer = bare.ask({"setup": setup(trap), "sql": "SELECT * FROM kept"}, 10)
    assert answer is not None
    assert "kept" in answer["error"]["message"]


def test_a_new_version_is_read(trap: Any, tmp_path: Path) -> None:
    copy = tmp_path / "other.duckdb"
    shutil.copy(trap.warehouse.facts_file, copy)
    runner = Runner(workers=1)
    assert isinstance(runner.run("SELECT * FROM segments", trap.warehouse.facts_file, None), Failure)
    answer = runner.run("SELECT count(*) FROM segments", copy, trap.warehouse.insights_file)
    assert isinstance(answer, Answer)
    assert answer.rows == [[60]]
    missing = runner.run("SELECT 1", tmp_path / "gone.duckdb", None)
    assert isinstance(missing, Failure)
    assert missing.kind == "IOException"
    runner.close()


_ORPHAN = """
import sys, time
from pathlib import Path
from tools.behaviour.sql.runner import runner
runner().run("SELECT 1", Path(sys.argv[1]), None)
print(runner()._hosts.queue[-1]._process.pid, flush=True)
if sys.argv[2] == "stay":
    time.sleep(60)
"""


@pytest.mark.parametrize("end", ["leave", "stay"])
def test_no_host_outlives_its_parent(trap: Any, end: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _ORPHAN, str(trap.warehouse.facts_file), end],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert parent.stdout is not None
    host = int(parent.stdout.readline())
    if end == "stay":
        parent.kill()
    parent.wait()
    for _ in range(100):
        if not _alive(host):
            return
        time.sleep(0.05)
    pytest.fail("the host is still there")


def _alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
