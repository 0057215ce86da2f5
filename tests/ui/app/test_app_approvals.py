"""The approvals page: what waits, decisions in place, filters, and what was decided lately."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.tools.offers.planned import ANN, CAMPAIGN, MARY, NOW, drafts, planned
from tests.ui.app.test_app_campaigns import LATER, desk_of, visit
from tools.offers.approval import ALONE, approve, lately, waiting
from ui.app import campaigns
from ui.app.approvals.page import _acted, _page
from ui.app.frame import Desk, Visit


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with planned(tmp_path):
        pass
    found = desk_of(tmp_path / "shop")
    yield Desk(found.site, found.site.page("approvals"), "en", gr.Blocks())
    found.site.close()


def seen(desk: Desk, **query: str) -> str:
    return str(_page(desk, visit(query=query), None))


def test_campaigns_come_first_and_drafts_on_demand(desk: Desk) -> None:
    everything = len(drafts(desk.shop(), "pending"))
    shown = seen(desk)
    assert f"Campaigns that wait: 1. Drafts that wait: {everything}." in shown
    assert "/en/campaigns?id=1" in shown
    assert "No draft waits with these filters" in shown
    one = seen(desk, campaign="1")
    assert one.count('data-act="approve" data-kind="draft"') == min(20, everything)
    assert "Asked for by" in one
    assert "mary" in one
    assert "from=20" in one


def test_filters_by_channel_and_segment_leave_only_theirs(desk: Desk) -> None:
    shop = desk.shop()
    mine = [one for one in drafts(shop, "pending") if one.channel == "sms"]
    found, total = waiting(shop.ledger, channel="sms", limit=500)
    assert {one.draft.id for one in found} == {one.id for one in mine}
    assert total == len(mine)
    assert waiting(shop.ledger, campaign=ALONE)[1] == 0
    assert waiting(shop.ledger, customers=set())[1] == 0
    assert "wb-badge" in seen(desk, campaign="all", channel="sms", segment="lapsed")
    assert "<h1>" in seen(desk, campaign="<b>", channel="pigeon", segment="x", **{"from": "-1"})


def test_a_decision_is_made_once_and_can_be_taken_back(desk: Desk) -> None:
    draft = drafts(desk.shop(), "pending")[0]
    act = {"act": "approve", "kind": "draft", "id": str(draft.id)}
    assert (_acted(desk, visit(**act)) or ("",))[0] == "good"
    kind, said = _acted(desk, visit(**act)) or ("", "")
    assert (kind, "approved already by ann" in said) == ("bad", True)
    (last, *_rest) = lately(desk.shop().ledger)
    assert (last.act, last.draft_id, last.by, last.open) == ("approve", draft.id, "ann", 1)
    assert 'data-act="withdraw"' in seen(desk)
    assert (_acted(desk, visit(**{**act, "act": "withdraw"})) or ("",))[0] == "good"
    assert 'data-act="withdraw"' not in seen(desk)


def test_all_drafts_of_a_text_at_once(desk: Desk) -> None:
    shop = desk.shop()
    text = drafts(shop, "pending")[0].message_id
    number = sum(one.message_id == text for one in drafts(shop))
    assert approve(shop, ANN, LATER, message_id=text) == number
    assert lately(shop.ledger)[0].message_id == text
    assert lately(shop.ledger)[0].open == number
    kind, said = _acted(desk, visit(act="reject", kind="message", id=str(text))) or ("", "")
    assert (kind, "waits any more" in said) == ("bad", True)


@pytest.mark.parametrize(
    "data",
    [
        {"act": "approve", "kind": "draft", "id": "1; drop"},
        {"act": "approve", "kind": "user", "id": "1"},
        {"act": "explode", "kind": "draft", "id": "1"},
        {},
    ],
)
def test_what_the_browser_invents_does_nothing(desk: Desk, data: dict[str, Any]) -> None:
    assert _acted(desk, visit(**data)) is None
    assert not drafts(desk.shop(), "approved")


def test_a_marketer_decides_nothing(desk: Desk) -> None:
    for act in ("approve", "reject", "withdraw"):
        done = _acted(desk, visit(MARY, act=act, kind="campaign", id=str(CAMPAIGN)))
        assert (done or ("",))[0] == "bad"
    assert not drafts(desk.shop(), "approved")


def test_nothing_waits_is_said_in_both_languages(desk: Desk) -> None:
    _acted(desk, visit(act="reject", kind="campaign", id="1", reason="<i>no</i>"))
    shown = seen(desk)
    assert "Nothing waits for approval" in shown
    assert "&lt;i&gt;no&lt;/i&gt;" in shown
    zh = Desk(desk.site, desk.page, "zh", gr.Blocks())
    assert "没有待审批的内容" in str(_page(zh, Visit(ANN, "zh", LATER), None))


def test_outcomes_are_taken_in_and_refused_rows_come_back_to_their_sender(desk: Desk) -> None:
    app = FastAPI()
    campaigns.routes(app, desk.site)
    client = TestClient(app, cookies={"role": "marketer"}, follow_redirects=False)
    row = f"order,{NOW:%Y-%m-%d},NOSUCH,o1,10\n"
    file = {"file": ("../<b>.csv", f"kind,at,code,order_id,revenue\n{row}", "text/csv")}
    assert TestClient(app, cookies={"role": "care"}).post("/campaigns/outcomes", files=file).status_code == 403
    answer = client.post("/campaigns/outcomes", files=file, data={"language": "zh"})
    assert answer.status_code == 303
    token = answer.headers["location"].partition("told=")[2]
    assert answer.headers["location"].startswith("/zh/campaigns?")
    assert "the code is not known" in client.get(f"/campaigns/outcomes/{token}.csv").text
    assert client.get("/campaigns/outcomes/other.csv").status_code == 404
    bad = client.post("/campaigns/outcomes", files={"file": ("a.csv", "a,b\n1,2\n", "text/csv")})
    page = desk.site.page("campaigns")
    from ui.app.campaigns.page import _view

    view = Visit(ANN, "en", datetime.now(), {"view": "outcomes", "told": bad.headers["location"].partition("told=")[2]})
    assert "lacks columns" in str(_view(Desk(desk.site, page, "en", gr.Blocks()), view))
