"""What an engine that holds the tables must offer."""

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis.expr.types as ir  # pyright: ignore[reportMissingTypeStubs]
from ibis.backends.sql import SQLBackend  # pyright: ignore[reportMissingTypeStubs]

from store.errors import WinbackError
from store.warehouse.pointer import FactsInfo
from store.warehouse.spark import Spark
from store.warehouse.untyped import DataFrame, RecordBatch


class Engine(ABC):
    """Tables by bare name, for any thread."""

    @property
    def facts_file(self) -> Path | None:
        return None

    @property
    def insights_file(self) -> Path | None:
        return None

    @property
    @abstractmethod
    def info(self) -> FactsInfo: ...

    @property
    @abstractmethod
    def backend(self) -> SQLBackend: ...

    @property
    @abstractmethod
    def rows(self) -> dict[str, int]: ...

    @abstractmethod
    def table(self, name: str) -> ir.Table: ...

    @abstractmethod
    def close(self) -> None: ...

    @property
    def spark(self) -> Spark | None:
        return None

    @abstractmethod
    def stream(self, table: ir.Table, rows: int) -> Iterator[RecordBatch]: ...

    def write(self, name: str, rows: Iterable[RecordBatch] | DataFrame) -> int:
        raise WinbackError(f"The shop's own files are written whole, by `winback refresh`; {name} alone cannot be.")

    @contextmanager
    def pinned(self) -> Generator[None]:
        yield
