"""A shop that has outgrown one machine: the same tables on another engine, through Ibis."""

import threading
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ibis.expr.types as ir  # pyright: ignore[reportMissingTypeStubs]
from ibis.backends.sql import SQLBackend  # pyright: ignore[reportMissingTypeStubs]
from ibis.backends.sql.datatypes import DuckDBType  # pyright: ignore[reportMissingTypeStubs]
from ibis.common.exceptions import TableNotFound  # pyright: ignore[reportMissingTypeStubs]

from store.errors import WinbackError
from store.warehouse.engine import Engine
from store.warehouse.pointer import FactsInfo, parse_facts, pointer_text
from store.warehouse.schema import FACTS, INSIGHTS, MOMENTS, REQUIRED
from store.warehouse.spark import Spark
from store.warehouse.streaming import (
    fitted,
    replace_duckdb,
    replace_postgres,
    stream_duckdb,
    stream_ibis,
    stream_postgres,
)
from store.warehouse.untyped import DataFrame, RecordBatch, ibis

_NO_CURRENCY = "XXX"  # what ISO 4217 writes where no currency is involved

_LOOK_AGAIN_S = 5.0
_INFO_LASTS_S = 600.0  # counting every table can be slow; nobody tells us when the engine's facts change


class RemoteEngine(Engine):
    """Tables by bare name on the engine at `url`.

    An optional one-row table `shop_info` (name, currency, timezone) says what the facts cannot.
    """

    def __init__(self, home: Path, url: str) -> None:
        self._home = home
        self._url = url
        self._threads = threading.local()
        self._info: FactsInfo | None = None
        self._computed_at = self._looked_at = 0.0
        self._tables = {name for name in (*FACTS, *INSIGHTS, "shop_info") if self._exists(name)}
        missing = [name for name in REQUIRED if name not in self._tables]
        if missing:
            what = ", ".join(missing)
            raise WinbackError(f"The warehouse at {_shown(url)} lacks {what}; add them, or unset WINBACK_WAREHOUSE.")

    @property
    def backend(self) -> SQLBackend:
        if not hasattr(self._threads, "backend"):
            self._threads.backend = self._connect()
        return self._threads.backend

    @property
    def info(self) -> FactsInfo:
        now = time.monotonic()
        if self._info is None or now - self._computed_at > _INFO_LASTS_S or self._refreshed(now):
            self._info, self._computed_at = self._compute_info(), now
        return self._info

    @property
    def rows(self) -> dict[str, int]:
        return self.info.rows

    def stream(self, table: ir.Table, rows: int) -> Iterator[RecordBatch]:
        if self.backend.name == "duckdb":
            yield from stream_duckdb(self.backend, table, rows)
            return
        own = self._connect()
        try:
            yield from (stream_postgres if own.name == "postgres" else stream_ibis)(own, table, rows)
        finally:
            own.disconnect()

    def write(self, name: str, rows: Iterable[RecordBatch] | DataFrame) -> int:
        with self._writing(name):
            self._replace(name, rows)
            self._tables.add(name)
            self._info = None
            return int(_value(self.backend.table(name).count()))

    def _replace(self, name: str, rows: Iterable[RecordBatch] | DataFrame) -> None:
        batches = fitted(rows, name)
        if self.backend.name == "duckdb":
            replace_duckdb(self.backend, name, batches)
            return
        if self.backend.name != "postgres":
            raise WinbackError(
                f"Insights are stored in PostgreSQL, DuckDB or Spark; {self.backend.name} can only be read from, "
                "so score the shop on one of those."
            )
        own = self._connect()  # the batches may be read from this thread's own connection
        try:
            replace_postgres(own, name, batches)
        finally:
            own.disconnect()

    @contextmanager
    def _writing(self, name: str) -> Generator[None]:
        try:
            yield
        except WinbackError:
            raise
        except Exception as error:  # every engine has its own
            reason = " ".join(str(error).split())[:200]
            raise WinbackError(f"{name} cannot be stored in the warehouse at {_shown(self._url)}: {reason}") from error

    def _refreshed(self, now: float) -> bool:
        """Whether somebody has stored insights that were not there before: looked for now and then."""
        if now - self._looked_at < _LOOK_AGAIN_S:
            return False
        self._looked_at = now
        found = {name for name in INSIGHTS if name not in self._tables and self._exists(name)}
        self._tables |= found
        return bool(found)

    def close(self) -> None:
        if hasattr(self._threads, "backend"):
            self.backend.disconnect()
            del self._threads.backend

    def _connect(self) -> SQLBackend:
        try:
            return ibis.connect(self._url)
        except Exception as error:  # every engine has its own
            raise _unreachable(self._url, error) from error

    def _exists(self, name: str) -> bool:
        # Ibis 12 cannot list the tables of DuckDB 2, so each is asked for by name.
        try:
            self.backend.table(name)
        except TableNotFound:
            return False
        return True

    def table(self, name: str) -> ir.Table:
        table: ir.Table = self.backend.table(name)
        wanted = (FACTS | INSIGHTS)[name]
        absent = {column: _null(kind) for column, kind in wanted.items() if column not in table.columns}
        return table.mutate(**absent) if absent else table

    def _compute_info(self) -> FactsInfo:
        counted = {str(row["name"]): row for row in self._counted()}
        moments = [_naive(row["last"]) for row in counted.values() if row["last"] is not None]
        if not moments:
            raise WinbackError(f"The warehouse at {_shown(self._url)} holds no orders yet; fill it, then ask again.")
        return FactsInfo(
            version="external",
            as_of=max(moments),
            rows={name: int(row["rows"]) for name, row in counted.items()},
            loaded_at=datetime.now(UTC).replace(microsecond=0, tzinfo=None),
            **self._identity(),
        )

    def _counted(self) -> list[dict[str, Any]]:
        """Of every table: name, rows, and its last moment where its moments are the shop's; all in one query."""
        parts: list[Any] = []
        for name in (name for name in (*FACTS, *INSIGHTS) if name in self._tables):
            table: Any = self.backend.table(name)
            last = table[MOMENTS[name]].max().cast("timestamp") if name in MOMENTS else ibis.null("timestamp")
            parts.append(table.aggregate(rows=table.count(), last=last).mutate(name=ibis.literal(name)))
        return ibis.union(*parts).to_pyarrow().to_pylist()

    def _identity(self) -> dict[str, str]:
        if "shop_info" in self._tables:
            table = self.backend.table("shop_info")
            return {key: str(_value(table[key].max())) for key in ("name", "currency", "timezone")}
        text = pointer_text(self._home, "facts")
        if text is None:
            return {"name": "", "currency": _NO_CURRENCY, "timezone": "UTC"}
        info = parse_facts(text)
        return {"name": info.name, "currency": info.currency, "timezone": info.timezone}


class SparkEngine(RemoteEngine):
    """One session for all threads; see store.warehouse.spark."""

    def __init__(self, home: Path, url: str) -> None:
        try:
            self._spark = Spark(url)
        except WinbackError:
            raise
        except Exception as error:  # Java's reach us in many shapes
            raise _unreachable(url, error) from error
        super().__init__(home, url)

    @property
    def spark(self) -> Spark | None:
        return self._spark

    @property
    def backend(self) -> SQLBackend:
        return self._spark.backend

    def stream(self, table: ir.Table, rows: int) -> Iterator[RecordBatch]:
        return self._spark.stream(table, rows)

    def close(self) -> None:
        """The session is the process's, and ends with it."""

    def _replace(self, name: str, rows: Iterable[RecordBatch] | DataFrame) -> None:
        is_frame = hasattr(rows, "mapInArrow")
        self._spark.replace(name, iter([rows]) if is_frame else self._spark.frames(name, fitted(rows, name)))


def _unreachable(url: str, error: Exception) -> WinbackError:
    return WinbackError(
        f"The warehouse at {_shown(url)} cannot be reached ({type(error).__name__}); "
        "check WINBACK_WAREHOUSE, or unset it to use the shop's own files."
    )


def _value(scalar: Any) -> Any:
    return scalar.execute()


def _null(duckdb_type: str) -> Any:
    return ibis.null(DuckDBType.from_string(duckdb_type))


def _naive(moment: Any) -> datetime:
    return moment.replace(tzinfo=None)


def _shown(url: str) -> str:
    """The URL without its user and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
