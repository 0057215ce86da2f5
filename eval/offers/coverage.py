"""Do the intervals hold the truth as often as they say? python -m eval.offers.coverage [--replications 1000] [--seed 1]
[--only TEXT] [--log FILE].

Logs with a known truth (`simulated_log`) are drawn and judged `replications` times per scenario. Per method: coverage
of the 95 % interval over all logs and of the usual normal one (value +- 1.96 standard errors) beside it, how often the
truth lay below or above it, coverage over logs called conclusive, and how many those are. `--log` appends one JSON
object a scenario.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from eval.offers.simulated_log import PAIRS, Scenario, draw, truth
from tools.offers.off_policy import evaluate

NORMAL = 1.96
SIZES = (3000, 8000)
SCENARIOS = tuple(Scenario(reward, pair, n) for n in SIZES for reward in ("binary", "margin") for pair in PAIRS)
BESIDE = (
    Scenario("heavy", "uniform -> greedy", 3000),
    Scenario("heavy", "softmax -> softmax", 8000),
    Scenario("binary", "softmax -> softmax", 3000, repeats=4),
    Scenario("binary", "steep -> uniform", 8000, switch_at=8.0),
)


def judged(scenario: Scenario, replications: int, seed: int) -> dict[str, Any]:
    """Coverage of every method's 95 % interval in one scenario."""
    found: dict[str, list[tuple[float, ...]]] = {}
    right = truth(scenario)
    for replication in range(replications):
        log, target = draw(scenario, np.random.default_rng([seed, replication]))
        for method, each in evaluate(log, target, switch_at=scenario.switch_at).items():
            normal = abs(each.value - right) <= NORMAL * each.error
            row = (each.low > right, each.high < right, each.conclusive, normal, each.high - each.low, each.effective_n)
            found.setdefault(method, []).append(tuple(float(value) for value in row))
    rows = {method: np.array(values) for method, values in found.items()}
    head = {**asdict(scenario), "truth": right, "replications": replications, "seed": seed}
    return {**head, "methods": {method: _summary(values) for method, values in rows.items()}}


def _summary(rows: Any) -> dict[str, float | None]:
    covered = (rows[:, 0] + rows[:, 1]) == 0
    conclusive = rows[:, 2] == 1
    return {
        "coverage": float(covered.mean()),
        "coverage_normal": float(rows[:, 3].mean()),
        "truth_below": float(rows[:, 0].mean()),
        "truth_above": float(rows[:, 1].mean()),
        "conclusive": float(conclusive.mean()),
        "coverage_conclusive": float(covered[conclusive].mean()) if conclusive.any() else None,
        "median_width": float(np.median(rows[:, 4])),
        "median_effective_n": float(np.median(rows[:, 5])),
    }


def line(found: dict[str, Any]) -> str:
    """One scenario as a line: coverage of each method, and its share of conclusive logs where that is not all."""
    extra = f" x{found['repeats']}" * (found["repeats"] > 1) + f" at {found['switch_at']}" * bool(found["switch_at"])
    name = f"{found['reward']:7}{found['pair']:24}{found['n']:7,}{extra:8}"
    effective = found["methods"]["DR"]["median_effective_n"]
    cells = [
        f"{method} {each['coverage']:.1%} (normal {each['coverage_normal']:.1%})"
        + (f" {each['conclusive']:.0%} conclusive" if each["conclusive"] < 1 else "")
        for method, each in found["methods"].items()
    ]
    return f"{name}  worth {effective:6,.0f}  " + "  ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="part of a scenario: margin steep -> uniform 3000")
    parser.add_argument("--log", type=Path)
    args = parser.parse_args()
    for scenario in SCENARIOS + BESIDE:
        if args.only not in f"{scenario.reward} {scenario.pair} {scenario.n}":
            continue
        found = judged(scenario, args.replications, args.seed)
        print(line(found), flush=True)
        if args.log:
            with args.log.open("a") as log:
                log.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
