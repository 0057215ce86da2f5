"""What turns texts into vectors: the one interface, and the choice by settings."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from typing import Protocol

from store.errors import WinbackError
from store.review_index.vectors import Vectors
from store.settings import Settings

EMBEDDED = "use-multilingual-3"


class Embedder(Protocol):
    """Rows of the vectors have length 1; texts in any language it knows land in one space."""

    @property
    def name(self) -> str:
        """Letters, digits and dashes. Vectors of one name and dimension can be compared with each other only."""
        ...

    @property
    def share(self) -> float:
        """How much its cosine counts beside the words in a fused search, 0 to 1."""
        ...

    @property
    def dimension(self) -> int:
        """Raises WinbackError where it has to ask a server that does not answer."""
        ...

    def passages(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), dimension). Raises WinbackError where a server does not answer."""
        ...

    def query(self, text: str) -> Vectors:
        """(dimension,). Raises WinbackError where a server does not answer."""
        ...


def choose_embedder(settings: Settings) -> Embedder:
    """The endpoint the settings name, or the embedded one. Raises WinbackError where the model's name is missing."""
    if not settings.embedder_url:
        return embedded()
    if not settings.embedder_model:
        raise WinbackError(
            "WINBACK_EMBEDDER_URL is set, but not which model it serves; set WINBACK_EMBEDDER_MODEL too."
        )
    from store.review_index.endpoint import EndpointEmbedder

    return EndpointEmbedder(
        settings.embedder_url,
        settings.embedder_model,
        settings.embedder_api_key.get_secret_value(),
        name=_name(settings),
        query_prefix=settings.embedder_query_prefix,
        passage_prefix=settings.embedder_passage_prefix,
    )


def chosen_name(settings: Settings) -> str:
    """The name of `choose_embedder(settings)`, told without making one."""
    return _name(settings) if settings.embedder_url else EMBEDDED


@cache
def embedded() -> Embedder:
    """The embedded embedder of this process; it loads its model at the first use."""
    from store.review_index.embedded import UseEmbedder

    return UseEmbedder()


def _name(settings: Settings) -> str:
    """Prefixes change the vectors, so they are part of it."""
    exact = "\n".join((settings.embedder_model or "", settings.embedder_query_prefix, settings.embedder_passage_prefix))
    plain = re.sub(r"[^a-z0-9]+", "-", (settings.embedder_model or "").lower()).strip("-")[:80]
    return f"{plain or 'model'}-{hashlib.sha256(exact.encode()).hexdigest()[:8]}"
