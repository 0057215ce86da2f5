"""The reviews page: figures, filters and search, and what it says where something lacks."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from store.settings import Settings
from tests.small_shop import small_shop
from tools.context import Actor
from ui.app import reviews
from ui.app.frame import ROLES, Desk, Page, Visit
from ui.app.frame.site import Site
from ui.app.reviews.page import _Reviews


def desk_of(home: Path, language: Any = "en") -> Desk:
    page = Page("reviews", "reviews", ROLES, reviews.build)
    return Desk(Site(Settings(home=home), object(), [page]), page, language, gr.Blocks())  # pyright: ignore[reportArgumentType]


def visit(**query: str) -> Visit:
    return Visit(Actor("carl", "care"), "en", datetime(2026, 7, 1), query)


@pytest.fixture
def page(read_home: Path) -> Iterator[_Reviews]:
    desk = desk_of(read_home)
    yield _Reviews(desk)
    desk.site.close()


def test_figures_and_charts_follow_the_filters(page: _Reviews) -> None:
    everything, quality = page.feelings(visit()), page.feelings(visit(aspect="quality"))
    assert "Average stars" in everything
    assert everything.count("<figure") == 2
    assert everything != quality
    assert "wb-warn" in page.feelings(visit(period="when pigs fly"))


@pytest.mark.parametrize("name", ["q", "product", "period", "aspect"])
def test_hostile_and_huge_queries_do_no_harm(page: _Reviews, name: str) -> None:
    asked = visit(**{name: "<script>alert(1)</script>" + "x" * 100_000})
    for part in (page.filters, page.feelings, page.search):
        html = part(asked)
        assert "<script" not in html
        assert len(html) < 200_000


def test_search_quotes_reviews_and_links_to_customers(page: _Reviews) -> None:
    html = page.search(visit(q="broke after a week"))
    assert "wb-quote" in html
    assert "/en/customers?id=c" in html
    assert "wb-quote" not in page.search(visit())


def test_without_reviews_a_sentence_says_so(tmp_path: Path) -> None:
    desk = desk_of(small_shop(tmp_path / "shop"))
    page = _Reviews(desk)
    assert "wb-notice" in page.feelings(visit()) or "<figure" in page.feelings(visit())
    assert page.alerts(visit())
    assert page.search(visit(q="late"))
    desk.site.close()
