"""The campaigns page: what it shows, what its buttons do, who may, and that its figures are the command line's."""

import csv
import importlib
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select
from typer.testing import CliRunner

from store.ledger import Campaign, ToolCallAudit
from store.settings import Settings
from tests.tools.offers.planned import ANN, CAMPAIGN, MARY, NOW, drafts, planned
from tools.context import Actor
from tools.offers.campaigns import offers, one_campaign
from tools.offers.delivery.kept import kept_files
from ui.app import approvals, campaigns
from ui.app.campaigns import page
from ui.app.campaigns.deciding import decided
from ui.app.campaigns.planning import planned as run
from ui.app.frame import Desk, Page, Visit
from ui.app.frame.site import Site
from ui.cli.app import app as cli

downloads = importlib.import_module("ui.app.campaigns.routes")  # the package names a function so
LATER = NOW + timedelta(minutes=10)


class Door:
    """Lets everybody in as whom the cookie names."""

    def actor_of(self, cookies: Any) -> Actor | None:
        role = cookies.get("role")
        return Actor("ann", role) if role else None


def desk_of(home: Path, language: Any = "en") -> Desk:
    pages = [
        Page("campaigns", "campaigns", ("marketer", "approver", "admin"), campaigns.build),
        Page("approvals", "approvals", ("approver", "admin"), approvals.build),
        Page("customers", "customers", ("admin",), campaigns.build),
    ]
    site = Site(Settings(home=home, model_url="http://127.0.0.1:9"), Door(), pages)  # pyright: ignore[reportArgumentType]
    return Desk(site, pages[0], language, gr.Blocks())


def visit(actor: Actor = ANN, query: dict[str, str] | None = None, **data: object) -> Visit:
    return Visit(actor, "en", LATER, query or {}, data)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with planned(tmp_path):
        pass
    found = desk_of(tmp_path / "shop")
    yield found
    found.site.close()


def seen(desk: Desk, **query: str) -> str:
    return str(page._view(desk, visit(query=query)))


def test_list_and_campaign_tell_what_the_command_line_tells(desk: Desk) -> None:
    home = str(desk.site.settings.home)
    told = json.loads(CliRunner().invoke(cli, ["campaign", "show", "1", "--home", home, "--json"]).stdout)
    arms = {arm: sum(n for name, _offer, n in told["arms"] if name == arm) for arm, _offer, _n in told["arms"]}
    assert told["name"] in seen(desk)
    shown = seen(desk, id="1")
    assert f"<dd>{arms['treated']:,}" in shown
    assert f"{arms['holdout']} are held back" in shown
    parts = offers(desk.shop().ledger, 1)
    assert {part.offer: part.customers for part in parts} == {o: n for a, o, n in told["arms"] if a == "treated"}
    assert dict(one_campaign(desk.shop().ledger, 1).drafts) == told["drafts"]


def test_results_are_the_command_lines(tmp_path: Path) -> None:
    with planned(tmp_path, sent=True):
        pass
    desk = desk_of(tmp_path / "shop")
    home = str(desk.site.settings.home)
    told = json.loads(CliRunner().invoke(cli, ["campaign", "results", "1", "--home", home, "--json"]).stdout)
    shown = str(page._view(desk, Visit(ANN, "en", datetime.now(), {"id": "1"})))
    for line in told["text"]:
        assert line.replace("'", "&#39;").replace('"', "&#34;") in shown
    desk.site.close()


def test_a_second_approver_is_told_and_sees_the_state(desk: Desk) -> None:
    assert (decided(desk, visit(act="approve"), CAMPAIGN) or ("",))[0] == "good"
    kind, said = decided(desk, visit(act="approve"), CAMPAIGN) or ("", "")
    assert kind == "bad"
    assert "approved already by ann" in said
    assert 'data-act="approve"' not in seen(desk, id="1")


def test_a_marketer_sees_no_buttons_and_may_not_decide(desk: Desk) -> None:
    kind, said = decided(desk, visit(MARY, act="approve"), CAMPAIGN) or ("", "")
    assert kind == "bad"
    assert "cannot approve" in said
    assert "data-act" not in str(page._view(desk, visit(MARY, {"id": "1"})))


def test_one_text_is_approved_edited_and_taken_back(desk: Desk) -> None:
    shop = desk.shop()
    first = drafts(shop)[0]
    assert (decided(desk, visit(act="approve", message=str(first.message_id)), CAMPAIGN) or ("",))[0] == "good"
    assert {one.state for one in drafts(shop) if one.message_id == first.message_id} == {"approved"}
    other = next(one for one in drafts(shop, "pending"))
    kind, said = decided(desk, visit(act="edit", draft=str(other.id), body="90% off, <script>"), CAMPAIGN) or ("", "")
    assert (kind, "cannot stand" in said) == ("bad", True)
    assert (decided(desk, visit(act="withdraw"), CAMPAIGN) or ("",))[0] == "good"
    assert not drafts(shop, "approved")


class Clock:
    """The shop's day, not this machine's."""

    @staticmethod
    def now() -> datetime:
        return LATER


def test_export_streams_once_is_audited_and_can_be_had_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "datetime", Clock)
    decided(desk, visit(act="approve"), CAMPAIGN)
    app = FastAPI()
    campaigns.routes(app, desk.site)
    client = TestClient(app, cookies={"role": "approver"})
    assert TestClient(app).post("/campaigns/1/export").status_code == 401
    assert TestClient(app, cookies={"role": "marketer"}).post("/campaigns/1/export").status_code == 403
    first = client.post("/campaigns/1/export")
    (file,) = kept_files(desk.shop(), 1)
    assert len(list(csv.DictReader(io.StringIO(first.content.decode("utf-8-sig"))))) == file.sent > 0
    assert file.name in first.headers["content-disposition"]
    assert client.post("/campaigns/1/export").status_code == 409
    assert client.post(f"/campaigns/1/files/{file.name}").content == first.content
    assert client.post(f"/campaigns/2/files/{file.name}").status_code == 409
    assert client.post("/campaigns/1/files/..%2Fledger.db").status_code in (404, 409)
    with desk.shop().ledger.session() as session:
        acts = [one.tool for one in session.exec(select(ToolCallAudit))]
    assert {"campaign.export", "campaign.download"} <= set(acts)


def test_planning_is_one_plan_per_form_and_works_without_a_model(desk: Desk) -> None:
    form = {"act": "plan", "token": "t1", "segment_everyone": "on", "offer_free_delivery": "on", "name": "<b>Mine</b>"}
    later = Visit(MARY, "en", LATER, {"plan": "1"}, form)
    last = [str(list(run(desk, later))[-1]) for _ in range(2)]
    assert last[0] == last[1]
    assert "own templates" in last[0]
    assert "&lt;b&gt;Mine&lt;/b&gt;" in last[0]
    with desk.shop().ledger.session() as session:
        assert len(list(session.exec(select(Campaign)))) == 2
    assert {one.offer for one in drafts(desk.shop()) if one.campaign_id == 2} == {"free_delivery"}
    wrong = Visit(MARY, "en", LATER, {"plan": "1"}, {**form, "token": "t2", "budget": "lots"})
    again = str(list(run(desk, wrong))[-1])
    assert "wb-bad" in again
    assert "lots" in again


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "query",
    [{}, {"plan": "1"}, {"id": "1"}, {"id": "99"}, {"id": "x"}, {"why": "draft:1"}, {"why": "<b>"}]
    + [{"view": name} for name in ("policy", "pressure")],
)
def test_every_view_stands_in_both_languages(desk: Desk, language: Any, query: dict[str, str]) -> None:
    other = Desk(desk.site, desk.page, language, gr.Blocks())
    shown = str(page._view(other, Visit(MARY, language, LATER, query)))
    assert "<h1>" in shown
    assert "<b>" not in shown
