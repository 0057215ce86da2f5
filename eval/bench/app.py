"""What the application adds to the model's own time while many people use it, and what memory it takes.

python -m eval.bench.app [--home HOME] [--users 50] [--minutes 10] [--think 5] [--json FILE]
"""

import argparse
import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
from rich.console import Console
from rich.table import Table

from eval.bench.app_users import Person, Turn, work
from store.access import add_user
from store.demo import make_demo
from store.ledger import Ledger
from tools.context import Actor

CUSTOMERS = 1000
LOADS = 20
PASSWORD = "a bench of oak and iron"
_SETTLED_S = 120.0
_START_LIMIT_S = 90.0


def spread(values: list[float]) -> dict[str, float]:
    """Median, 95th percentile and maximum; empty where there is nothing to describe."""
    if not values:
        return {}
    cuts = statistics.quantiles(values, n=20, method="inclusive") if len(values) > 1 else values
    return {
        "p50": round(statistics.median(values), 1),
        "p95": round(cuts[-1], 1),
        "max": round(max(values), 1),
    }


def slope(samples: list[tuple[float, float]], since: float) -> float | None:
    """Growth per minute of (seconds, MB) by least squares, from `since` on; None for fewer than three samples."""
    kept = [one for one in samples if one[0] >= since]
    if len(kept) < 3:
        return None
    return round(statistics.linear_regression([at / 60 for at, _ in kept], [mb for _, mb in kept]).slope, 2)


def added(turns: list[Turn], took: list[dict[str, Any]]) -> tuple[list[float], list[float]]:
    """Milliseconds that the application added: to each turn that was answered, and to its first visible word."""
    requests: dict[str, list[dict[str, Any]]] = {}
    for one in took:
        requests.setdefault(one["marker"], []).append(one)
    whole, first = [], []
    for turn in turns:
        mine = requests.get(turn.marker)
        if turn.problems or not mine or turn.first_s is None:
            continue
        before = sum(one["took_s"] for one in mine[:-1])
        whole.append((turn.took_s - before - mine[-1]["took_s"]) * 1000)
        first.append((turn.first_s - before - mine[-1]["first_s"]) * 1000)
    return whole, first


def run(home: Path, users: int, minutes: float, think_s: float) -> dict[str, Any]:
    """All of it in `home`, a shop that may be written to."""
    names = _add_users(home, users)
    with _model() as model, _log(home) as log:
        began = time.perf_counter()
        with _app(home, model, log) as (url, process):
            return asyncio.run(_measured(url, model, process, names, began, minutes, think_s))


async def _measured(
    url: str, model: str, process: psutil.Process, names: list[str], began: float, minutes: float, think_s: float
) -> dict[str, Any]:
    await _answers(f"{url}/login")
    login_s = time.perf_counter() - began
    people = [Person(url, name, PASSWORD) for name in names]
    await people[0].sign_in()
    first_page_s = await people[0].open()
    start = {"login_page_s": round(login_s, 2), "first_chat_page_s": round(first_page_s, 2)}
    for person in people[1:]:
        await person.sign_in()
        await person.open()
    began, until = time.perf_counter(), time.perf_counter() + minutes * 60
    turns: list[Turn] = []
    loads: list[float] = []
    memory: list[tuple[float, float]] = []
    cpu = process.cpu_times()
    watchers = [_load_pages(url, names[0], until, loads), _watch(process, began, until, memory)]
    await asyncio.gather(*watchers, *(work(one, think_s, until, turns) for one in people))
    used = process.cpu_times()
    spent_s = time.perf_counter() - began
    took = httpx.get(f"{model.removesuffix('/v1')}/took").json()
    for person in people:
        await person.close()
    whole, first = added(turns, took)
    return {
        "at": datetime.now().isoformat(timespec="seconds"),
        "users": len(names),
        "minutes": minutes,
        "think_s": think_s,
        "start": start,
        "turns": len(turns),
        "errors": sum(bool(turn.problems) for turn in turns),
        "problems": sorted({problem for turn in turns for problem in turn.problems})[:10],
        "matched": len(whole),
        "added_ms": spread(whole),
        "added_to_first_word_ms": spread(first),
        "page_load_ms": spread([one * 1000 for one in loads]),
        "rss_mb": [round(mb) for _, mb in memory],
        "rss_slope_mb_per_minute": slope(memory, _SETTLED_S),
        "app_cpu": round((used.user + used.system - cpu.user - cpu.system) / spent_s, 2),
        "cores": os.cpu_count(),
        "load_average": [round(one, 1) for one in os.getloadavg()],
    }


async def _load_pages(url: str, name: str, until: float, loads: list[float]) -> None:
    """Opens the chat again and again, evenly over the run."""
    pause = max(0.1, (until - time.perf_counter()) / (LOADS + 1))
    person = Person(url, name, PASSWORD)
    await person.sign_in()
    for _ in range(LOADS):
        await asyncio.sleep(pause)
        loads.append(await person.open())
    await person.close()


async def _watch(process: psutil.Process, began: float, until: float, memory: list[tuple[float, float]]) -> None:
    """The application's memory at the beginning and each minute."""
    while time.perf_counter() < until:
        memory.append((time.perf_counter() - began, process.memory_info().rss / 1e6))
        await asyncio.sleep(min(60.0, max(0.1, until - time.perf_counter())))
    memory.append((time.perf_counter() - began, process.memory_info().rss / 1e6))


def _add_users(home: Path, count: int) -> list[str]:
    """An admin, who asks nothing unless alone, and then marketers."""
    boss = Actor("bench", "admin")
    ledger = Ledger.open(home, None)
    names = [f"bench{number:03}" for number in range(count)]
    try:
        add_user(ledger, "bench-admin", "admin", PASSWORD, by=boss, now=datetime.now())
        for name in names:
            add_user(ledger, name, "marketer", PASSWORD, by=boss, now=datetime.now())
    finally:
        ledger.close()
    return names


@contextmanager
def _log(home: Path) -> Iterator[Any]:
    with (home / "bench-app.log").open("w") as file:
        yield file


@contextmanager
def _model() -> Iterator[str]:
    port = _free_port()
    with _process([sys.executable, "-m", "eval.bench.app_model", str(port)], None, None):
        url = f"http://127.0.0.1:{port}/v1"
        asyncio.run(_answers(f"{url}/models"))
        yield url


@contextmanager
def _app(home: Path, model: str, log: Any) -> Iterator[tuple[str, psutil.Process]]:
    port = _free_port()
    command = [sys.executable, "-c", "from ui.cli import main; main()", "app", "--port", str(port)]
    environment = {**os.environ, "WINBACK_HOME": str(home), "WINBACK_MODEL_URL": model}
    with _process(command, environment, log) as started:
        yield f"http://127.0.0.1:{port}", psutil.Process(started.pid)


@contextmanager
def _process(command: list[str], environment: dict[str, str] | None, log: Any) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield started
    finally:
        started.terminate()
        try:
            started.wait(10)
        except subprocess.TimeoutExpired:
            started.kill()


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


async def _answers(url: str) -> None:
    """Waits until an address answers. Raises TimeoutError where it never does."""
    async with asyncio.timeout(_START_LIMIT_S), httpx.AsyncClient() as client:
        while True:
            try:
                if (await client.get(url)).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.02)


@contextmanager
def _shop(given: Path | None) -> Iterator[Path]:
    """A copy of the shop, or a demo shop, in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="winback-bench-") as name:
        home = Path(name) / "shop"
        if given is None:
            make_demo(home, customers=CUSTOMERS)
        else:
            shutil.copytree(given, home)
        yield home


def _print(report: dict[str, Any]) -> None:
    table = Table(title=f"{report['users']} people for {report['minutes']} minutes, thinking {report['think_s']} s")
    for column in ("what", "p50", "p95", "max"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for key in ("added_ms", "added_to_first_word_ms", "page_load_ms"):
        table.add_row(key.replace("_", " "), *(f"{report[key].get(name, '-')}" for name in ("p50", "p95", "max")))
    console = Console()
    console.print(table)
    for key in ("turns", "errors", "matched", "problems", "start", "rss_mb", "rss_slope_mb_per_minute", "app_cpu"):
        console.print(f"{key.replace('_', ' ')}: {report[key]}", markup=False)
    console.print(f"load average {report['load_average']} on {report['cores']} cores")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--home", type=Path, help="a shop to copy; otherwise a demo shop is made")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--think", type=float, default=5.0, help="mean seconds between an answer and the next question")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    with _shop(options.home) as home:
        report = run(home, options.users, options.minutes, options.think)
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    _print(report)


if __name__ == "__main__":
    main()
