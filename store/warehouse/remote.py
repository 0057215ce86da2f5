"""A shop that has outgrown one machine: the same tables on another engine, through Ibis."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import ibis  # pyright: ignore[reportMissingTypeStubs]
import ibis.expr.types as ir  # pyright: ignore[reportMissingTypeStubs]
from ibis.backends.sql import SQLBackend  # pyright: ignore[reportMissingTypeStubs]
from ibis.backends.sql.datatypes import DuckDBType  # pyright: ignore[reportMissingTypeStubs]
from ibis.common.exceptions import TableNotFound  # pyright: ignore[reportMissingTypeStubs]

from store.errors import WinbackError
from store.warehouse.engine import Engine
from store.warehouse.pointer import FactsInfo, parse_facts, pointer_text
from store.warehouse.schema import FACTS, INSIGHTS, MOMENTS, REQUIRED

_NO_CURRENCY = "XXX"  # what ISO 4217 writes where no currency is involved

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
        self._computed_at = 0.0
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
        if self._info is None or now - self._computed_at > _INFO_LASTS_S:
            self._info, self._computed_at = self._compute_info(), now
        return self._info

    @property
    def rows(self) -> dict[str, int]:
        return self.info.rows

    def close(self) -> None:
        if hasattr(self._threads, "backend"):
            self.backend.disconnect()
            del self._threads.backend

    def _connect(self) -> SQLBackend:
        try:
            return ibis.connect(self._url)  # pyright: ignore[reportReturnType]
        except Exception as error:  # every engine has its own
            raise WinbackError(
                f"The warehouse at {_shown(self._url)} cannot be reached ({type(error).__name__}); "
                "check WINBACK_WAREHOUSE, or unset it to use the shop's own files."
            ) from error

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
        known = [name for name in (*FACTS, *INSIGHTS) if name in self._tables]
        rows = {name: int(_value(self.backend.table(name).count())) for name in known}
        moments = [_value(self.backend.table(name)[column].max()) for name, column in MOMENTS.items() if rows.get(name)]
        if not moments:
            raise WinbackError(f"The warehouse at {_shown(self._url)} holds no orders yet; fill it, then ask again.")
        identity = self._identity()
        now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
        as_of = max(_naive(moment) for moment in moments)
        return FactsInfo(version="external", as_of=as_of, rows=rows, loaded_at=now, **identity)

    def _identity(self) -> dict[str, str]:
        if "shop_info" in self._tables:
            table = self.backend.table("shop_info")
            return {key: str(_value(table[key].max())) for key in ("name", "currency", "timezone")}
        text = pointer_text(self._home, "facts")
        if text is None:
            return {"name": "", "currency": _NO_CURRENCY, "timezone": "UTC"}
        info = parse_facts(text)
        return {"name": info.name, "currency": info.currency, "timezone": info.timezone}


def _value(scalar: Any) -> Any:
    return scalar.execute()


def _null(duckdb_type: str) -> Any:
    return cast(Any, ibis).null(DuckDBType.from_string(duckdb_type))


def _naive(moment: Any) -> datetime:
    return moment.to_pydatetime().replace(tzinfo=None)


def _shown(url: str) -> str:
    """The URL without its user and password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
