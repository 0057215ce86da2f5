"""Is the model as good as one can be? The demo shop's scores against what its process allows to be known.

python -m eval.churn.demo HOME [--horizon DAYS] [--json]

The event is "no completed order within the horizon after the window", as the simulation went on (truth/future_orders).

- model: `churn_probability` as stored by `winback refresh`, or of a model trained here.
- statistician: knows how the process works, but no customer's own rates, which have to be inferred from the orders and
  visits that the shop sees. About the best that can be had from the shop's data.
- bayes: knows each customer's true rates of buying, browsing and leaving and every incident that befell them, and sees
  their orders and visits; not whether they have silently left. Nothing can be expected to rank better.
- knowing: knows besides who has left by the end of the window.

Scored likewise is the event "has left, or leaves within the horizon", which no shop ever sees.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score  # pyright: ignore[reportMissingTypeStubs]

from eval.churn.oracle import bayes, knowing
from eval.churn.scored import scored
from eval.churn.statistician import statistician
from eval.churn.truth import Floats, Truth, read_truth

Flags = NDArray[np.bool_]


def run(home: Path, horizon_days: int | None = None) -> dict[str, Any]:
    """Figures of the model and of both oracles on the customers that are scored."""
    truth, found = read_truth(home), scored(home, horizon_days)
    horizon = int(found["horizon_days"][0])
    place = {customer: number for number, customer in enumerate(found["customer_id"])}
    model: Floats = np.array(found["churn_probability"])[[place[customer] for customer in truth.ids]]
    silent, left = _silent(truth, horizon), truth.left <= truth.days + horizon
    beliefs = {"bayes": bayes(truth, horizon), "knowing": knowing(truth, horizon)}
    figures = {"model": _figures(model, silent) | {"auc_left": _auc(model, left)}}
    figures["statistician"] = _figures(statistician(truth, horizon), silent)
    for name, belief in beliefs.items():
        figures[name] = _figures(belief.no_order, silent) | {"auc_left": _auc(belief.leaves, left)}
    return {
        "suite": "churn.demo",
        "model_version": found["model_version"][0],
        "horizon_days": horizon,
        "customers": len(truth.ids),
        "silent": round(float(silent.mean()), 4),
        "left": round(float(left.mean()), 4),
        "figures": figures,
        "short_of": {name: round(row["auc"] - figures["model"]["auc"], 4) for name, row in figures.items()},
    }


def _silent(truth: Truth, horizon: int) -> Flags:
    found = np.ones(len(truth.ids), dtype=np.bool_)
    found[truth.future.who[truth.future.at < truth.days + horizon]] = False
    return found


def _figures(probability: Floats, event: Flags) -> dict[str, float]:
    brier = float(np.mean((probability - event) ** 2))
    return {"auc": _auc(probability, event), "brier": round(brier, 4), "mean": round(float(probability.mean()), 4)}


def _auc(score: Floats, event: Flags) -> float:
    return round(float(roc_auc_score(event, score)), 4)


def table(figures: dict[str, Any]) -> str:
    head = (
        f"{figures['model_version']}: {figures['customers']} customers, {figures['horizon_days']} days ahead; "
        f"{figures['silent']:.1%} buy nothing, {figures['left']:.1%} have left or leave"
    )
    lines = [head, f"{'':14}{'AUC':>8}{'Brier':>8}{'mean':>8}{'AUC of leaving':>16}{'model is short by':>20}"]
    for name, row in figures["figures"].items():
        leaving = f"{row['auc_left']:.4f}" if "auc_left" in row else "-"
        cells = f"{row['auc']:>8.4f}{row['brier']:>8.4f}{row['mean']:>8.4f}{leaving:>16}"
        lines.append(f"{name:14}{cells}{figures['short_of'][name]:>20.4f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--horizon", type=int)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures = run(args.home, args.horizon)
    print(json.dumps(figures, indent=2) if args.json else table(figures))


if __name__ == "__main__":
    main()
