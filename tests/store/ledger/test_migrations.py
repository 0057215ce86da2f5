"""The tables follow the models, and opening is safe at any moment."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from store.errors import WinbackError
from store.ledger import Ledger, ToolCallAudit, migrate
from store.ledger.engine import ledger_url, open_engine

OPEN = (
    "import sys, pathlib; from store.ledger import Ledger; "
    "Ledger.open(pathlib.Path(sys.argv[1]), sys.argv[2] or None).customers_by_contact('x@y.z')"
)


def _config(**attributes: object) -> Config:
    return Config(migrate.MIGRATIONS.parent / "alembic.ini", attributes=attributes)


@contextmanager
def _connection(place: tuple[Path, str | None]) -> Iterator[Connection]:
    engine = open_engine(ledger_url(*place))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_models_and_migrations_do_not_drift(place: tuple[Path, str | None], ledger: Ledger) -> None:
    with _connection(place) as connection:
        command.check(_config(connection=connection))


def test_migrations_can_be_undone(place: tuple[Path, str | None], ledger: Ledger) -> None:
    with _connection(place) as connection:
        command.downgrade(_config(connection=connection), "base")
        connection.commit()
        assert not inspect(connection).has_table("contacts")
    Ledger.open(*place).close()


def test_the_newest_migration_is_the_one_opening_looks_for() -> None:
    assert ScriptDirectory.from_config(_config()).get_current_head() == migrate._VERSIONS[-1]  # pyright: ignore[reportPrivateUsage]


def test_an_open_that_has_nothing_to_do_does_not_wake_alembic(
    place: tuple[Path, str | None], ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "_upgrade", lambda connection: pytest.fail("migrated again"))
    Ledger.open(*place).close()


def test_a_migration_that_breaks_off_leaves_nothing(
    place: tuple[Path, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(connection: object) -> None:
        upgrade(connection)
        raise KeyboardInterrupt

    upgrade = migrate._upgrade  # pyright: ignore[reportPrivateUsage]
    monkeypatch.setattr(migrate, "_upgrade", break_off)
    with pytest.raises(KeyboardInterrupt):
        Ledger.open(*place)
    monkeypatch.setattr(migrate, "_upgrade", upgrade)
    with _connection(place) as connection:
        assert not inspect(connection).has_table("contacts")
    Ledger.open(*place).close()


def test_a_ledger_of_a_newer_winback_is_left_alone(place: tuple[Path, str | None], ledger: Ledger) -> None:
    with ledger.session() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(WinbackError, match="newer Winback"):
        Ledger.open(*place)


def test_processes_may_open_a_new_ledger_at_once(place: tuple[Path, str | None]) -> None:
    home, url = place
    openers = [
        subprocess.Popen([sys.executable, "-c", OPEN, str(home), url or ""], stderr=subprocess.PIPE) for _ in range(4)
    ]
    for opener in openers:
        _, errors = opener.communicate(timeout=60)
        assert opener.returncode == 0, errors.decode()


def test_many_threads_write_at_once(ledger: Ledger) -> None:
    def write(number: int) -> None:
        entry = ToolCallAudit(
            at=datetime(2026, 1, 1), actor="a", role="care", tool=f"t{number}", arguments={}, duration_ms=1
        )
        ledger.record_tool_call(entry)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(100)))
    with ledger.session() as session:
        assert session.connection().execute(text("SELECT count(DISTINCT tool) FROM tool_call_audit")).scalar() == 100
