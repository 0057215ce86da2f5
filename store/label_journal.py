"""What labellers said of texts, by text and labeller: a text is labelled once, and what is done stays done.

One SQLite file, `HOME/review-labels.db`. It holds hashes of texts and labels, never a text. A commit survives the death
of the process; any number of processes may share the file.
"""

import json
import sqlite3
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from store.errors import WinbackError

FILE = "review-labels.db"
_TABLES = """
CREATE TABLE IF NOT EXISTS versions (id INTEGER PRIMARY KEY, family TEXT NOT NULL, version TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS labels (
    text_key TEXT NOT NULL, version_id INTEGER NOT NULL, sentiment TEXT NOT NULL,
    negative REAL NOT NULL, neutral REAL NOT NULL, positive REAL NOT NULL, aspects TEXT NOT NULL,
    PRIMARY KEY (text_key, version_id)
) WITHOUT ROWID;
"""
# The wanted version's label comes last, and before it the others from the oldest on.
_READ = """
SELECT text_key, sentiment, negative, neutral, positive, aspects, version
FROM json_each(?1) AS wanted JOIN labels ON text_key = wanted.value JOIN versions ON versions.id = version_id
WHERE version = ?2 OR (?3 AND family = ?4) ORDER BY version = ?2, versions.id
"""
_WRITE = """
INSERT OR REPLACE INTO labels SELECT ?, id, ?, ?, ?, ?, ? FROM versions WHERE version = ?
"""


@dataclass(frozen=True)
class Entry:
    """One label; `probabilities` are of negative, neutral and positive."""

    sentiment: str
    probabilities: tuple[float, float, float]
    aspects: dict[str, str]
    version: str


class LabelJournal:
    """Labels by (text_key, version). A version is written `family:detail`; labels of one family replace each other."""

    def __init__(self, home: Path) -> None:
        """Opens or makes the file under `home`. Raises WinbackError where that cannot be done."""
        self.path = home / FILE
        with self._told():
            home.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.executescript(_TABLES)

    def read(self, keys: Collection[str], version: str, older: bool = False) -> dict[str, Entry]:
        """The labels of that version by key; with `older`, where it has none, the newest of its family."""
        arguments = (json.dumps(list(keys)), version, older, family_of(version))
        with self._told():
            rows = self._connection.execute(_READ, arguments)
            return {
                key: Entry(sentiment, (negative, neutral, positive), json.loads(aspects), found)
                for key, sentiment, negative, neutral, positive, aspects, found in rows
            }

    def write(self, entries: Mapping[str, Entry]) -> None:
        """Keeps labels by key, in one commit."""
        with self._told(), self._connection:
            versions = {entry.version for entry in entries.values()}
            self._connection.executemany(
                "INSERT OR IGNORE INTO versions (family, version) VALUES (?, ?)",
                [(family_of(version), version) for version in versions],
            )
            self._connection.executemany(_WRITE, [_row(key, entry) for key, entry in entries.items()])

    def counts(self) -> dict[str, int]:
        """How many texts each version has labelled, oldest version first."""
        query = "SELECT version, count(text_key) FROM versions LEFT JOIN labels ON version_id = id GROUP BY id"
        with self._told():
            return dict(self._connection.execute(query).fetchall())

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _told(self) -> Generator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as problem:
            raise WinbackError(
                f"The labels in {self.path} cannot be read or written ({problem}); free the disk or remove the file."
            ) from problem


def family_of(version: str) -> str:
    return version.partition(":")[0]


def _row(key: str, entry: Entry) -> tuple[str | float, ...]:
    aspects = json.dumps(entry.aspects, separators=(",", ":"))
    return (key, entry.sentiment, *entry.probabilities, aspects, entry.version)
