"""What one process does of the embedded labelling; the models are loaded once, when first needed."""

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from typing import cast

import numpy as np
from numpy.typing import NDArray

from tools.reviews.aspects import find_aspects
from tools.reviews.labelling import weighed
from tools.reviews.labels import Label, Sentiment
from tools.reviews.polarity import Polarity, decide


def local_version() -> str:
    """The polarity model's version and the head of a hash over the aspects' lexicon and how the two are weighed."""
    lexicon = files("tools.reviews.aspects").joinpath("lexicon.yaml").read_bytes()
    weights = repr((weighed.TRUST.tolist(), weighed.PULL, weighed.MIXED)).encode()
    return f"{Polarity.version}/{hashlib.sha256(lexicon + weights).hexdigest()[:8]}"


def chunk_labels(version: str, texts: Sequence[str]) -> list[Label]:
    """One label a text, said to be made by `version`."""
    polarity = Polarity.bundled()
    spread = polarity.probabilities(texts)
    found = find_aspects(texts, _Scored(polarity, texts, spread))
    spread = weighed.together(texts, spread, found)
    chosen, scores = decide(spread)
    rows = zip(chosen, scores.tolist(), spread.tolist(), found, strict=True)
    return [
        Label(cast("Sentiment", sentiment), score, (row[0], row[1], row[2]), aspects, version)
        for sentiment, score, row, aspects in rows
    ]


class _Scored:
    """The polarity model for clauses; most are a whole text, whose scores are known already."""

    def __init__(self, polarity: Polarity, texts: Sequence[str], spread: NDArray[np.float32]) -> None:
        self._polarity = polarity
        self._known = dict(zip(map(str.strip, texts), spread, strict=True))

    def probabilities(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        known = self._known
        unknown = list({text: None for text in texts if text not in known})
        known |= dict(zip(unknown, self._polarity.probabilities(unknown), strict=True))
        return [known[text] for text in texts]
