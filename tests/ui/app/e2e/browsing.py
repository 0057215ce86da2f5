"""A real browser at the application: who looks, what left the machine, what ran that should not have."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.ui.app.running import password_of

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-quic",
    "--disable-component-update",
    "--disable-sync",
]
_HERE = {"127.0.0.1", "localhost"}
_WITHOUT_HOST = {"data", "blob", "about"}
WAIT_MS = 15_000


@contextmanager
def chromium() -> Iterator[Any]:
    """The browser of this machine; skips the test where there is none. Nothing is downloaded."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (the dev extra has it)")
    path = os.environ.get("WINBACK_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip("No Chromium on this machine; install it, or name one in WINBACK_CHROMIUM")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=_FLAGS)
        yield browser
        browser.close()


class Visitors:
    """Makes browser windows that know one another's cookies not, and notes what none of them may do."""

    def __init__(self, browser: Any, url: str) -> None:
        self.url = url
        self.outside: list[str] = []
        self.errors: list[str] = []
        self._browser = browser
        self._contexts: list[Any] = []

    def window(self, name: str | None = None, language: str = "en", **options: Any) -> Any:
        """A page of its own browser context; signed in as `name` and at the chat, if given."""
        options = {"viewport": {"width": 1280, "height": 800}, **options}
        context = self._browser.new_context(base_url=self.url, accept_downloads=True, **options)
        context.set_default_timeout(WAIT_MS)
        context.on("request", self._note)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self._contexts.append(context)
        page = context.new_page()
        page.on("dialog", self._dialog)
        if name:
            sign_in(page, name, language)
        return page

    def close(self) -> None:
        """Closes all windows. Fails where a request left the machine or a script of the data ran."""
        ran = [one for context in self._contexts for page in context.pages if (one := _ran(page))]
        for context in self._contexts:
            context.close()
        assert not self.outside, f"These requests left the machine: {self.outside}"
        assert not ran, f"Scripts of the data ran: {ran}"
        assert not self.errors, f"Errors in the browser: {self.errors}"

    def _note(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in _WITHOUT_HOST and parts.hostname not in _HERE:
            self.outside.append(request.url)

    def _dialog(self, dialog: Any) -> None:
        self.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()


def sign_in(page: Any, name: str, language: str = "en", path: str = "") -> None:
    """Through the form, as people do."""
    page.goto(f"/{language}/{path}")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", password_of(name))
    page.click("main button")
    page.wait_for_url(f"**/{language}/{path}*")


def _ran(page: Any) -> Any:
    """What the payloads of the tests set when they run."""
    return None if page.is_closed() else page.evaluate("() => window.wbRan")
