"""Bringing the index up to the shop's reviews: only what changed costs, and whatever kills it, the next run goes on."""

import fcntl
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.errors import WinbackError
from store.review_index import catalogue
from store.review_index.embedder import Embedder
from store.review_index.rows import ReviewRow, SyncReport
from store.review_index.terms import terms
from store.review_index.text import text_key, visible
from store.review_index.vectors import VectorStore, close_client, settle_client

Progress = Callable[[int], None]
EMBEDDED_AT_ONCE = 1024
_TEMPORARY = """
CREATE TEMP TABLE seen (review_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TEMP TABLE incoming (
    place INTEGER PRIMARY KEY, review_id TEXT, key TEXT,
    product TEXT, customer TEXT, day TEXT, language TEXT, sentiment TEXT
);
"""
# The last row of an id counts; what is as it was is not written.
_STORE = """
INSERT INTO reviews SELECT i.review_id, t.id, i.product, i.customer, i.day, i.language, i.sentiment
FROM incoming i JOIN texts t ON t.key = i.key WHERE true
ON CONFLICT (review_id) DO UPDATE SET text = excluded.text, product = excluded.product, customer = excluded.customer,
    day = excluded.day, language = excluded.language, sentiment = excluded.sentiment
WHERE (text, product, customer, day, language, sentiment) IS NOT
    (excluded.text, excluded.product, excluded.customer, excluded.day, excluded.language, excluded.sentiment)
"""
_WITHOUT_VECTOR = """
SELECT DISTINCT i.key FROM incoming i LEFT JOIN texts t ON t.key = i.key
LEFT JOIN embedded e ON e.collection = ? AND e.id = t.id WHERE e.id IS NULL AND t.empty IS NOT 1
"""
_NEW = "SELECT count(*) FROM incoming i WHERE NOT EXISTS (SELECT 1 FROM reviews r WHERE r.review_id = i.review_id)"
_GONE = "SELECT review_id FROM reviews WHERE review_id NOT IN (SELECT review_id FROM seen)"
_ORPHANS = "SELECT t.id FROM texts t WHERE NOT EXISTS (SELECT 1 FROM reviews r WHERE r.text = t.id)"


@dataclass
class _Job:
    connection: sqlite3.Connection
    vectors: VectorStore
    embedder: Embedder
    collection: str
    added: int = 0
    changed: int = 0
    embedded: int = 0
    read: int = 0


def sync(
    folder: Path, embedder: Embedder, batches: Iterable[Sequence[ReviewRow]], progress: Progress | None = None
) -> SyncReport:
    """Makes the index in `folder` hold exactly these reviews. Each batch is kept as soon as it is done.

    `progress` is told after each batch how many reviews it had. Raises WinbackError where another process is at it, or
    the embedder fails.
    """
    with _alone(folder):
        if not catalogue.usable(folder):
            _clear(folder)
        return _sync(folder, embedder, batches, progress)


def _sync(
    folder: Path, embedder: Embedder, batches: Iterable[Sequence[ReviewRow]], progress: Progress | None
) -> SyncReport:
    with catalogue.writing(folder) as connection:
        collection = f"reviews-{embedder.name}-{embedder.dimension}"
        vectors = VectorStore(folder / "vectors", catalogue.get(connection, "generation"))
        vectors.create(collection)
        _mend(connection, vectors, collection)
        job = _Job(connection, vectors, embedder, collection)
        connection.executescript(_TEMPORARY)
        for batch in batches:
            _take(job, batch)
            if progress:
                progress(len(batch))
        removed, forgotten = _remove_gone(job)
        _finish(folder, job)
        return SyncReport(job.read, job.added, job.changed, removed, job.embedded, forgotten, embedder.name)


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WinbackError(
                "Another process is building the review index of this shop; wait until it is done, then try again."
            ) from None
        yield


def _clear(folder: Path) -> None:
    """Throws away what cannot be read; the index is built anew."""
    close_client(folder / "vectors")
    for doomed in (
        folder / catalogue.FILE,
        Path(f"{folder / catalogue.FILE}-wal"),
        Path(f"{folder / catalogue.FILE}-shm"),
    ):
        doomed.unlink(missing_ok=True)
    shutil.rmtree(folder / "vectors", ignore_errors=True)


def _mend(connection: sqlite3.Connection, vectors: VectorStore, collection: str) -> None:
    """Vectors that are not all there any more are made again."""
    claimed = connection.execute("SELECT count(*) FROM embedded WHERE collection = ?", (collection,)).fetchone()[0]
    if vectors.count(collection) < claimed:
        connection.execute("DELETE FROM embedded WHERE collection = ?", (collection,))


def _take(job: _Job, batch: Sequence[ReviewRow]) -> None:
    """One transaction: the batch's new texts, embedded, and its reviews."""
    connection = job.connection
    texts = {text_key(row.text): row.text for row in batch}
    rows = [(row.review_id, text_key(row.text), *row.facts) for row in batch]
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("DELETE FROM incoming")
        connection.executemany(
            "INSERT INTO incoming (review_id, key, product, customer, day, language, sentiment) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.execute(
            "DELETE FROM incoming WHERE place NOT IN (SELECT max(place) FROM incoming GROUP BY review_id)"
        )
        connection.execute("INSERT OR IGNORE INTO seen SELECT review_id FROM incoming")
        wanted = [key for (key,) in connection.execute(_WITHOUT_VECTOR, (job.collection,))]
        _add_texts(job, {key: visible(texts[key]) for key in wanted})
        added = connection.execute(_NEW).fetchone()[0]
        written = connection.execute(_STORE).rowcount
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    job.added += added
    job.changed += written - added
    job.read += len(batch)


def _add_texts(job: _Job, texts: dict[str, str]) -> None:
    """Vectors first: a text counts as embedded only once its vector is stored, and writing one again does no harm."""
    connection = job.connection
    keys = list(texts)
    for at in range(0, len(keys), EMBEDDED_AT_ONCE):
        some = [key for key in keys[at : at + EMBEDDED_AT_ONCE] if texts[key]]
        if some:
            job.vectors.put(job.collection, some, job.embedder.passages([texts[key] for key in some]))
            job.embedded += len(some)
    for key in keys:
        row = connection.execute(
            "INSERT INTO texts (key, empty) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING id", (key, not texts[key])
        )
        if new := row.fetchone():
            connection.execute("INSERT INTO words (rowid, terms) VALUES (?, ?)", (new[0], terms(texts[key])))
    connection.executemany(
        "INSERT INTO embedded SELECT ?, id FROM texts WHERE key = ? AND NOT empty",
        [(job.collection, key) for key in keys],
    )


def _remove_gone(job: _Job) -> tuple[int, int]:
    """Reviews that were not among those read, and texts that no review has any more."""
    connection = job.connection
    connection.execute("BEGIN IMMEDIATE")
    removed = connection.execute(f"DELETE FROM reviews WHERE review_id IN ({_GONE})").rowcount
    connection.execute("CREATE TEMP TABLE orphans AS " + _ORPHANS)
    connection.execute("INSERT OR IGNORE INTO doomed SELECT key FROM texts WHERE id IN (SELECT id FROM orphans)")
    for table, column in (("words", "rowid"), ("embedded", "id"), ("texts", "id")):
        connection.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM orphans)")
    forgotten = connection.execute("SELECT count(*) FROM orphans").fetchone()[0]
    connection.execute("COMMIT")
    return removed, forgotten


def _finish(folder: Path, job: _Job) -> None:
    """The vectors of forgotten texts go, and readers are told: first where to look, then that the rest is gone."""
    connection = job.connection
    doomed = [key for (key,) in connection.execute("SELECT key FROM doomed")]
    alive = {key for (key,) in connection.execute("SELECT key FROM texts WHERE key IN (SELECT key FROM doomed)")}
    job.vectors.remove(job.collection, [key for key in doomed if key not in alive])
    generation = secrets.token_hex(8)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM doomed")
    connection.execute("DELETE FROM embedded WHERE collection <> ?", (job.collection,))
    catalogue.put(connection, "collection", job.collection)
    catalogue.put(connection, "embedder", job.embedder.name)
    catalogue.put(connection, "format", catalogue.FORMAT)
    catalogue.put(connection, "generation", generation)
    connection.execute("COMMIT")
    job.vectors.keep_only(job.collection)
    settle_client(folder / "vectors", generation)
