"""The embedded model: cleaning, network, calibration."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file  # pyright: ignore[reportUnknownVariableType]
from threadpoolctl import ThreadpoolController  # pyright: ignore[reportMissingTypeStubs]

from tools.reviews.labels import SENTIMENTS
from tools.reviews.polarity.network import Floats, Network
from tools.reviews.polarity.ngrams import ngrams
from tools.reviews.polarity.pieces import Pieces
from tools.reviews.polarity.text import clean
from tools.words.text import has_cjk

FOLDER = Path(__file__).parent / "model"
VERSION = "winback-polarity-1"
BATCH = 64
NOTHING = np.array([0.0, 1.0, 0.0], np.float32)  # the scores of a text in which nothing stands


class Polarity:
    """Scores texts; a text's score does not depend on what stands beside it."""

    version: str = VERSION

    def __init__(self, folder: Path):
        """Raises OSError where `folder` lacks `polarity.safetensors`, `pieces.json` or `config.json`."""
        config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self._network = Network(load_file(folder / "polarity.safetensors"))
        self._pieces = Pieces(folder / "pieces.json")
        self._libraries = ThreadpoolController()
        languages = [config["calibration"][language] for language in ("en", "zh")]
        self._slopes = np.array([language["slopes"] for language in languages], np.float32)
        self._offsets = np.array([language["offsets"] for language in languages], np.float32)

    @classmethod
    def bundled(cls) -> "Polarity":
        """The model that comes with the project; read once."""
        return _bundled()

    def probabilities(self, texts: Sequence[str | None]) -> NDArray[np.float32]:
        """(n, 3) probabilities of negative, neutral and positive; every row sums to 1. Never raises for a text."""
        cleaned = [clean(text) for text in texts]
        chinese = np.fromiter((has_cjk(text) for text in cleaned), np.int64, len(cleaned))
        wide, deep = self._sides(cleaned)
        slopes = self._slopes[chinese]
        logits = slopes[:, :1] * wide + slopes[:, 1:] * deep + self._offsets[chinese]
        logits[np.fromiter((not text for text in cleaned), np.bool_, len(cleaned))] = NOTHING
        odds = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
        return odds / odds.sum(axis=1, keepdims=True)

    def sides(self, texts: Sequence[str | None]) -> tuple[Floats, Floats]:
        """What calibration starts from: (n, 3) logits of the table and of the convolutions."""
        return self._sides([clean(text) for text in texts])

    def _sides(self, cleaned: Sequence[str]) -> tuple[Floats, Floats]:
        wide, deep = np.zeros((2, len(cleaned), 3), np.float32)
        # Matrices this small lose by being shared out.
        with self._libraries.limit(limits=1, user_api="blas"):  # pyright: ignore[reportUnknownMemberType]
            for start in range(0, len(cleaned), BATCH):
                part = cleaned[start : start + BATCH]
                wide[start : start + BATCH] = self._network.wide(*ngrams(part))
                deep[start : start + BATCH] = self._network.deep(self._pieces.ids(part))
        return wide, deep


@cache
def _bundled() -> Polarity:
    return Polarity(FOLDER)


def decide(probabilities: NDArray[np.float32]) -> tuple[list[str], NDArray[np.float32]]:
    """The likeliest label of each row of (n, 3) probabilities, and its probability (n,)."""
    chosen = probabilities.argmax(axis=1)
    return [SENTIMENTS[i] for i in chosen], probabilities[np.arange(len(chosen)), chosen]
