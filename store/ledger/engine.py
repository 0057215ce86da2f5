"""The engine under the ledger: SQLite beside the shop, or PostgreSQL by URL."""

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlmodel import create_engine

from store.errors import WinbackError

_WAIT_S = 30
_POSTGRES = {"postgres", "postgresql", "postgresql+psycopg"}


def ledger_url(home: Path, url: str | None) -> URL:
    """Where the ledger is. Raises WinbackError for anything but SQLite and PostgreSQL."""
    if url is None:
        return URL.create("sqlite", database=str(home / "ledger.db"))
    try:
        parsed = make_url(url)
    except ArgumentError as problem:
        raise WinbackError(
            "WINBACK_LEDGER is not a database URL; write postgresql://user:password@host/database."
        ) from problem
    if parsed.drivername in _POSTGRES:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed
    raise WinbackError(f"The ledger is kept in SQLite or PostgreSQL, not in {parsed.drivername}; set WINBACK_LEDGER.")


def open_engine(url: URL) -> Engine:
    """An engine whose connections wait for each other, hold to foreign keys, and may be used from any thread."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": _WAIT_S})
        event.listen(engine, "connect", _set_up_sqlite)
        return engine
    try:
        return create_engine(url, connect_args={"connect_timeout": _WAIT_S}, pool_pre_ping=True)
    except (ModuleNotFoundError, NoSuchModuleError) as problem:
        raise WinbackError(
            "A ledger in PostgreSQL needs its driver; run `pip install 'winback[postgres]'`."
        ) from problem


def _set_up_sqlite(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
