"""The three ways to keep purchases and ask about them. Each runs as a process of its own, for its peak memory.

    python -m eval.bench.arms winback|pandas|sqlite load|ask SOURCE FOLDER

prints one JSON object: seconds, the figures asked for, and the peak of resident memory in MB.
"""

import ast
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from eval.bench.questions import QUESTIONS, Question

REPEATS = 3
Ask = Callable[[Question], Iterable[float]]


def load_winback(source: Path, folder: Path) -> None:
    from store.loading import load

    load(source, folder, preset="uci-online-retail")


def ask_winback(source: Path, folder: Path) -> Ask:
    from store.settings import Settings
    from store.shop import Shop
    from tools.call import call_tool
    from tools.context import Actor, ToolContext

    shop = Shop.open(folder, Settings(home=folder))
    context = ToolContext(shop=shop, actor=Actor("bench", "marketer"), now=shop.as_of)

    def ask(question: Question) -> list[float]:
        outcome = call_tool("query_metric", question.arguments, context)
        if outcome.error or outcome.artifact is None:
            raise SystemExit(f"{question.name}: {outcome.error}")
        column = outcome.artifact.columns.index(question.arguments["metric"])
        return [float(row[column]) for row in outcome.artifact.rows]

    return ask


def read_pandas(source: Path) -> Any:
    import pandas as pd

    lines: Any = pd.read_parquet(source)
    lines["InvoiceNo"] = lines["InvoiceNo"].astype(str)
    lines["StockCode"] = lines["StockCode"].astype(str)
    lines = lines[(lines["UnitPrice"] > 0) & ~lines["InvoiceNo"].str.startswith("A")].copy()
    lines["InvoiceDate"] = pd.to_datetime(lines["InvoiceDate"])
    lines["amount"] = lines["Quantity"] * lines["UnitPrice"]
    lines["refund"] = lines["InvoiceNo"].str.startswith("C")
    return lines


def load_pandas(source: Path, folder: Path) -> None:
    read_pandas(source)


def ask_pandas(source: Path, folder: Path) -> Ask:
    import pandas as pd

    lines = read_pandas(source)

    def ask(question: Question) -> list[float]:
        answer = question.frame(lines)
        return answer.tolist() if isinstance(answer, pd.Series) else [float(answer)]

    return ask


def load_sqlite(source: Path, folder: Path) -> None:
    import sqlite3

    with sqlite3.connect(folder / "lines.db") as connection:
        read_pandas(source).to_sql("lines", connection, index=False, chunksize=100_000)


def ask_sqlite(source: Path, folder: Path) -> Ask:
    from langchain_community.tools import QuerySQLDatabaseTool
    from langchain_community.utilities import SQLDatabase

    tool = QuerySQLDatabaseTool(db=SQLDatabase.from_uri(f"sqlite:///{folder / 'lines.db'}"))

    def ask(question: Question) -> list[float]:
        return [float(row[0]) for row in ast.literal_eval(tool.invoke(question.sql))]

    return ask


LOADS = {"winback": load_winback, "pandas": load_pandas, "sqlite": load_sqlite}
ASKS = {"winback": ask_winback, "pandas": ask_pandas, "sqlite": ask_sqlite}


def measure(arm: str, step: str, source: Path, folder: Path) -> dict[str, Any]:
    """What one step of one arm took and gave."""
    started = time.perf_counter()
    report: dict[str, Any] = {}
    if step == "load":
        LOADS[arm](source, folder)
        report["load_s"] = time.perf_counter() - started
    else:
        ask = ASKS[arm](source, folder)
        report["open_s"] = time.perf_counter() - started
        report["questions"] = {question.name: timed(ask, question) for question in QUESTIONS}
    return report | {"peak_mb": peak_mb()}


def peak_mb() -> float:
    """The most this process has had in memory; `ru_maxrss` would count what its parent had when it began."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def timed(ask: Ask, question: Question) -> dict[str, Any]:
    """The median of three runs in milliseconds, and the figures, largest first."""
    times: list[float] = []
    figures: list[float] = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        figures = sorted(ask(question), reverse=True)
        times.append((time.perf_counter() - started) * 1000)
    return {"ms": statistics.median(times), "figures": figures}


if __name__ == "__main__":
    arm, step, source, folder = sys.argv[1:]
    print(json.dumps(measure(arm, step, Path(source), Path(folder))))
