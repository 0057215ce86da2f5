"""The default warehouse: versioned DuckDB files, attached read-only into memory and locked."""

import os
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import ibis.expr.types as ir  # pyright: ignore[reportMissingTypeStubs]
from ibis.backends.duckdb import Backend  # pyright: ignore[reportMissingTypeStubs]

from store.errors import WinbackError
from store.warehouse.engine import Engine
from store.warehouse.pointer import FactsInfo, parse_facts, parse_insights, pointer_text, version_file
from store.warehouse.schema import TABLES, Kind
from store.warehouse.streaming import stream_duckdb
from store.warehouse.untyped import RecordBatch

_LOCKDOWN = (
    "SET timezone = 'UTC'",
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


_MEMORY = 5_000_000_000  # bytes; what is larger spills to disk


class _LockedBackend(Backend):
    """Ibis sets options on every connection it is given; ours are set already, and locked."""

    def _post_connect(self, extensions: object = None) -> None:
        self._record_batch_readers_consumed: dict[str, bool] = {}


class Snapshot:
    """One version of facts and insights, attached; a cursor and a backend for each thread."""

    def __init__(self, home: Path, facts_text: str, insights_text: str | None) -> None:
        self.texts = (facts_text, insights_text)
        self.info = parse_facts(facts_text)
        self.rows = dict(self.info.rows)
        self.facts_file = version_file(home, "facts", self.info.version)
        self.insights_file: Path | None = None
        if insights_text is not None:
            insights = parse_insights(insights_text)
            self.rows |= insights.rows
            self.insights_file = version_file(home, "insights", insights.version)
        self._connection = attach(self.facts_file, self.insights_file)
        self._threads = threading.local()

    def backend(self) -> Backend:
        if not hasattr(self._threads, "backend"):
            self._threads.backend = _LockedBackend.from_connection(self._connection.cursor())
        return self._threads.backend


def attach(facts_file: Path, insights_file: Path | None) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB that sees these files read-only, under bare names too, and nothing else."""
    connection = duckdb.connect(":memory:")
    spill = Path(tempfile.gettempdir()) / f"winback-spill-{os.getpid()}-{id(connection):x}"
    connection.execute(f"SET temp_directory = '{_quoted(spill)}'")
    connection.execute(f"SET memory_limit = '{_memory()}B'")
    files: dict[Kind, Path | None] = {"facts": facts_file, "insights": insights_file}
    for alias, path in files.items():
        if path is None:
            continue
        connection.execute(f"ATTACH '{_quoted(path)}' AS {alias} (READ_ONLY)")
        for table in TABLES[alias]:
            connection.execute(f"CREATE VIEW memory.main.{table} AS FROM {alias}.main.{table}")
    for statement in _LOCKDOWN:
        connection.execute(statement)
    return connection


def _memory() -> int:
    """Bytes that one process's queries may take: 5 GB, or three fifths of a machine that has less than enough."""
    return min(_MEMORY, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 3 // 5)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


class FileEngine(Engine):
    """Notices a new version by itself: the pointers are read again at every use."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._pins = threading.local()

    @property
    def info(self) -> FactsInfo:
        return self._current().info

    @property
    def backend(self) -> Backend:
        return self._current().backend()

    @property
    def facts_file(self) -> Path | None:
        return self._current().facts_file

    @property
    def insights_file(self) -> Path | None:
        return self._current().insights_file

    @property
    def rows(self) -> dict[str, int]:
        return self._current().rows

    def close(self) -> None:
        self._snapshot = None

    @contextmanager
    def pinned(self) -> Generator[None]:
        before = getattr(self._pins, "snapshot", None)
        self._pins.snapshot = before or self._current()
        try:
            yield
        finally:
            self._pins.snapshot = before

    def table(self, name: str) -> ir.Table:
        return self.backend.table(name)

    def stream(self, table: ir.Table, rows: int) -> Iterator[RecordBatch]:
        return stream_duckdb(self.backend, table, rows)

    def _current(self) -> Snapshot:
        pinned: Snapshot | None = getattr(self._pins, "snapshot", None)
        if pinned is not None:
            return pinned
        with self._lock:
            return self._refreshed()

    def _refreshed(self) -> Snapshot:
        for attempt in range(3):
            texts = (pointer_text(self._home, "facts"), pointer_text(self._home, "insights"))
            if self._snapshot is not None and self._snapshot.texts == texts:
                return self._snapshot
            if texts[0] is None:
                break
            try:
                self._snapshot = Snapshot(self._home, texts[0], texts[1])
                return self._snapshot
            except duckdb.IOException:
                # Two swaps may fall between reading the pointer and attaching; the next reading is right.
                if attempt == 2:
                    raise WinbackError(
                        f"The shop in {self._home} cannot be opened; run `winback load SOURCE` again."
                    ) from None
        raise WinbackError(f"There is no shop in {self._home}; run `winback load SOURCE` or `winback demo` first.")
