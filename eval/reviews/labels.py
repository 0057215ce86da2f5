"""How good the embedded labeller's labels are, model and lexicon together.

python -m eval.reviews.labels [--data ../shared/data] [--json]

The same sets and figures as `eval.reviews.polarity`, which scores the model alone, and whole reviews of a demo shop.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from eval.reviews.kept_apart import NEGATIVE, POSITIVE, kept_apart
from eval.reviews.polarity import score, show
from store.demo import make_demo
from store.warehouse import Warehouse
from tools.reviews.labelling.embedded import EmbeddedLabeller
from tools.reviews.labels import SENTIMENTS

SEED = 11
_DEMO = "SELECT text, sentiment, language FROM read_parquet(?) JOIN facts.reviews USING (review_id)"


def run(data: Path) -> dict[str, Any]:
    """Figures of every set, with the labeller's rate on one core."""
    labeller = EmbeddedLabeller(workers=1)
    figures: dict[str, Any] = {}
    for dev, test in zip(kept_apart(data, "dev"), kept_apart(data), strict=True):
        odds = float((dev.truth == NEGATIVE).sum() / (dev.truth == POSITIVE).sum())
        figures[test.name] = score(_spread(labeller, test.texts), test.truth, odds)
    for language, (texts, truth) in _demo().items():
        figures[f"demo shop, {language}"] = score(_spread(labeller, texts), truth)
    return {"suite": "reviews.labels", "version": labeller.version, "sets": figures, "left out": {}, "rate": {}}


def _spread(labeller: EmbeddedLabeller, texts: Sequence[str]) -> NDArray[np.float64]:
    return np.array([label.probabilities for label in labeller.label(texts)])


def _demo() -> dict[str, tuple[list[str], NDArray[np.int64]]]:
    """Whole reviews by language, with the feeling the writer meant."""
    with tempfile.TemporaryDirectory(prefix="winback-labels-") as folder:
        home = Path(folder)
        make_demo(home, customers=5000, seed=SEED, progress=lambda _fraction, _message: None)
        connection = duckdb.connect()
        connection.execute(f"ATTACH '{Warehouse.open(home).facts_file}' AS facts (READ_ONLY)")
        rows = connection.execute(_DEMO, [str(home / "truth" / "reviews.parquet")]).fetchall()
        connection.close()
    return {
        language: (
            [text for text, _, spoken in rows if spoken == language],
            np.array([SENTIMENTS.index(mood) for _, mood, spoken in rows if spoken == language]),
        )
        for language in ("en", "zh")
    }


if __name__ == "__main__":
    show(run, __doc__)
