"""Accuracy against the share of reviews that go to a second labeller, on the splits kept apart.

python -m eval.reviews.cascade [--data ../shared/data] [--model-url URL [--most 2000]] [--json]

The least sure go first, as in `winback reviews label --escalate`. The curve is computed with a perfect second labeller:
an upper bound, since no labeller agrees with every customer's stars. Beside it stands how often the embedded labeller
is right on what goes on: a second one gains where it is right more often. With --model-url a real one is asked too.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.bench.source import SHARED
from eval.reviews.kept_apart import NEGATIVE, NEUTRAL, POSITIVE, Reviews, kept_apart
from store.errors import WinbackError
from tools.reviews.labelling.answerer import Answerer
from tools.reviews.labelling.cascade import unsure
from tools.reviews.labelling.embedded import EmbeddedLabeller, usable_cores
from tools.reviews.labels import SENTIMENTS, Label

SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
Right = NDArray[np.bool_]


def run(data: Path, second: Answerer | None = None, most: int = 2000) -> dict[str, Any]:
    """A curve a data set and task; `second` is asked about the first `most` that would go on."""
    curves: dict[str, Any] = {}
    with EmbeddedLabeller(usable_cores()) as embedded:
        version = embedded.version
        for reviews in kept_apart(data):
            labels = embedded.label(reviews.texts)
            for task, of in (("polarity", reviews.truth != NEUTRAL), ("three classes", np.ones(len(labels), bool))):
                if task == "polarity" or (reviews.truth == NEUTRAL).any():
                    places = np.flatnonzero(of).tolist()
                    curves[f"{reviews.name}, {task}"] = curve(reviews, labels, places, task == "polarity", second, most)
    return {
        "suite": "reviews.cascade",
        "embedded": version,
        "second": second.version if second else None,
        "curves": curves,
    }


def curve(
    reviews: Reviews, labels: Sequence[Label], places: list[int], polar: bool, second: Answerer | None, most: int
) -> list[dict[str, Any]]:
    """Accuracy over `places` at each share; with `polar`, only negative against positive counts."""
    texts, truth = [reviews.texts[place] for place in places], reviews.truth[places]
    own = [labels[place] for place in places]
    right = correct(own, truth, polar)
    order = unsure(texts, own, 1.0, None)
    asked = order[:most]
    answers = dict(second.answers([texts[place] for place in asked])) if second else {}
    better = right.copy()
    for at, label in answers.items():
        if label is not None:
            better[asked[at]] = correct([label], truth[[asked[at]]], polar)[0]
    rows: list[dict[str, Any]] = []
    for share in SHARES:
        count = round(share * len(places))
        gone = order[:count]
        rows.append(
            {
                "share": share,
                "below": round(own[gone[-1]].score, 3) if gone else None,
                "embedded_right": _mean(right[gone]),
                "perfect": _mean(_with(right, gone, np.ones(len(right), bool))),
                "second_right": _mean(better[gone]) if second and count <= most else None,
                "cascade": _mean(_with(right, gone, better)) if second and count <= most else None,
            }
        )
    return rows


def correct(labels: Sequence[Label], truth: NDArray[np.int64], polar: bool) -> Right:
    """Which labels are right."""
    spread = np.array([label.probabilities for label in labels]).reshape(-1, len(SENTIMENTS))
    if polar:
        return np.where(spread[:, POSITIVE] > spread[:, NEGATIVE], POSITIVE, NEGATIVE) == truth
    return np.array([SENTIMENTS.index(label.sentiment) for label in labels]) == truth


def _with(right: Right, gone: list[int], other: Right) -> Right:
    whole = right.copy()
    whole[gone] = other[gone]
    return whole


def _mean(right: Right) -> float | None:
    return round(float(right.mean()), 4) if len(right) else None


def show(report: dict[str, Any]) -> None:
    for name, rows in report["curves"].items():
        print(f"\n{name}")
        print("  share  below  embedded right on these  perfect second  second right  with second")
        for row in rows:
            cells = (row[key] for key in ("embedded_right", "perfect", "second_right", "cascade"))
            on, perfect, second, both = ("-" if cell is None else f"{cell:.2%}" for cell in cells)
            print(f"  {row['share']:5.0%} {row['below'] or '-':>6}  {on:>23} {perfect:>15} {second:>13} {both:>12}")
    if report["second"] is None:
        print("\nNo second labeller was asked (--model-url); a perfect one is an upper bound.")


def second_labeller(url: str) -> Answerer:
    """The model behind an OpenAI-compatible server."""
    from agent.client import chat_model
    from store.settings import Settings
    from tools.reviews.labelling.model import ModelLabeller

    chat = chat_model(Settings(model_url=url))
    return ModelLabeller(chat, chat.model_name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=SHARED / "data")
    parser.add_argument("--model-url")
    parser.add_argument("--most", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not kept_apart(options.data):
        print(f"The curve is left out: there are no labelled reviews in {options.data}.")
        return
    try:
        report = run(options.data, second_labeller(options.model_url) if options.model_url else None, options.most)
    except WinbackError as problem:
        raise SystemExit(str(problem)) from problem
    print(json.dumps(report)) if options.json else show(report)


if __name__ == "__main__":
    main()
