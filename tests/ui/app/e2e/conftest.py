"""A browser, an application with four users over a shop of its own, and a model that says what a test wants."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.agent.model_server import Script, serving
from tests.ui.app.demo_shop import demo_shop
from tests.ui.app.e2e.browsing import Visitors, chromium
from tests.ui.app.e2e.talking import Talker
from tests.ui.app.running import running

USERS = {"adam": "admin", "cara": "care", "mark": "marketer", "ava": "approver", "abel": "approver"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One per file: Playwright's loop must not outlive these tests, other tests run loops of their own."""
    with chromium() as made:
        yield made


@pytest.fixture(scope="module")
def talker() -> Talker:
    return Talker()


@pytest.fixture(scope="module")
def home(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demo_shop(tmp_path_factory.mktemp("e2e") / "shop")


@pytest.fixture(scope="module")
def url(home: Path, talker: Talker) -> Iterator[str]:
    """The application with `USERS`, whose model is the talker."""
    with serving(Script(answer=talker.answer)) as model_url, running(home, model_url, USERS) as made:
        yield made


@pytest.fixture
def visitors(browser: Any, url: str, talker: Talker) -> Iterator[Visitors]:
    """Windows at the application; the talker has forgotten what the test before told it."""
    talker.reset()
    made = Visitors(browser, url)
    yield made
    made.close()
