"""A shop that has outgrown one machine: the same tables on another engine, through Ibis."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ibis
import ibis.expr.types as ir
from ibis.backends.sql import SQLBackend
from ibis.backends.sql.datatypes import DuckDBType

from store.errors import WinbackError
from store.warehouse import pointer
from store.warehouse.base import Warehouse
from store.warehouse.pointer import FactsInfo
from store.warehouse.schema import FACTS, INSIGHTS, MOMENTS, REQUIRED

_NO_CURRENCY = "XXX"  # what ISO 4217 writes where no currency is involved


class RemoteWarehouse(Warehouse):
    """Tables by bare name on the engine at `url`.

    An optional one-row table `shop_info` (name, currency, timezone) says what the facts cannot.
    """

    def __init__(self, home: Path, url: str) -> None:
        self._home = home
        self._url = url
        self._threads = threading.local()
        self._info: FactsInfo | None = None
        self._tables = set(self.backend.list_tables())
        missing = [name for name in REQUIRED if name not in self._tables]
        if missing:
            what = ", ".join(missing)
            raise WinbackError(
                f"The warehouse at {_shown(url)} lacks {what}; add them, or unset WINBACK_WAREHOUSE."
            )

    @property
    def backend(self) -> SQLBackend:
        if not hasattr(self._threads, "backend"):
            self._threads.backend = self._connect()
        return self._threads.backend

    @property
    def info(self) -> FactsInfo:
        if self._info is None:
            self._info = self._compute_info()
        return self._info

    def has(self, name: str) -> bool:
        return self.info.rows.get(name, 0) > 0

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

    def _table(self, name: str) -> ir.Table:
        table: ir.Table = self.backend.table(name)
        wanted = (FACTS | INSIGHTS)[name]
        absent = {column: _null(kind) for column, kind in wanted.items() if column not in table.columns}
        return table.mutate(**absent) if absent else table

    def _compute_info(self) -> FactsInfo:
        known = [name for name in (*FACTS, *INSIGHTS) if name in self._tables]
        rows = {name: int(self.backend.table(name).count().execute()) for name in known}
        moments = [
            self.backend.table(name)[column].max().execute()
            for name, column in MOMENTS.items()
            if rows.get(name)
        ]
        if not moments:
            raise WinbackError(
                f"The warehouse at {_shown(self._url)} holds no orders yet; fill it, then ask again."
            )
        identity = self._identity()
        now = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
        as_of = max(_naive(moment) for moment in moments)
        return FactsInfo(version="external", as_of=as_of, rows=rows, loaded_at=now, **identity)

    def _identity(self) -> dict[str, str]:
        if "shop_info" in self._tables:
            record: dict[str, Any] = self.backend.table("shop_info").limit(1).to_pyarrow().to_pylist()[0]
            return {key: str(record[key]) for key in ("name", "currency", "timezone")}
        text = pointer.pointer_text(self._home, "facts")
        if text is None:
            return {"name": "", "currency": _NO_CURRENCY, "timezone": "UTC"}
        info = pointer.parse_facts(text)
        return {"name": info.name, "currency": info.currency, "timezone": info.timezone}


def _null(duckdb_type: str) -> Any:
    return ibis.null(DuckDBType.from_string(duckdb_type))


def _naive(moment: Any) -> datetime:
    return moment.to_pydatetime().replace(tzinfo=None)


def _shown(url: str) -> str:
    """The URL without its password."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return f"{parts.scheme}://{host}{parts.path}"
