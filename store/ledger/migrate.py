"""Bringing a ledger's tables up to date; Alembic is only woken when there is something to do."""

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from store.errors import WinbackError

MIGRATIONS = Path(__file__).parent / "migrations"
_VERSIONS = sorted(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
_LOCK_KEY = 0x57696E62


def bring_up_to_date(engine: Engine) -> None:
    """Apply missing migrations, all or none; processes that come at the same time wait for the first.

    Raises WinbackError when the ledger was written by a newer Winback.
    """
    with engine.connect() as connection:
        if _is_current(connection):
            return
    with _alone(engine) as connection:
        if not _is_current(connection):
            _upgrade(connection)
            connection.commit()


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in _VERSIONS:
        raise WinbackError("This ledger was written by a newer Winback; upgrade Winback to open it.")
    return found == _VERSIONS[-1]


@contextmanager
def _alone(engine: Engine) -> Generator[Connection]:
    """A connection in a transaction that no other migration can overlap."""
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            yield connection
        return
    with _file_lock(Path(f"{engine.url.database}.lock")), engine.connect() as connection:
        # The switch to WAL does not wait for other connections, hence the lock file.
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection


@contextmanager
def _file_lock(path: Path) -> Generator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(MIGRATIONS.parent / "alembic.ini", attributes={"connection": connection})
    command.upgrade(config, "head")
