"""Loading and ten metric questions on UCI Online Retail, ten times over: Winback, pandas, and SQLite through LangChain.

python -m eval.bench.warehouse [--times 10] [--json]
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.bench.questions import QUESTIONS
from eval.bench.source import UCI, multiplied

ARMS = ("winback", "pandas", "sqlite")


def run(times: int) -> dict[str, Any]:
    """Every arm's report, after checking that all give the same figures. Raises SystemExit where they do not."""
    with tempfile.TemporaryDirectory(prefix="winback-bench-") as name:
        folder = Path(name)
        source = folder / "lines.parquet"
        lines = multiplied(UCI, times, source)
        arms = {arm: _arm(arm, source, folder) for arm in ARMS}
    for question in QUESTIONS:
        same([arms[arm]["questions"][question.name]["figures"] for arm in ARMS], question.name)
    for report in arms.values():
        report["questions"] = {name: round(one["ms"], 1) for name, one in report["questions"].items()}
        report["questions_ms"] = round(sum(report["questions"].values()), 1)
    return {"lines": lines, "arms": arms}


def _arm(arm: str, source: Path, folder: Path) -> dict[str, Any]:
    own = folder / arm
    own.mkdir()
    load, ask = (_step(arm, step, source, own) for step in ("load", "ask"))
    return {
        "load_s": round(load["load_s"], 2),
        "load_peak_mb": round(load["peak_mb"]),
        "open_s": round(ask["open_s"], 2),
        "questions": ask["questions"],
        "questions_peak_mb": round(ask["peak_mb"]),
    }


def _step(arm: str, step: str, source: Path, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "eval.bench.arms", arm, step, str(source), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{arm} could not {step}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def same(figures: list[list[float]], name: str) -> None:
    """Figures agree to a millionth or a hundredth (floats add up in another order; Winback quotes two decimals)."""
    first, *others = figures
    for other in others:
        close = [math.isclose(a, b, rel_tol=1e-6, abs_tol=0.01) for a, b in zip(first, other, strict=False)]
        if len(first) != len(other) or not all(close):
            raise SystemExit(f"{name}: the arms disagree: {first} and {other}")


def show(report: dict[str, Any]) -> None:
    """Every figure, and how many times Winback's it is."""
    arms = report["arms"]
    table = Table(title=f"{report['lines']:,} lines", title_justify="left")
    for heading in ("", "Winback", "pandas", "ratio", "SQLite + LangChain", "ratio"):
        table.add_column(heading, justify="right" if heading else "left")

    def add(label: str, values: list[float], unit: str) -> None:
        own, pandas, sqlite = values
        against = [f"{value / own:.1f}×" if own else "" for value in (pandas, sqlite)]
        table.add_row(
            label, f"{own:,.1f} {unit}", f"{pandas:,.1f} {unit}", against[0], f"{sqlite:,.1f} {unit}", against[1]
        )

    add("load", [arms[arm]["load_s"] for arm in ARMS], "s")
    add("peak memory, loading", [arms[arm]["load_peak_mb"] for arm in ARMS], "MB")
    add("open", [arms[arm]["open_s"] for arm in ARMS], "s")
    for question in QUESTIONS:
        add(question.name, [arms[arm]["questions"][question.name] for arm in ARMS], "ms")
    add("all ten", [arms[arm]["questions_ms"] for arm in ARMS], "ms")
    add("peak memory, asking", [arms[arm]["questions_peak_mb"] for arm in ARMS], "MB")
    Console(width=110).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--times", type=int, default=10, choices=range(1, 101), metavar="1..100")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not UCI.exists():
        print(f"The warehouse benchmark is left out: there is no UCI Online Retail file at {UCI}.")
        return
    report = run(options.times)
    if options.json:
        print(json.dumps(report))
    else:
        show(report)


if __name__ == "__main__":
    main()
