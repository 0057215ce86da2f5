"""The model that comes with the application, asked through the browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.app.e2e.browsing import Visitors
from tests.ui.app.running import running


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    with running(home) as made:
        yield made


@pytest.mark.parametrize(
    ("language", "question"),
    [("en", "How did revenue develop by month over the last year?"), ("zh", "上个季度哪些品类卖得最好？")],
)
def test_bundled_model_answers(visitors: Visitors, language: str, question: str) -> None:
    page = visitors.window()
    page.goto(f"/{language}/")
    page.fill("#wb-question", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".wb-answer[data-last][data-state=done]", timeout=60_000)
    assert any(char.isdigit() for char in page.inner_text(".wb-said"))
    assert page.locator("gradio-app svg, gradio-app table").count()
