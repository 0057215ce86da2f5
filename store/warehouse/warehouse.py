"""The door to facts and insights, whatever engine holds them."""

from contextlib import AbstractContextManager
from pathlib import Path

import ibis.expr.types as ir  # pyright: ignore[reportMissingTypeStubs]
from ibis.backends.sql import SQLBackend  # pyright: ignore[reportMissingTypeStubs]

from store.errors import WinbackError
from store.warehouse.engine import Engine
from store.warehouse.files import FileEngine
from store.warehouse.pointer import FactsInfo
from store.warehouse.remote import RemoteEngine
from store.warehouse.schema import FACTS, INSIGHTS, REQUIRED


class Warehouse:
    """Facts and insights as Ibis tables. Any thread may use it; a new version is noticed at the next use."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, home: Path, url: str | None = None) -> "Warehouse":
        """The files under `home`, or the engine at an Ibis `url`. Raises WinbackError if neither works."""
        return cls(RemoteEngine(home, url) if url else FileEngine(home))

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
