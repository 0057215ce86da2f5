"""Two applications: one that people sign in to, one without users."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlmodel import col, delete
from starlette.testclient import TestClient

from store.ledger import SignInFailures
from tests.small_shop import small_shop
from tests.ui.app.gate.people import PEOPLE, enter
from tests.ui.app.running import add_user, app_over, client_of


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The application over a shop with users."""
    home = small_shop(tmp_path_factory.mktemp("gate") / "shop")
    for name, role in PEOPLE.items():
        add_user(home, name, role)
    app = app_over(home)
    yield app
    app.state.site.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The application in local mode, over a folder without a shop."""
    app = app_over(tmp_path_factory.mktemp("empty") / "nothing")
    yield app
    app.state.site.close()


@pytest.fixture(autouse=True)
def calm(staffed: FastAPI) -> None:
    """No failures are counted from one test to the next."""
    with staffed.state.site.doorkeeper.ledger.session() as rows:
        rows.exec(delete(SignInFailures).where(col(SignInFailures.count) >= 0))


@pytest.fixture
def nobody(staffed: FastAPI) -> Iterator[TestClient]:
    with client_of(staffed) as client:
        yield client


@pytest.fixture
def local(alone: FastAPI) -> Iterator[TestClient]:
    with client_of(alone) as client:
        yield client


@pytest.fixture
def ann(nobody: TestClient) -> TestClient:
    assert enter(nobody).status_code == 303
    return nobody
