"""What every warehouse offers, whatever the engine."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis.expr.types as ir
from ibis.backends.sql import SQLBackend

from store.errors import WinbackError
from store.warehouse.pointer import FactsInfo
from store.warehouse.schema import FACTS, INSIGHTS, REQUIRED


class Warehouse(ABC):
    """Facts and insights as Ibis tables. Any thread may use it."""

    @staticmethod
    def open(home: Path, url: str | None = None) -> "Warehouse":
        """The files under `home`, or the engine at an Ibis `url`. Raises WinbackError if unusable."""
        from store.warehouse.files import FileWarehouse
        from store.warehouse.remote import RemoteWarehouse

        return RemoteWarehouse(home, url) if url else FileWarehouse(home)

    @property
    @abstractmethod
    def info(self) -> FactsInfo:
        """What the current facts are. Raises WinbackError where there are none."""

    @property
    @abstractmethod
    def backend(self) -> SQLBackend:
        """This thread's Ibis backend; bare table names resolve in its SQL."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Whether the table exists and has rows."""

    @abstractmethod
    def close(self) -> None: ...

    @property
    def facts_file(self) -> Path | None:
        """The DuckDB file of the current facts; None on another engine."""
        return None

    @property
    def insights_file(self) -> Path | None:
        """The DuckDB file of the current insights; None before the first refresh, or on another engine."""
        return None

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Inside the block this thread keeps to one version, even if a new one is swapped in meanwhile."""
        yield

    def table(self, name: str) -> ir.Table:
        """A facts or insights table by its bare name. Raises WinbackError naming what is missing."""
        if name in INSIGHTS and not self.has(name):
            raise WinbackError(f"This shop has no {name} yet; run `winback refresh` first.")
        if name not in FACTS and name not in INSIGHTS:
            raise WinbackError(f"There is no table {name}; the tables are {', '.join([*FACTS, *INSIGHTS])}.")
        if name not in REQUIRED and not self.has(name):
            raise WinbackError(
                f"This shop has no {name}; load them with `winback load SOURCE` to ask about them."
            )
        return self._table(name)

    @abstractmethod
    def _table(self, name: str) -> ir.Table: ...
