"""The index's own book: which review has which text, what is known of it, and the words of each text (SQLite, FTS5)."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

FILE = "catalogue.sqlite"
FORMAT = "1"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, empty INTEGER NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(terms, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE IF NOT EXISTS embedded (collection TEXT, id INTEGER, PRIMARY KEY (collection, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS doomed (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reviews (
    review_id TEXT PRIMARY KEY, text INTEGER NOT NULL,
    product TEXT, customer TEXT, day TEXT, language TEXT, sentiment TEXT
);
CREATE INDEX IF NOT EXISTS reviews_text ON reviews (text);
CREATE INDEX IF NOT EXISTS reviews_product ON reviews (product);
CREATE INDEX IF NOT EXISTS reviews_customer ON reviews (customer);
CREATE INDEX IF NOT EXISTS reviews_day ON reviews (day, text);
CREATE INDEX IF NOT EXISTS reviews_sentiment ON reviews (sentiment, text);
"""


@contextmanager
def reading(folder: Path) -> Generator[sqlite3.Connection]:
    """A connection that sees one state of the catalogue, and temporary tables of its own."""
    connection = _connect(folder)
    try:
        connection.execute("BEGIN")
        yield connection
    finally:
        connection.close()


@contextmanager
def writing(folder: Path) -> Generator[sqlite3.Connection]:
    """A connection that makes the tables where they are missing; what is not committed is rolled back."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = _connect(folder)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_SCHEMA)
        yield connection
    finally:
        connection.close()


def usable(folder: Path) -> bool:
    """Whether there is a catalogue of this format, sound enough to be read."""
    if not (folder / FILE).exists():
        return False
    try:
        with reading(folder) as connection:
            return get(connection, "format") in (None, FORMAT)
    except sqlite3.DatabaseError:
        return False


def get(connection: sqlite3.Connection, name: str) -> str | None:
    """A value of `meta`."""
    row = connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def put(connection: sqlite3.Connection, name: str, value: str) -> None:
    connection.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (name, value))


def _connect(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / FILE, timeout=30, isolation_level=None)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection
