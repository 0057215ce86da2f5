"""How good the bundled polarity model is: python -m eval.reviews.polarity [--data ../shared/data] [--json].

Two review sets, on the rows kept apart by text from training; the demo shop's hand-written prose, none of which was
trained on; what training recorded of categories left out; and the rate on one core.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.bench.source import SHARED
from eval.reviews.kept_apart import NEGATIVE, NEUTRAL, POSITIVE, kept_apart
from eval.reviews.prose import prose
from tools.reviews.labels import SENTIMENTS
from tools.reviews.polarity import Polarity, decide

BINS = 15
RECORDED = Path(__file__).parents[2] / "tools/reviews/polarity/model/cross_domain.json"
Floats = NDArray[np.floating[Any]]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Set:
    """Texts with the places of their labels in `SENTIMENTS`; how many negatives come on a positive elsewhere in the
    source (`odds`, from the dev split)."""

    name: str
    texts: Sequence[str]
    truth: Places
    odds: float = 1.0


def run(data: Path) -> dict[str, Any]:
    """Figures of every set there is."""
    model = Polarity.bundled()
    odds = {
        dev.name: float((dev.truth == NEGATIVE).sum() / (dev.truth == POSITIVE).sum())
        for dev in kept_apart(data, "dev")
    }
    sets = [Set(one.name, one.texts, one.truth, odds[one.name]) for one in kept_apart(data)]
    sets += [Set(f"demo prose, {language}", *prose(language)) for language in ("en", "zh")]
    figures = {one.name: score(model.probabilities(one.texts), one.truth, one.odds) for one in sets}
    recorded: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    rates = {one.name: rate(model, one.texts) for one in sets}
    return {"suite": "reviews.polarity", "version": model.version, "sets": figures, "left out": recorded, "rate": rates}


def score(probabilities: Floats, truth: Places, odds: float = 1.0) -> dict[str, Any]:
    """Shares right and errors of calibration; of three classes only where the truth has three.

    `balanced` is the mean share right of both sides at the likelier side; `even` the same where the sides' frequencies
    are divided out (Saerens et al. 2002), as a classifier trained with balanced classes would decide.
    """
    polar = truth != NEUTRAL
    pairs = probabilities[polar][:, [NEGATIVE, POSITIVE]]
    positive = pairs[:, 1] / np.maximum(pairs.sum(axis=1), 1e-9)
    is_positive = truth[polar] == POSITIVE
    hits = (positive > 0.5) == is_positive
    labels, confidence = decide(probabilities.astype(np.float32))
    chosen = np.array([SENTIMENTS.index(label) for label in labels])  # pyright: ignore[reportArgumentType]
    even = (pairs[:, 1] * odds > pairs[:, 0]) == is_positive
    found: dict[str, Any] = {
        "n": len(truth),
        "accuracy": float(hits.mean()),
        "balanced": _balanced(hits, is_positive),
        "even": _balanced(even, is_positive),
        "label right": float((chosen[polar] == truth[polar]).mean()),
        "neutral": float((chosen[polar] == NEUTRAL).mean()),
        "ece": expected_calibration_error(positive, is_positive),
    }
    if not polar.all():
        f1 = [_f1(chosen == place, truth == place) for place in range(3)]
        right = chosen == truth
        found |= {"macro F1": float(np.mean(f1)), "F1": dict(zip(SENTIMENTS, f1, strict=True))}
        found |= {
            "three-class accuracy": float(right.mean()),
            "three-class ece": expected_calibration_error(confidence, right),
        }
    return found


def _balanced(right: NDArray[np.bool_], is_positive: NDArray[np.bool_]) -> float:
    return float(np.mean([right[is_positive == side].mean() for side in (False, True)]))


def expected_calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float:
    """Mean gap between confidence and share right over `BINS` equal bins, weighted (Naeini et al. 2015)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)]
    return float(sum(gaps))


def _f1(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return float(2 * (found & true).sum() / max(1, found.sum() + true.sum()))


def rate(model: Polarity, texts: Sequence[str]) -> float:
    """Texts a second of processor time, on up to 4,000 of them."""
    part = list(texts)[:4000]
    started = time.process_time()
    model.probabilities(part)
    return round(len(part) / (time.process_time() - started), 0)


def table(figures: dict[str, Any]) -> str:
    columns = ("n", "accuracy", "balanced", "even", "label right", "neutral", "ece", "macro F1", "three-class ece")
    lines = [f"{figures['version']}", f"{'':18}" + "".join(f"{column:>16}" for column in columns) + f"{'texts/s':>10}"]
    for name, row in figures["sets"].items():
        cells = [row.get(column) for column in columns]
        shown = ["-" if c is None else str(c) if isinstance(c, int) else f"{c:.4f}" for c in cells]
        rate = f"{figures['rate'][name]:>10.0f}" if name in figures["rate"] else ""
        lines.append(f"{name:18}" + "".join(f"{cell:>16}" for cell in shown) + rate)
        if "F1" in row:
            lines.append(f"{'':18}F1 " + ", ".join(f"{label} {value:.3f}" for label, value in row["F1"].items()))
    if figures["left out"]:
        lines.append("Left out of training, as recorded by `python -m training.reviews.cross`:")
        lines += [f"  {name:40} {value}" for name, value in figures["left out"].items()]
    return "\n".join(lines)


def show(run: Callable[[Path], dict[str, Any]], about: str | None) -> None:
    """The command line of a module whose `run` gives such figures."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--data", type=Path, default=SHARED / "data")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    figures = run(args.data)
    print(json.dumps(figures, ensure_ascii=False, indent=2) if args.json else table(figures))


if __name__ == "__main__":
    show(run, __doc__)
