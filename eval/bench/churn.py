"""What churn features and scores cost at several sizes: Winback, hand-written DuckDB SQL, and pandas.

    python -m eval.bench.churn HOME... [--pandas-up-to 150000] [--check-up-to 150000] [--plot FILE.png] [--json]

Each HOME is a shop, such as `winback demo --customers N` makes; the model that scores is trained on the first. Every
arm is a process of its own. Wall time depends on what else the machine does; processor time (all threads) hardly.
pandas reads Parquet files written for it beforehand; DuckDB reads the shop's own file. With the checks, the features
of all arms are the same to a billionth.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy
import pandas
from rich.console import Console
from rich.table import Table

from store.warehouse import Warehouse
from tools.churn.features import FEATURES

np: Any = numpy
pd: Any = pandas
ARMS = ("vectors", "winback", "train", "scores", "sql", "pandas")
Report = dict[str, Any]


def run(home: Path, folder: Path, *, pandas_up_to: int, check_up_to: int) -> Report:
    """Every arm's figures for one shop. A model is trained where `folder` holds none yet.

    Raises SystemExit where an arm fails or the features differ.
    """
    customers = Warehouse.open(home).info.rows["customers"]
    left_out = {"pandas": customers > pandas_up_to, "train": (folder / "model").exists()}
    arms = [arm for arm in ARMS if not left_out.get(arm)]
    if "pandas" in arms:
        _step("export", home, folder)
    reports = {arm: _step(arm, home, folder) for arm in arms}
    if customers <= check_up_to:
        _check([arm for arm in arms if arm in ("winback", "sql", "pandas")], home, folder)
    return {"customers": customers, "arms": reports, "ratios": ratios(reports), "checked": customers <= check_up_to}


def ratios(reports: dict[str, Report]) -> dict[str, float]:
    """How many times Winback's own seconds each other arm's are, and Winback's those of the SQL."""
    own = reports["winback"]
    found = {f"winback_to_sql_{unit}": own[unit] / reports["sql"][unit] for unit in ("s", "cpu_s")}
    if "pandas" in reports:
        found |= {f"pandas_to_winback_{unit}": reports["pandas"][unit] / own[unit] for unit in ("s", "cpu_s")}
    return {name: round(value, 2) for name, value in found.items()}


def _step(arm: str, home: Path, folder: Path, *options: str) -> Report:
    command = [sys.executable, "-m", "eval.bench.churn_arms", arm, str(home), str(folder), *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{arm} failed on {home}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _check(arms: list[str], home: Path, folder: Path) -> None:
    for arm in arms:
        _step(arm, home, folder, "--keep")
    first, *others = [_features(folder / f"{arm}.parquet") for arm in arms]
    for arm, other in zip(arms[1:], others, strict=True):
        close = np.isclose(first, other.loc[first.index], rtol=1e-9, atol=1e-9)
        if len(first) != len(other) or not close.all():
            wrong = [name for name, good in zip(FEATURES, close.all(axis=0), strict=True) if not good]
            raise SystemExit(f"{arm} differs from Winback on {home} in {', '.join(wrong) or 'the customers'}.")


def _features(path: Path) -> Any:
    table = pd.read_parquet(path)
    if "customer_id" in table.columns:
        table = table.set_index("customer_id")
    return table.sort_index()[list(FEATURES)].astype("float64")


def plot(reports: list[Report], target: Path) -> None:
    """Seconds and peak memory against the number of customers, on logarithmic axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    times, memory = figure.subplots(1, 2)
    labels = {"winback": "features", "scores": "features + scores", "sql": "hand-written SQL", "pandas": "pandas"}
    for arm, label in labels.items():
        of = [report for report in reports if arm in report["arms"]]
        sizes = [report["customers"] for report in of]
        times.plot(sizes, [report["arms"][arm]["cpu_s"] for report in of], marker="o", label=label)
        memory.plot(sizes, [report["arms"][arm]["peak_mb"] / 1000 for report in of], marker="o", label=label)
    memory.axhline(8, color="grey", linestyle=":")
    for axes, title in ((times, "processor seconds"), (memory, "peak memory, GB")):
        axes.set(xscale="log", yscale="log", xlabel="customers", title=title)
        axes.grid(alpha=0.3)
    times.legend()
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=120)


def show(reports: list[Report]) -> None:
    table = Table()
    for heading in ("customers", "arm", "wall, s", "processor, s", "peak, MB", "rows"):
        table.add_column(heading, justify="left" if heading == "arm" else "right")
    for report in reports:
        for arm, one in report["arms"].items():
            figures = (f"{one['s']:,.1f}", f"{one['cpu_s']:,.1f}", f"{one['peak_mb']:,}", f"{one.get('rows', 0):,}")
            table.add_row(f"{report['customers']:,}", arm, *figures)
    console = Console(width=110)
    console.print(table)
    for report in reports:
        said = ", ".join(f"{name} {value}" for name, value in report["ratios"].items())
        console.print(f"{report['customers']:,}: {said}; {'checked' if report['checked'] else 'not checked'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("homes", nargs="+", type=Path)
    parser.add_argument("--pandas-up-to", type=int, default=150_000, help="customers; more may not fit the memory")
    parser.add_argument("--check-up-to", type=int, default=150_000, help="customers up to which features are compared")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    limits = {"pandas_up_to": options.pandas_up_to, "check_up_to": options.check_up_to}
    with tempfile.TemporaryDirectory(prefix="winback-churn-") as name:
        reports = [run(home, Path(name), **limits) for home in options.homes]
    if options.plot:
        plot(reports, options.plot)
    if options.json:
        print(json.dumps(reports))
    else:
        show(reports)


if __name__ == "__main__":
    main()
