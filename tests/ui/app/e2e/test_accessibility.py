"""No page has an accessibility fault that axe-core calls serious or critical: both languages, themes and widths."""

import pytest

from tests.ui.app.e2e.axe import axe_source, findings, settle
from tests.ui.app.e2e.browsing import Visitors

PLACES = (
    "",
    "customers",
    "customers?id=c000042",
    "campaigns",
    "campaigns?id=1",
    "approvals",
    "reviews",
    "reviews?q=late",
    "overview",
    *(f"admin?part={part}" for part in ("users", "model", "data", "audit", "catalogue")),
)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_have_no_serious_fault(visitors: Visitors, language: str) -> None:
    source = axe_source()
    page = visitors.window("adam", language, bypass_csp=True)
    found: list[str] = []
    for place in PLACES:
        page.goto(f"/{language}/{place}")
        settle(page)
        assert (page.locator("h1").count(), page.get_attribute("html", "lang")) == (1, language)
        found += [f"/{language}/{place} {one}" for one in findings(page, source)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_login_has_no_serious_fault(visitors: Visitors, language: str) -> None:
    page = visitors.window(bypass_csp=True)
    page.goto(f"/login?lang={language}")
    settle(page)
    assert not findings(page, axe_source())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_conversation_has_no_serious_fault(visitors: Visitors, language: str) -> None:
    """An answer with the step of a tool, and its draft's card where one may be drafted."""
    source = axe_source()
    page = visitors.window("adam", language, bypass_csp=True)
    page.fill("#wb-question", "draft c000042")
    page.keyboard.press("Enter")
    page.wait_for_selector(".wb-answer[data-last][data-state=done]")
    settle(page)
    assert not findings(page, source)
