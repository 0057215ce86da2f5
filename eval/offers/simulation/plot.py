"""The regret curve as a picture."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from eval.offers.closed_loop import CHANGE, WEEKS, regret

STYLE = {
    "random": ("random", "0.6", "-"),
    "best fixed": ("best fixed (known afterwards)", "tab:orange", "-"),
    "vw": ("VW SquareCB", "tab:green", "-"),
    "bandit": ("Winback's bandit", "tab:blue", "-"),
}


def draw(plays: list[dict[str, Any]], path: Path) -> None:
    """Left: cumulative regret against what could be learned from what the shop sees. Right: weekly margin when the
    response changes."""
    matplotlib: Any = import_module("matplotlib")
    matplotlib.use("Agg")
    pyplot: Any = import_module("matplotlib.pyplot")
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 4.2))
    weeks = np.arange(1, WEEKS + 1)
    for arm, (label, colour, line) in STYLE.items():
        if arm in plays[0]["steady"]:
            left.plot(weeks, regret(plays, arm), line, color=colour, label=label)
    left.set(xlabel="week", ylabel="cumulative regret, £ per weekly decision", title="Regret against the oracle (seen)")
    left.legend(frameon=False)
    for arm, label, colour in (
        ("oracle_seen", "oracle (seen)", "0.3"),
        ("bandit", "Winback's bandit", "tab:blue"),
        ("random", "random", "0.6"),
    ):
        curves = [np.divide(one["changed"][arm], one["changed"]["decisions"]) for one in plays]
        right.plot(weeks, np.mean(curves, axis=0), color=colour, label=label)
    right.axvline(CHANGE + 0.5, color="0.8", linestyle="--")
    right.set(
        xlabel="week", ylabel="incremental margin, £ per decision", title="The best offer wears out after week 13"
    )
    right.set_ylim(bottom=0)
    right.legend(frameon=False, loc="lower left")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"Mean of {len(plays)} seeds", fontsize=9)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
