"""What tests of the application share. Helpers to import: `tests.ui.app.running`, `tests.ui.app.demo_shop`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from store.settings import Settings
from store.shop import Shop
from tests.ui.app.demo_shop import demo_shop
from tests.ui.app.running import app_over, client_of


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop and the model of the person who runs the tests stay out of them."""
    for name in ("WINBACK_HOME", "WINBACK_MODEL_URL", "WINBACK_WAREHOUSE", "WINBACK_LEDGER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo shop that tests only read (audit entries do no harm)."""
    return demo_shop(tmp_path_factory.mktemp("app") / "shop")


@pytest.fixture
def app_home(tmp_path: Path) -> Path:
    """A demo shop of the test's own, to write into."""
    return demo_shop(tmp_path / "shop")


@pytest.fixture
def app_shop(app_home: Path) -> Iterator[Shop]:
    """The shop in `app_home`, opened."""
    shop = Shop.open(app_home, Settings(home=app_home))
    yield shop
    shop.close()


@pytest.fixture(scope="session")
def read_app(read_home: Path) -> Iterator[FastAPI]:
    """The application over `read_home`, local mode: call it with `client_of(read_app, "care")` or `client`."""
    app = app_over(read_home)
    yield app
    app.state.site.close()


@pytest.fixture
def app(app_home: Path) -> Iterator[FastAPI]:
    """The application over `app_home`, local mode."""
    made = app_over(app_home)
    yield made
    made.state.site.close()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """The local admin's browser at `app`; set the cookie `winback_role` for another role."""
    with client_of(app, "admin") as made:
        yield made
