"""Which learner finds the right offers soonest? The same weeks for each, as in closed_loop.

python -m eval.offers.policies HOME [HOME ...] [--seeds 4] [--first 1001] [--together] [--json]

Each is scored by its share of what the oracle (seen) gains over random: over all 26 weeks, and in the last eight. This
is where the product's learner and its settings were chosen, on shops and seeds that closed_loop reports nothing on.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from eval.offers.simulation.learners import Bandit
from eval.offers.simulation.loop import Learner, Run, play
from eval.offers.simulation.rivals import Ridge, Squarecb, Trees
from eval.offers.simulation.world import World, pooled, read_world
from tools.offers.policy.fitting import Learning
from tools.offers.policy.response import Priors

LATE = 8


def _bandit(**how: Any) -> Callable[[World], Learner]:
    return lambda world: Bandit(world, Learning(**how))


LEARNERS: dict[str, Callable[[World], Learner]] = {
    "product": Bandit,
    "product, curiosity 60": _bandit(curiosity=60.0),
    "product, curiosity 600": _bandit(curiosity=600.0),
    "product, half-life 45 days": _bandit(half_life=45.0),
    "product, half-life 180 days": _bandit(half_life=180.0),
    "product, wide priors": _bandit(priors=Priors(effect=0.3, interaction=0.1)),
    "VW SquareCB, gamma scale 10": lambda world: Squarecb(world, gamma_scale=10.0),
    "VW SquareCB, gamma scale 100": Squarecb,
    "VW SquareCB, gamma scale 1000": lambda world: Squarecb(world, gamma_scale=1000.0),
    "VW SquareCB, rate 0.2": lambda world: Squarecb(world, rate=0.2),
    "ridge on rewards": Ridge,
    "LightGBM on rewards": Trees,
}


def compare(worlds: list[World], seeds: list[int], told: Callable[[str], None]) -> dict[str, dict[str, float]]:
    """By learner: the mean shares over seeds, and the standard error of the first."""
    found: dict[str, dict[str, float]] = {}
    for name, make in LEARNERS.items():
        runs = [play(world, make(world), seed) for seed in seeds for world in [worlds[seed % len(worlds)]]]
        shares = [_share(run, 0) for run in runs]
        late = [_share(run, -LATE) for run in runs]
        error = float(np.std(shares, ddof=1) / len(shares) ** 0.5)
        found[name] = {"share": float(np.mean(shares)), "error": error, "late": float(np.mean(late))}
        told(f"{name:32} {found[name]['share']:6.3f} +- {error:.3f}   last {LATE} weeks {found[name]['late']:6.3f}")
    return found


def _share(run: Run, start: int) -> float:
    gained, oracle, random = (sum(w[start:]) for w in (run.gained, run.others["oracle_seen"], run.others["random"]))
    return (gained - random) / (oracle - random)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--first", type=int, default=1001)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    worlds = [read_world(home) for home in args.homes]
    worlds = [pooled(worlds)] if args.together else worlds
    found = compare(worlds, list(range(args.first, args.first + args.seeds)), lambda line: print(line, flush=True))
    if args.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
