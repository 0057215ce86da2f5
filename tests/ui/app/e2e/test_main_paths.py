"""Each user's way from signing in to being done, in both languages."""

import pytest

from tests.ui.app.e2e.browsing import Visitors
from tests.ui.app.e2e.talking import SAID

both = pytest.mark.parametrize("language", ["en", "zh"])


@both
def test_care_asks(visitors: Visitors, language: str) -> None:
    page = visitors.window("cara", language)
    page.fill("#wb-question", "c000042?")
    page.keyboard.press("Enter")
    page.wait_for_selector(".wb-answer[data-last][data-state=done]")
    page.screenshot(path=f"/tmp/w6/e2e-care-{language}.png", full_page=True)
    assert SAID in page.inner_text(".wb-said")
