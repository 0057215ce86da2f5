"""Backtests of public data sets, as tables: what `eval.churn.cdnow` and `eval.churn.uci` share."""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.bench.source import SHARED
from store.loading import load
from store.warehouse import Warehouse

_SHOWN = ("auc", "c_index", "brier", "calibration_error", "rmse", "r", "bias", "spend_bias")


@contextmanager
def loaded(source: Path, preset: str) -> Iterator[Warehouse]:
    """The source as a shop in a folder that vanishes."""
    with tempfile.TemporaryDirectory(prefix="winback-eval-") as folder:
        load(source, Path(folder), preset=preset)
        warehouse = Warehouse.open(Path(folder))
        try:
            yield warehouse
        finally:
            warehouse.close()


def table(parts: dict[str, dict[str, Any]]) -> str:
    """One block per backtest: the model, then each baseline."""
    lines: list[str] = []
    for name, part in parts.items():
        lines.append(f"{name}: {part['customers']} customers, {part['churn_rate']:.1%} without an order")
        lines.append(f"{'':14}" + "".join(f"{key:>18}" for key in _SHOWN))
        for method, row in {part["kind"]: part, **part["baselines"]}.items():
            lines.append(f"{method:14}" + "".join(f"{_cell(row[key]):>18}" for key in _SHOWN))
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"


def mean(parts: dict[str, dict[str, Any]], key: str) -> dict[str, float]:
    """The mean of a figure over backtests, by method."""
    first = next(iter(parts.values()))
    found = {"model": [part[key] for part in parts.values()]}
    found |= {name: [part["baselines"][name][key] for part in parts.values()] for name in first["baselines"]}
    return {name: sum(values) / len(values) for name, values in found.items()}


def show(run: Callable[[Path], dict[str, Any]], about: str | None) -> None:
    """The command line of a module whose `run` gives `parts` and perhaps `means`."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", type=Path, default=SHARED / "data")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures = run(args.data)
    if args.json:
        print(json.dumps(figures, indent=2, default=str))
        return
    print(table(figures["parts"]))
    for key, row in figures.get("means", {}).items():
        print(f"mean {key}: " + ", ".join(f"{name} {value:.4f}" for name, value in row.items()))
