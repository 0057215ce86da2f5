"""Decide, wait, learn, decide again: does the bandit earn what can be earned, and find its way after a change?

python -m eval.offers.closed_loop HOME [HOME ...] [--seeds 20] [--first 1] [--together] [--learners bandit,vw]
    [--plot FILE.png] [--json]

Each HOME is a demo shop with its truth, scored by `winback refresh`. Seed s is played in shop s modulo their number;
`--together` makes one larger shop of them. 26 weeks; each week a fifth of the customers is decided on, so that no one
has two windows open; orders come evenly over the 30 days, and a learner sees each week what has come by then.
Customers are as the shop saw them at its end, and stay so. The product's policy starts without experience, and what it
learns goes live every week. Incremental margin is expected margin less costs, by the truth, minus that of offering
nothing; the holdout is not counted.

- random: every allowed offer, nothing among them, alike. best fixed: the one offer that would have earned most, known
  only afterwards.
- oracle (seen): the product's own model, told the true expected orders of every customer with every offer: what could
  be learned from what the shop sees.
- oracle (traits): knows the response function and each customer's true traits, thrift among them, which leaves no trace
  in any data that the shop has.
- oracle (pairs): knows besides how much each customer's response to each offer differs by chance.

The change, in a second play: from week 14 on the offer that earned most, given to everyone, moves nobody any more.
`recovered` counts the seeds in which the share of the oracle's (seen, after the change) gain over random, in the 5th
and 6th week of it, is at least nine tenths of the share in the four weeks before.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from eval.offers.simulation.before import checks
from eval.offers.simulation.learners import Bandit
from eval.offers.simulation.loop import Learner, Run, play
from eval.offers.simulation.rivals import Ridge, Squarecb, Trees
from eval.offers.simulation.world import Floats, World, pooled, read_world

WEEKS, CHANGE = 26, 13
LEARNERS: dict[str, Callable[[World], Learner]] = {"bandit": Bandit, "vw": Squarecb, "ridge": Ridge, "trees": Trees}
ORACLES = ("oracle_seen", "oracle_traits", "oracle_pairs")


def run(worlds: list[World], seeds: list[int], learners: list[str], told: Callable[[str], None]) -> dict[str, Any]:
    """Every seed's weeks, by arm, and the figures on them."""
    plays: list[dict[str, Any]] = []
    for seed in seeds:
        world = worlds[seed % len(worlds)]
        steady = {name: play(world, LEARNERS[name](world), seed, WEEKS) for name in learners}
        changed = play(world, Bandit(world), seed, WEEKS, CHANGE)
        one = {"seed": seed, "steady": _weeks(steady), "changed": _weeks({"bandit": changed})}
        one["before"] = {name: asdict(check) | {"held": check.held} for name, check in checks(world, seed).items()}
        plays.append(one)
        told(_line(one))
    return {"figures": figures(plays), "plays": plays}


def _weeks(runs: dict[str, Run]) -> dict[str, Any]:
    """Incremental margin by arm and week, and the decisions of each week."""
    first = next(iter(runs.values()))
    always = {name: weeks for name, weeks in first.others.items() if name.startswith("always ")}
    fixed = max(always, key=lambda name: sum(always[name]))
    kept = {name: weeks for name, weeks in first.others.items() if name not in always}
    gained = {name: one.gained for name, one in runs.items()}
    return {"decisions": first.decisions, "fixed": fixed, **kept, "best fixed": always[fixed], **gained}


def figures(plays: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over seeds: margin a decision by arm, shares of the oracles' gains over random, recovery, estimates."""
    arms = [name for name in plays[0]["steady"] if name not in {"decisions", "fixed"}]
    steady = {name: _mean([_each(one["steady"], name, 0, WEEKS) for one in plays]) for name in arms}
    learners = [name for name in arms if name in LEARNERS]
    shares = {
        name: {oracle: _mean([_share(one["steady"], name, oracle, 0, WEEKS) for one in plays]) for oracle in ORACLES}
        for name in [*learners, "best fixed"]
    }
    late = {
        name: _mean([_share(one["steady"], name, "oracle_seen", WEEKS - 8, WEEKS) for one in plays])
        for name in learners
    }
    before = [_share(one["changed"], "bandit", "oracle_seen", CHANGE - 4, CHANGE) for one in plays]
    after = [_share(one["changed"], "bandit", "oracle_seen", CHANGE + 4, CHANGE + 6) for one in plays]
    return {
        "seeds": len(plays),
        "margin_per_decision": steady,
        "share_of_oracle_gain": shares,
        "share_in_last_8_weeks": late,
        "change": {
            "share_before": _mean(before),
            "share_by_week": [
                _mean([_share(one["changed"], "bandit", "oracle_seen", w, w + 1) for one in plays])[0]
                for w in range(CHANGE, WEEKS)
            ],
            "share_in_weeks_5_and_6": _mean(after),
            "recovered": sum(a >= 0.9 * b for a, b in zip(after, before, strict=True)),
        },
        "estimates_held": {name: sum(one["before"][name]["held"] for one in plays) for name in ("value", "gain")},
    }


def _each(weeks: dict[str, Any], arm: str, start: int, end: int) -> float:
    return sum(weeks[arm][start:end]) / sum(weeks["decisions"][start:end])


def _share(weeks: dict[str, Any], arm: str, oracle: str, start: int, end: int) -> float:
    random = sum(weeks["random"][start:end])
    return (sum(weeks[arm][start:end]) - random) / (sum(weeks[oracle][start:end]) - random)


def _mean(values: list[float]) -> tuple[float, float]:
    """The mean over seeds and half its 95 % interval."""
    spread = 1.96 * float(np.std(values, ddof=1)) / len(values) ** 0.5 if len(values) > 1 else float("nan")
    return float(np.mean(values)), spread


def _line(one: dict[str, Any]) -> str:
    weeks = one["steady"]
    arms = {name: round(_each(weeks, name, 0, WEEKS), 3) for name in weeks if name not in {"decisions", "fixed"}}
    checked = {name: {k: v if k == "held" else round(v, 3) for k, v in c.items()} for name, c in one["before"].items()}
    return json.dumps(
        {"seed": one["seed"], "decisions": sum(weeks["decisions"]), "fixed": weeks["fixed"], **arms, **checked}
    )


def regret(plays: list[dict[str, Any]], arm: str, key: str = "steady") -> Floats:
    """(weeks,) what a decision of each week falls short of the oracle (seen), added up; mean over seeds."""
    curves = [
        np.cumsum(np.subtract(one[key]["oracle_seen"], one[key][arm])) / np.mean(one[key]["decisions"]) for one in plays
    ]
    return np.mean(curves, axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", nargs="+", type=Path)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--learners", default="bandit,vw")
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    worlds = [read_world(home) for home in args.homes]
    worlds = [pooled(worlds)] if args.together else worlds
    seeds = list(range(args.first, args.first + args.seeds))
    found = run(worlds, seeds, args.learners.split(","), lambda line: print(line, flush=True))
    if args.plot:
        from eval.offers.simulation.plot import draw

        draw(found["plays"], args.plot)
    print(json.dumps(found if args.json else found["figures"], indent=1))


if __name__ == "__main__":
    main()
