"""Without a model, without a shop, without a wide screen, without a login."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.ui.app.demo_shop import demo_shop
from tests.ui.app.e2e.browsing import Visitors
from tests.ui.app.running import running

PLACES = ("", "customers", "customers?id=c000042", "campaigns", "campaigns?plan=1", "campaigns?id=1", "approvals",
          "approvals?campaign=all", "reviews", "overview", "admin", "admin?part=model", "admin?part=data",
          "admin?part=audit", "admin?part=catalogue")  # fmt: skip


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application for whoever sits here, whose model server is not there."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = demo_shop(tmp_path_factory.mktemp("without") / "shop")
    with running(home, f"http://127.0.0.1:{port}/v1") as made:
        yield made


def test_model_down(visitors: Visitors) -> None:
    page = visitors.window()
    page.goto("/en/")
    page.wait_for_selector("#wb-question")
    page.request.get("/status")
    page.wait_for_timeout(1000)
    page.reload()
    page.wait_for_selector("#wb-banner:not([hidden])")
    page.fill("#wb-question", "What is our repeat purchase rate?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".wb-answer[data-last][data-state=failed] .wb-notice.wb-bad", timeout=60_000)
    said = page.inner_text(".wb-answer[data-last] .wb-notice.wb-bad")
    assert said
    assert "\n" not in said
    assert "Traceback" not in said
    page.goto("/en/overview")
    page.wait_for_selector("gradio-app .wb-figures")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_phone_does_not_scroll_sideways(visitors: Visitors, language: str) -> None:
    page = visitors.window(viewport={"width": 390, "height": 800})
    wide = [place for place in PLACES if _width(page, f"/{language}/{place}") > 390]
    assert not wide


def test_empty_shop_says_how_to_load_one(browser: Any, tmp_path: Path) -> None:
    with running(tmp_path) as url:
        visitors = Visitors(browser, url)
        page = visitors.window()
        page.goto("/en/overview")
        assert "winback load" in page.inner_text("main")
        visitors.close()


def _width(page: Any, address: str) -> int:
    page.goto(address)
    page.wait_for_selector("gradio-app h1, gradio-app h2, #wb-question")
    page.wait_for_timeout(250)
    return page.evaluate("() => document.documentElement.scrollWidth")
