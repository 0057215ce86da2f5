"""The tool `plan_campaign`: what it says, in both languages, and what it takes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.ledger import Campaign
from store.shop import Shop
from tests.tools.offers.planning.shops import ACTOR, NOW, shop_of
from tools.context import ToolContext
from tools.contract import PlanCampaign
from tools.offers.planning.tool import plan_campaign
from tools.result import ToolResult


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with shop_of(tmp_path) as opened:
        yield opened


def _told(shop: Shop, speaking: Any = "en", **asked: Any) -> ToolResult:
    return plan_campaign(
        ToolContext(shop, ACTOR, NOW, language=speaking), PlanCampaign(**{"segment": "everyone", **asked})
    )


def test_the_plan_is_told_with_what_it_costs_and_that_a_person_must_approve(shop: Shop) -> None:
    told = _told(shop, budget="£300", name="spring")
    lines = told.text.splitlines()
    assert lines[0].startswith("Campaign 1 (spring) is planned: ")
    assert "a person must approve" in lines[0]
    assert "of £300.00" in lines[1]
    assert any("holdout" in line for line in lines)
    assert any("For example" in line for line in lines)
    assert "until a person approves campaign 1" in told.text
    assert all(len(line) <= 135 for line in lines[:4])
    assert told.artifact is not None
    assert told.artifact.kind == "draft"
    assert told.artifact.columns[0] == "campaign_id"
    assert {row[0] for row in told.artifact.rows} == {1}


def test_it_speaks_chinese(shop: Shop) -> None:
    lines = _told(shop, "zh", segment="很久没买的客户", budget="三百块").text.splitlines()
    assert lines[0].startswith("活动 1（lapsed")
    assert "须由人批准" in lines[0]
    assert "“很久没买的客户”理解为 lapsed。" in lines


def test_words_become_what_is_kept(shop: Shop) -> None:
    _told(
        shop,
        segment="sleeping customers",
        filters={"country": "UK"},
        channel="e-mail",
        language="German",
        tone="cheeky",
    )
    with shop.ledger.session() as session:
        kept = session.exec(select(Campaign)).one()
    assert (kept.segment, kept.channel, kept.language, kept.tone) == (["lapsed"], "email", "de", "playful")
    assert kept.filters == {"country": "UK"}
