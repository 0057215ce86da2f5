"""What a text is as a whole, from the polarity model and from what the lexicon is clear about in it.

The lexicon knows what is good and bad about things the model never saw sold, so it helps most on other shops. The two
are multiplied as experts (Hinton 2002). TRUST was fitted on the dev splits; PULL and MIXED are the largest that cost
nothing there, chosen with a look at one demo shop. `python -m eval.reviews.labels` has the figures.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tools.reviews.labels import SENTIMENTS, Sentiment
from tools.words.text import has_cjk

Floats = NDArray[np.float32]
TRUST = np.array([0.836, 0.723], np.float32)  # exponent of the model's probabilities, in English and Chinese
PULL = 0.4  # log-odds an aspect that is clearly good or bad adds on its side, up to two of them
MIXED = 0.3  # what praise and blame together add to neutral
_MOST = 2


def together(texts: Sequence[str], spread: Floats, aspects: Sequence[Mapping[str, Sentiment]]) -> Floats:
    """(n, 3) probabilities that sum to 1, from the model's `spread` (n, 3) and each text's aspects."""
    counts = np.array([[list(one.values()).count(mood) for mood in SENTIMENTS] for one in aspects], np.float32)
    counts = counts.reshape(len(texts), 3)
    net = np.clip(counts[:, 2] - counts[:, 0], -_MOST, _MOST)
    mixed = (counts[:, 0] > 0) & (counts[:, 2] > 0)
    trust = TRUST[np.array([has_cjk(text) for text in texts], np.int64)]
    logits = trust[:, None] * np.log(np.maximum(spread, 1e-6))
    logits += np.stack([-PULL * net, MIXED * mixed, PULL * net], axis=1)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
