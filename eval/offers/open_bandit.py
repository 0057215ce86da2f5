"""Off-policy estimates on the Open Bandit sample: python -m eval.offers.open_bandit [--data ../shared/data] [--json]
[--arrays FOLDER].

Two questions for men's and for women's wear: what the log of the random policy says of Bernoulli Thompson sampling
(BTS), and what BTS's log says of it. BTS's probabilities are its shares of items by position in its log: no click is
looked at. What a policy really got is the click rate of its own log. `--arrays` writes what the estimators were given,
for `open_bandit_obp.py`, whose figures stand in `open_bandit_obp.json`.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from eval.bench.source import SHARED
from eval.offers.simulated_log import Scenario, draw
from store.errors import WinbackError
from tools.offers.off_policy import Log, cross_fitted, evaluate, make_log
from tools.offers.off_policy.intervals import mean_of
from tools.offers.off_policy.log import Floats

PARTS = ("men", "women")
POSITIONS = 3
SWITCH_AT = 2.0  # low enough that much is switched off here, so that Switch-DR is more than DR
SIMULATED = "simulated"
RECORDED = Path(__file__).with_name("open_bandit_obp.json")


def question(data: Path, part: str, logged: str, asked: str) -> tuple[Log, Floats, Floats]:
    """The log of policy `logged`, the probabilities (n, k) of policy `asked` in it and cross-fitted outcome models
    (n, k), whose context is the position."""
    rows, other = _read(data, logged, part), _read(data, asked, part)
    items = int(max(rows["item_id"].max(), other["item_id"].max())) + 1
    position = rows["position"].to_numpy() - 1
    log = make_log(rows["item_id"], rows["click"], rows["propensity_score"], np.eye(POSITIONS)[position])
    shares = np.full((POSITIONS, items), 1 / items) if asked == "random" else _shares(other, items)
    return log, shares[position], cross_fitted(log, items)


def simulated() -> tuple[Log, Floats, Floats]:
    """A log that needs no data, for the same comparison: weights up to 40, margins."""
    log, target = draw(Scenario("margin", "steep -> uniform", 3000), np.random.default_rng(5))
    return log, target, cross_fitted(log, target.shape[1])


def run(data: Path, arrays: Path | None = None) -> dict[str, Any]:
    """Estimates, what the policy really got with its interval, and relative errors, for each part and question."""
    found: dict[str, Any] = {}
    if arrays:
        _keep(arrays / f"{SIMULATED}.npz", *simulated())
    for part in PARTS:
        for logged, asked in (("random", "bts"), ("bts", "random")):
            log, target, q_hat = question(data, part, logged, asked)
            name = f"{asked}-from-{logged}-{part}"
            if arrays:
                _keep(arrays / f"{name}.npz", log, target, q_hat)
            estimates = evaluate(log, target, q_hat, switch_at=SWITCH_AT)
            truth = mean_of(_read(data, asked, part)["click"].to_numpy(dtype=np.float64))
            found[name] = {
                "truth": asdict(truth),
                "estimates": {method: asdict(each) for method, each in estimates.items()},
                "relative_errors": {m: abs(each.value - truth.value) / truth.value for m, each in estimates.items()},
            }
    return found


def recorded() -> dict[str, dict[str, float]]:
    """OBP 0.5.7's figures on the same arrays."""
    return json.loads(RECORDED.read_text())


def _read(data: Path, policy: str, part: str) -> Any:
    path = data / f"obd_{policy}_{part}.parquet"
    if not path.exists():
        raise WinbackError(f"{path} is not there: the Open Bandit sample is needed.")
    return pd.read_parquet(path, columns=["item_id", "position", "click", "propensity_score"])


def _shares(rows: Any, items: int) -> Floats:
    """How often each item was shown in each position (3, k)."""
    counts = np.zeros((POSITIONS, items))
    np.add.at(counts, (rows["position"].to_numpy() - 1, rows["item_id"].to_numpy()), 1.0)
    return counts / counts.sum(axis=1, keepdims=True)


def _keep(path: Path, log: Log, target: Floats, q_hat: Floats) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    logged: dict[str, Any] = {"actions": log.actions, "rewards": log.rewards, "propensities": log.propensities}
    np.savez(path, **logged, target=target, q_hat=q_hat, switch_at=np.array(SWITCH_AT))


def _table(found: dict[str, Any]) -> str:
    obp = recorded()
    lines: list[str] = []
    for name, part in found.items():
        truth = part["truth"]
        lines.append(f"{name}: really {truth['value']:.5f} [{truth['low']:.5f}, {truth['high']:.5f}]")
        lines.append(f"  {'':10}{'value':>9}{'95 % interval':>22}{'OBP 0.5.7':>12}{'difference':>12}{'rel. error':>12}")
        for method, each in part["estimates"].items():
            off = abs(each["value"] - obp[name][method])
            line = f"  {method:10}{each['value']:9.5f}{each['low']:11.5f}{each['high']:11.5f}{obp[name][method]:12.5f}"
            note = "" if each["conclusive"] else f"  ({each['reason']})"
            lines.append(f"{line}{off:12.1e}{part['relative_errors'][method]:12.3f}{note}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SHARED / "data")
    parser.add_argument("--arrays", type=Path, help="folder to write the estimators' input to")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    try:
        found = run(args.data, args.arrays)
    except WinbackError as error:
        raise SystemExit(str(error)) from None
    print(json.dumps(found, indent=2) if args.json else _table(found))


if __name__ == "__main__":
    main()
