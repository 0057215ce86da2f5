"""Whether a campaign's results find the true uplift again: `python -m eval.offers.recovered HOME --runs 1000`.

A demo shop's customers, as its truth has them, are given campaigns drawn anew each time: a tenth held back, the others
offered at random what the catalogue allows them. Their orders come in over 30 days (see eval.offers.outcomes), and
every day somebody looks. What they spent before is from the shop's facts.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from eval.offers.simulation.world import Floats, World, read_world
from store.shop import Shop
from tools.offers.results.always_valid import Comparison, compare
from tools.offers.results.sums import arm
from tools.offers.rewards.facts import margin_before, margin_share

DAYS, HELD = 30, 0.1


@dataclass(frozen=True)
class Run:
    """Of one campaign: whether any daily interval, and whether the last, excluded the truth; whether the last excluded
    zero; the difference found and the interval's width."""

    ever: bool
    at_end: bool
    concluded: bool
    found: float
    width: float


def before(home: Path, world: World) -> Floats:
    """(n,) the margin before the shop's today."""
    shop = Shop.open(home)
    rows = pd.DataFrame({"customer_id": world.people.ids, "place": np.arange(len(world)), "window_days": DAYS})
    rows["known_at"] = pd.Series(shop.as_of, index=rows.index).astype("datetime64[us]")
    found = margin_before(shop.warehouse, rows, margin_share(shop.warehouse)[0])
    shop.close()
    return found.to_numpy()


def truth(world: World) -> float:
    """The expected margin per customer that offers at random add in the window."""
    offers = world.allowed[:, 1:]
    gained = np.log1p(-world.chance[:, :1]) - np.log1p(-world.chance[:, 1:])
    margin = world.baskets.mean(world.baskets.margin)
    return float((margin * (gained * offers).sum(axis=1) / np.maximum(offers.sum(axis=1), 1)).mean())


def daily(world: World, held: np.ndarray, rng: np.random.Generator) -> Floats:
    """(DAYS, n) margin so far of each customer, day by day."""
    keys = np.where(world.allowed[:, 1:], rng.random(world.allowed[:, 1:].shape), -1)
    picked = np.where(held, 0, 1 + keys.argmax(axis=1))
    counts = rng.poisson(-np.log1p(-world.chance[np.arange(len(world)), picked]))
    who = np.repeat(np.arange(len(world)), counts)
    margin = world.baskets.margin[world.baskets.draw(who, rng)]
    day = rng.integers(0, DAYS, len(who))
    each = np.bincount(day * len(world) + who, margin, minlength=DAYS * len(world)).reshape(DAYS, len(world))
    return each.cumsum(axis=0)


def run(world: World, known: Floats, true: float, rng: np.random.Generator, *, cuped: bool) -> Run:
    held = rng.random(len(world)) < HELD
    looks = [_look(outcome, known, held, day, cuped) for day, outcome in enumerate(daily(world, held, rng), 1)]
    missed = [bool(one.low > true * day / DAYS or one.high < true * day / DAYS) for day, one in enumerate(looks, 1)]
    last = looks[-1]
    concluded = bool(last.low > 0 or last.high < 0)
    return Run(any(missed), missed[-1], concluded, float(last.value), float(last.high - last.low))


def _look(outcome: Floats, known: Floats, held: np.ndarray, day: int, cuped: bool) -> Comparison:
    offered, other = (arm(outcome[mask], known[mask], outcome[mask] > 0) for mask in (~held, held))
    return compare(offered, other, day / DAYS, cuped=cuped)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=5)
    args = parser.parse_args()
    world = read_world(args.home)
    known, true = before(args.home, world), truth(world)
    print(f"{len(world):,} customers; true difference per customer {true:.2f}")
    print("| method | ever excludes the truth | at the end | excludes zero | mean found | width |")
    print("|---|---|---|---|---|---|")
    for name, cuped in (("without CUPED", False), ("with CUPED", True)):
        rng = np.random.default_rng(args.seed)
        runs = [run(world, known, true, rng, cuped=cuped) for _ in range(args.runs)]
        shares = [float(np.mean([getattr(one, what) for one in runs])) for what in ("ever", "at_end", "concluded")]
        found = np.array([one.found for one in runs])
        error, width = found.std() / np.sqrt(len(runs)), float(np.median([one.width for one in runs]))
        told = " | ".join(f"{one:.1%}" for one in shares)
        print(f"| {name} | {told} | {found.mean():.2f} ± {1.96 * error:.2f} | {width:.2f} |", flush=True)


if __name__ == "__main__":
    main()
