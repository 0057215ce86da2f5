"""The vectors of the texts, by text key, in Chroma's embedded client; never its server, never its own embedder."""

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from store.errors import WinbackError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Vectors: TypeAlias = "npt.NDArray[np.float32]"
_HNSW = {"space": "cosine", "ef_construction": 100, "ef_search": 200, "sync_threshold": 10_000, "batch_size": 1_000}
_GET = 10_000
_clients: dict[Path, tuple[str | None, Any]] = {}
_lock = threading.Lock()


class VectorStore:
    """One collection. A client that another process has overtaken does not see what that one wrote, so readers name
    the state of the catalogue (`generation`) and a client opened for another state is opened anew."""

    def __init__(self, folder: Path, generation: str | None) -> None:
        self._folder = folder
        self._client = _client(folder, generation)

    def create(self, collection: str) -> None:
        """Makes the collection unless it is there."""
        self._client.get_or_create_collection(collection, embedding_function=None, configuration={"hnsw": _HNSW})

    def put(self, collection: str, keys: Sequence[str], vectors: Vectors) -> None:
        """Adds vectors (n, dimension), or writes them again."""
        self._collection(collection).upsert(ids=list(keys), embeddings=vectors)

    def remove(self, collection: str, keys: Sequence[str]) -> None:
        """Forgets what is there of these."""
        for first in range(0, len(keys), _GET):
            self._collection(collection).delete(ids=list(keys[first : first + _GET]))

    def nearest(
        self, collection: str, vector: Vectors, number: int, keys: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The keys nearest to a vector (dimension,), of `keys` alone where given, with their cosine, nearest first.

        Raises WinbackError where a key is not there or the vectors cannot be read.
        """
        from chromadb.errors import ChromaError

        chosen = {} if keys is None else {"ids": list(keys)}
        try:
            found = self._collection(collection).query(
                query_embeddings=vector[None, :], n_results=number, include=["distances"], **chosen
            )
        except ChromaError:
            raise WinbackError("The review index cannot be read; run `winback refresh` to mend it.") from None
        return [(key, 1.0 - distance) for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    def get(self, collection: str, keys: Sequence[str]) -> Vectors:
        """The vectors of those keys that are there, (at most len(keys), dimension)."""
        if not keys:
            return self._collection(collection).get(limit=0, include=["embeddings"])["embeddings"]
        return self._collection(collection).get(ids=list(keys), include=["embeddings"])["embeddings"]

    def count(self, collection: str) -> int:
        return self._collection(collection).count()

    def keep_only(self, collection: str) -> None:
        """Drops every other collection."""
        for other in self._client.list_collections():
            if other.name != collection:
                self._client.delete_collection(other.name)

    def _collection(self, name: str) -> Any:
        from chromadb.errors import ChromaError

        try:
            return self._client.get_collection(name, embedding_function=None)
        except ChromaError:
            raise WinbackError("The review index has lost its vectors; run `winback refresh` to mend it.") from None


def _client(folder: Path, generation: str | None) -> Any:
    with _lock:
        opened = _clients.get(folder)
        if opened and (generation is None or opened[0] == generation):
            return opened[1]
        if opened:
            opened[1].close()
        client = _open(folder)
        _clients[folder] = (generation, client)
        return client


def settle_client(folder: Path, generation: str) -> None:
    """Says that this process's client has seen everything up to this state of the catalogue."""
    with _lock:
        if folder in _clients:
            _clients[folder] = (generation, _clients[folder][1])


def close_client(folder: Path) -> None:
    """Closes this process's client; the next use opens another."""
    with _lock:
        opened = _clients.pop(folder, None)
        if opened:
            opened[1].close()


def _open(folder: Path) -> Any:
    import chromadb  # half a second, which only those who search should pay
    from chromadb.config import Settings

    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(str(folder), Settings(anonymized_telemetry=False))
