"""The review index of a shop: kept up by `sync`, asked by `search`."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from store.errors import WinbackError
from store.review_index import catalogue
from store.review_index.embedder import EMBEDDED, Embedder, choose_embedder, chosen_name, embedded
from store.review_index.rows import Hit, Mode, ReviewRow, SyncReport, Where
from store.review_index.search import Source, search
from store.review_index.sync import Progress, sync
from store.review_index.vectors import VectorStore, close_client
from store.settings import Settings

FOLDER = "reviews-index"
EVERYTHING = Where()


@dataclass
class ReviewIndex:
    """Light to make; any thread may use it, and any number of processes may search while one syncs."""

    folder: Path
    settings: Settings
    embedder: Embedder | None = None

    @classmethod
    def open(cls, home: Path, settings: Settings, embedder: Embedder | None = None) -> "ReviewIndex":
        """The index of the shop in `home`, built or not; `embedder` is used instead of the one the settings choose."""
        return cls(Path(home) / FOLDER, settings, embedder)

    @property
    def built(self) -> bool:
        """Whether a sync has ever come to its end."""
        return catalogue.usable(self.folder) and self._meta("collection") is not None

    @property
    def count(self) -> int:
        """How many reviews are in it."""
        if not catalogue.usable(self.folder):
            return 0
        with catalogue.reading(self.folder) as connection:
            return int(connection.execute("SELECT count(*) FROM reviews").fetchone()[0])

    def sync(self, batches: Iterable[Sequence[ReviewRow]], progress: Progress | None = None) -> SyncReport:
        """Makes the index hold exactly the reviews of these batches (a thousand or two each do well).

        Only texts that are new are embedded, each once; everything else costs a comparison. With another embedder than
        before, its vectors are made beside the old ones, which answer until the new ones are all there. Whatever stops
        it, the next sync goes on from there. `progress` is told the number of reviews of each batch done.
        Raises WinbackError where another process is at it, or the embedder's server fails.
        """
        return sync(self.folder, self.embedder or choose_embedder(self.settings), batches, progress)

    def search(self, query: str, *, limit: int = 10, mode: Mode = "fused", where: Where = EVERYTHING) -> list[Hit]:
        """The reviews that answer the query best, best first; of reviews with the same text only the latest.

        Raises WinbackError where there is no index yet, or the embedder's server fails.
        """
        try:
            return self._search(query, limit, mode, where)
        except (WinbackError, sqlite3.OperationalError):
            # A sync elsewhere may have swapped the vectors between two steps; a second look sees one state again.
            close_client(self.folder / "vectors")
            return self._search(query, limit, mode, where)

    def _search(self, query: str, limit: int, mode: Mode, where: Where) -> list[Hit]:
        if not catalogue.usable(self.folder):
            raise WinbackError("This shop's reviews are not indexed yet; run `winback refresh` first.")
        with catalogue.reading(self.folder) as connection:
            collection = catalogue.get(connection, "collection")
            if collection is None:
                raise WinbackError("This shop's reviews are not indexed yet; run `winback refresh` first.")
            vectors = VectorStore(self.folder / "vectors", catalogue.get(connection, "generation"))
            embedder = self._embedder_of(catalogue.get(connection, "embedder") or "")
            return search(Source(connection, vectors, collection, embedder), query, limit, mode, where)

    def _embedder_of(self, name: str) -> Embedder | None:
        """The embedder that made the vectors, which is not always the one the settings ask for now."""
        if self.embedder and self.embedder.name == name:
            return self.embedder
        if name == chosen_name(self.settings):
            return choose_embedder(self.settings)
        if name == EMBEDDED:
            return embedded()
        return None

    def _meta(self, name: str) -> str | None:
        with catalogue.reading(self.folder) as connection:
            return catalogue.get(connection, name)
