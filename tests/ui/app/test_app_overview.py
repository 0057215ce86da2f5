"""The overview's figures are the tools', and a shop without scores, reviews and events has one too."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from store.settings import Settings
from tests.small_shop import small_shop
from tools.behaviour.wording import money
from tools.call import call_tool
from tools.churn.risk import scores
from tools.churn.risk.asked import understood
from tools.context import Actor, ToolContext
from tools.contract import ChurnRisk
from tools.overview.weeks import Change
from ui.app import customers, overview, reviews
from ui.app.frame import ROLES, Desk, Page
from ui.app.frame.site import Site
from ui.app.overview import page
from ui.app.overview.kept import Kept


def desk_of(home: Path, language: Any = "en") -> Desk:
    built = {"overview": overview, "customers": customers, "reviews": reviews}
    pages = [Page(name, name, ROLES, made.build) for name, made in built.items()]
    site = Site(Settings(home=home), None, pages)  # pyright: ignore[reportArgumentType]
    return Desk(site, pages[0], language, gr.Blocks())


@pytest.fixture
def desk(read_home: Path) -> Iterator[Desk]:
    made = desk_of(read_home)
    yield made
    made.site.close()


def test_revenue_is_what_the_tool_says(desk: Desk) -> None:
    shop = desk.shop()
    end = shop.as_of.date()
    period = f"{end - timedelta(days=29)}..{end}"
    context = ToolContext(shop=shop, actor=Actor("ann", "admin"), now=datetime.now())
    told = call_tool("query_metric", {"metric": "revenue", "period": period}, context)
    assert told.artifact is not None
    value = told.artifact.rows[0][-1]
    assert round(float(desk.site.service(Kept).figure("revenue", 30)), 2) == value
    assert money(value, shop.currency) in str(page._top(desk))


def test_value_at_risk_is_what_churn_risk_says(desk: Desk) -> None:
    shop = desk.shop()
    risk = desk.site.service(Kept).risk()
    assert risk is not None
    for segment in (None, "loyal", "lapsed"):
        asked = understood(shop, ChurnRisk.model_validate({"segment": segment}))
        told = scores.ranked(shop, asked, scores.made(shop.warehouse))
        mine = risk.segments[segment] if segment else risk.whole
        assert (mine.value, mine.likely, mine.customers) == (told.value, told.likely, told.total)
    scored: Any = shop.warehouse.table("churn_scores")
    assert sum(risk.spread) == scored.count().to_pyarrow().as_py()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_in_both_languages(read_home: Path, language: Any) -> None:
    desk = desk_of(read_home, language)
    shown = str(page._top(desk)) + str(page._rest(desk))
    assert "<svg" in shown
    assert f"/{language}/customers?segment=at_risk" in shown
    desk.site.close()


def test_a_change_is_told_in_words(desk: Desk) -> None:
    change = Change("orders", datetime(2026, 6, 30).date(), 19, 8, 1.3, "country", "<b>France</b>")
    said = page._told(desk, change)
    assert said.startswith("Orders rose from 8 to 19; a change of about 1 is usual. Most of it comes from")


def test_a_shop_without_scores_reviews_and_events_has_an_overview(tmp_path: Path) -> None:
    desk = desk_of(small_shop(tmp_path / "shop"))
    shown = str(page._top(desk)) + str(page._rest(desk))
    assert "Nothing unusual" in shown
    assert "Nobody is scored yet" in shown
    assert "This shop has no reviews" in shown
    assert "2011-11 (2)" in shown
    assert "50%" in shown
    desk.site.close()
