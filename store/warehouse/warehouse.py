"""The door to facts and insights, whatever engine holds them."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import ibis.expr.types as ir  # pyright: ignore[reportMissingTypeStubs]
from ibis.backends.sql import SQLBackend  # pyright: ignore[reportMissingTypeStubs]

from store.errors import WinbackError
from store.warehouse.engine import Engine
from store.warehouse.files import FileEngine
from store.warehouse.pointer import FactsInfo
from store.warehouse.remote import RemoteEngine, SparkEngine
from store.warehouse.schema import FACTS, INSIGHTS, REQUIRED
from store.warehouse.spark import Spark
from store.warehouse.untyped import DataFrame, RecordBatch


class Warehouse:
    """Facts and insights as Ibis tables. Any thread may use it; a new version is noticed at the next use."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, home: Path, url: str | None = None) -> "Warehouse":
        """The files under `home`, or the engine at an Ibis `url`. Raises WinbackError if neither works."""
        if not url:
            return cls(FileEngine(home))
        return cls(SparkEngine(home, url) if url.startswith("pyspark:") else RemoteEngine(home, url))

    @property
    def info(self) -> FactsInfo:
        """What the current facts are. Raises WinbackError where there are none."""
        return self._engine.info

    @property
    def backend(self) -> SQLBackend:
        """This thread's Ibis backend; bare table names resolve in its SQL."""
        return self._engine.backend

    @property
    def facts_file(self) -> Path | None:
        """The DuckDB file of the current facts; None on another engine."""
        return self._engine.facts_file

    @property
    def insights_file(self) -> Path | None:
        """The DuckDB file of the current insights; None before the first refresh, or on another engine."""
        return self._engine.insights_file

    @property
    def spark(self) -> Spark | None:
        """The Spark session that holds the tables; None on another engine."""
        return self._engine.spark

    def stream(self, table: ir.Table, rows: int = 50_000) -> Iterator[RecordBatch]:
        """The rows of an expression over this warehouse's tables, in Arrow record batches of at most `rows`.

        Memory holds a batch or two (on Spark a partition), however many rows there are. This thread may ask other
        things meanwhile.
        """
        return self._engine.stream(table, rows)

    def write(self, name: str, rows: Iterable[RecordBatch] | DataFrame) -> int:
        """Replace an insights table on another engine, and give its number of rows.

        PostgreSQL and DuckDB do it in one transaction; Spark gives a filled table the old one's name. The record
        batches need the table's columns (`store.warehouse.schema.INSIGHTS`); on Spark a DataFrame with them will do,
        which its workers write. Raises WinbackError where a column is missing, where the engine refuses or is another
        one, and for the shop's own files, which `building` writes.
        """
        if name not in INSIGHTS:
            raise WinbackError(f"Only insights are written: {', '.join(INSIGHTS)}; {name} is none.")
        return self._engine.write(name, rows)

    def has(self, name: str) -> bool:
        """Whether the table exists and has rows."""
        return self._engine.rows.get(name, 0) > 0

    def table(self, name: str) -> ir.Table:
        """A facts or insights table by its bare name. Raises WinbackError naming what is missing."""
        if name not in FACTS and name not in INSIGHTS:
            raise WinbackError(f"There is no table {name}; the tables are {', '.join([*FACTS, *INSIGHTS])}.")
        if name in INSIGHTS and not self.has(name):
            raise WinbackError(f"This shop has no {name} yet; run `winback refresh` first.")
        if name not in REQUIRED and not self.has(name):
            raise WinbackError(f"This shop has no {name}; load some with `winback load SOURCE` first.")
        return self._engine.table(name)

    def pinned(self) -> AbstractContextManager[None]:
        """Inside the block this thread keeps to one version, even if a new one is swapped in meanwhile."""
        return self._engine.pinned()

    def close(self) -> None:
        self._engine.close()
