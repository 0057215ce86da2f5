"""`winback campaign`: a campaign from its plan to its results, and what goes wrong on the way."""

import csv
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.tools.offers.planned import NOW, drafts, planned
from tests.ui.conftest import Ran, Run

MODULES = ("plan", "decide", "send", "outcomes", "results", "offers", "policy", "fair")


class Clock(datetime):
    moment = NOW + timedelta(minutes=10)

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        assert tz is None
        return cls.moment


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the clock of the commands, by what has passed since the campaign was planned."""
    for name in MODULES:
        monkeypatch.setattr(f"ui.cli.campaign.{name}.datetime", Clock)

    def set_to(**passed: float) -> None:
        monkeypatch.setattr(Clock, "moment", NOW + timedelta(**passed))

    set_to(minutes=10)
    return set_to


@pytest.fixture
def shop(tmp_path: Path, at: Callable[..., None]) -> Path:
    """The folder of a shop whose campaign 1 is pending."""
    with planned(tmp_path) as opened:
        return opened.home


@pytest.fixture
def sent(tmp_path: Path, at: Callable[..., None]) -> Path:
    with planned(tmp_path, sent=True) as opened:
        return opened.home


@pytest.fixture
def campaign(winback: Run, tmp_path: Path) -> Run:
    def run(*args: object) -> Ran:
        return winback("campaign", *args, "--home", tmp_path / "shop")

    return run


def _object(ran: Ran) -> dict[str, Any]:
    assert (ran.code, ran.err) == (0, ""), ran.err
    assert ran.out.count("\n") == 1
    return json.loads(ran.out)


def test_a_campaign_is_planned_approved_and_exported(campaign: Run, shop: Path, tmp_path: Path) -> None:
    request = ("plan", "everyone", "--budget", "£300", "--limit", 30, "--name", "Parcels", "--as", "mary")
    # The campaign planned before has used up the day's contacts of some, and a call goes to nobody else.
    ran = campaign(*request, "--offer", "free_delivery", "--channel", "email", "--filters", '{"country": "France"}')
    assert (ran.code, ran.err) == (0, "")
    assert "Campaign 2 (Parcels) is planned" in ran.out
    assert "set aside of £300.00" in ran.out
    assert "2 │ Parcels" in campaign("list").out
    shown = campaign("show", "parcels").out
    assert 'Campaign 2 "Parcels" is pending, expires on' in shown
    assert "everyone, country France, channel email" in shown
    assert "`winback campaign approve 2` approves it" in shown
    texts = _object(campaign("preview", 2, "--json"))["texts"]
    number = sum(one["drafts"] for one in texts)
    assert number > 0
    assert {one["offer"] for one in texts} == {"free_delivery"}
    told = "1 draft" if number == 1 else f"{number} drafts"
    assert campaign("approve", 2, "--as", "ann").out == f"Campaign 2: {told} approved.\n"
    out = tmp_path / "parcels.csv"
    assert _object(campaign("export", 2, "--out", out, "--as", "ann", "--json"))["sent"] == number
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == number
    assert "nothing exported is written over" in campaign("export", 2, "--out", out).err


def test_outcomes_come_in_once_with_the_refused_in_a_file_and_results_follow(
    campaign: Run, sent: Path, tmp_path: Path, at: Callable[..., None]
) -> None:
    with planned(tmp_path) as opened:
        draft = next(one for one in drafts(opened, "exported") if one.code)
    path = tmp_path / "back.csv"
    bought = (NOW + timedelta(days=3)).isoformat()
    path.write_text(
        "kind,at,code,order_id,revenue,margin\n"
        f"order,{bought},{draft.code},o-1,80.00,30.00\n"
        f"order,{bought},NO-SUCH-CODE,o-2,10.00,3.00\n"
        f"order,{bought},{draft.code},o-3,-5,1\n"
    )
    at(days=20)
    assert "1 of 30 days" not in campaign("results").out
    ran = campaign("outcomes", path)
    assert (ran.code, ran.err) == (0, "")
    assert "3 read: 1 matched" in ran.out
    assert "1 rejected: the code is not known." in ran.out
    with (tmp_path / "back.csv.rejects.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["line"], row["reason"]) for row in csv.DictReader(file)] == [
            ("3", "the code is not known"),
            ("4", "an order with negative revenue"),
        ]
    again = _object(campaign("outcomes", path, "--json"))
    assert (again["matched"], again["duplicates"], again["rejected"]) == (0, 1, 2)
    found = campaign("results", 1)
    assert (found.code, found.err) == (0, "")
    assert "Not yet known" in found.out
    assert "used: 1." in found.out
    assert _object(campaign("results", 1, "--json"))["used"] == 1


def test_a_decision_is_explained_by_customer_draft_or_decision(campaign: Run, shop: Path, tmp_path: Path) -> None:
    with planned(tmp_path) as opened:
        draft = drafts(opened)[0]
    campaign("reject", "--draft", draft.id, "--reason", "too pushy", "--as", "ann")
    for asked in (f"draft:{draft.id}", f"draft:d{draft.id:04d}", f"decision:{draft.decision_id}", draft.customer_id):
        told = campaign("why", asked).out
        assert told.startswith(f"Customer {draft.customer_id} was given ")
        assert "rejected since 2026-07-01 by ann: too pushy" in told
    assert "客户" in campaign("why", draft.customer_id, "--language", "zh").out


def test_caps_and_fairness_read_well_in_a_hundred_columns(
    campaign: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    caps, fairness = campaign("caps").out, campaign("fairness", 1).out
    assert "all channels, 24 hours" in caps
    assert "customers considered got an offer" in fairness
    for line in [*caps.splitlines()[1:], *fairness.splitlines()]:
        assert len(line) <= 100
    assert _object(campaign("caps", "c000001", "--json"))["reachable"] in (0, 1)


def test_the_catalogue_is_changed_by_two_people(campaign: Run, shop: Path, tmp_path: Path) -> None:
    text = campaign("offers", "show", "--text").out
    file = tmp_path / "offers.yaml"
    file.write_text(text)
    assert "Catalogue 2 is proposed by mary" in campaign("offers", "propose", file, "--as", "mary").out
    refused = campaign("offers", "approve", 2, "--as", "Mary ", "--role", "approver")
    assert (refused.code, refused.err) == (1, "Mary proposed catalogue 2; somebody else has to decide on it.\n")
    assert campaign("offers", "approve", 2, "--as", "ann", "--role", "marketer").code == 1
    assert "Catalogue 1:" in campaign("offers", "show").out
    assert campaign("offers", "approve", 2, "--as", "ann").out == "Catalogue 2 is approved and in force.\n"
    shown = campaign("offers", "show").out
    assert "Catalogue 2: £" in shown
    assert "Version 2: proposed by mary on 2026-07-01, approved by ann on 2026-07-01." in shown
    file.write_text(text.replace("percent: 10", "percent: 110"))
    wrong = campaign("offers", "propose", file, "--as", "mary")
    assert wrong.code == 1
    assert "ten_percent_off" in wrong.err
    assert len(wrong.err.splitlines()) == 1


def test_the_policy_is_shown_and_its_mode_set(campaign: Run, shop: Path) -> None:
    assert "mode explore" in campaign("policy", "show").out
    assert campaign("policy", "mode", "exploit", "--role", "marketer").code == 1
    fixed = campaign("policy", "mode", "fixed", "--offer", "free_delivery", "--as", "ann")
    assert fixed.out == "Mode fixed, always free_delivery, from now on.\n"
    assert _object(campaign("policy", "show", "--json"))["mode"]["offer"] == "free_delivery"
    back = campaign("policy", "back")
    assert (back.code, back.err) == (1, "No learned policy is live: the start policy is in force already.\n")


def test_an_approval_is_taken_back_as_long_as_nothing_is_sent(campaign: Run, shop: Path, tmp_path: Path) -> None:
    campaign("approve", 1, "--as", "ann")
    with planned(tmp_path) as opened:
        first, *rest = drafts(opened, "approved")
    ran = campaign("withdraw", "--draft", first.id, "--as", "ann", "--reason", "a mistake")
    assert ran.out == f"Draft {first.id}: 1 draft withdrawn.\n"
    assert "withdrawn since 2026-07-01 by ann: a mistake" in campaign("why", f"draft:{first.id}").out
    assert _object(campaign("export", 1, "--draft", rest[0].id, "--out", tmp_path / "one.csv", "--json"))["sent"] == 1
    assert campaign("withdraw", 1, "--as", "ann").out == f"Campaign 1: {len(rest) - 1} drafts withdrawn.\n"
    assert "nothing can be withdrawn" in campaign("withdraw", 1, "--as", "ann").err


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["approve", "1", "--role", "marketer"], 1, "The role marketer cannot approve; an approver or admin has to."),
        (["export", "1", "--role", "care"], 1, "The role care cannot export"),
        (["approve", "9"], 1, "There is no campaign 9"),
        (["reject", "--draft", "999"], 1, "There is no draft 999"),
        (["show", "9"], 1, "There is no campaign '9'; the nearest"),
        (["why", "draft:999"], 1, "There is no draft 999"),
        (["why", "nobody"], 1, "nobody"),
        (["outcomes", "none.csv"], 1, "There is no file none.csv"),
        (["offers", "approve", "9"], 1, "There is no catalogue 9"),
        (["offers", "propose", "none.yaml"], 1, "none.yaml cannot be read"),
        (["policy", "mode", "guess"], 1, "There is no mode guess"),
        (["policy", "deploy", "v9", "--yes"], 1, "v9"),
        (["plan", "everyone", "--budget", "0"], 1, "buys no offer"),
        (["plan", "martians"], 1, "martians"),
        (["export", "1"], 1, "Nothing is approved"),
        (["deliver", "https://mail.example/hook"], 1, "set WINBACK_WEBHOOK_SECRET"),
        (["outcomes", "webhook"], 1, "set WINBACK_WEBHOOK_SECRET"),
        (["edit", "1", "--body", "99% off, {{first_name}}!"], 1, "This text cannot stand"),
        (["approve"], 2, "give the id of a campaign"),
        (["approve", "1", "--draft", "2"], 2, "give the id of a campaign"),
        (["approve", "first"], 2, "should be a valid integer"),
        (["why", "draft:x"], 2, "is no id"),
        (["plan", "everyone", "--variants", "A,B"], 2, "not JSON"),
    ],
)
def test_mistakes_are_one_sentence(campaign: Run, shop: Path, arguments: list[str], code: int, sentence: str) -> None:
    ran = campaign(*arguments)
    assert (ran.code, ran.out) == (code, "")
    assert sentence in " ".join(ran.err.replace("│", " ").split())
    assert "Traceback" not in ran.err
    assert code == 2 or len(ran.err.splitlines()) == 1


def test_a_shop_without_campaigns_says_how_to_plan_one(winback: Run, home: Path) -> None:
    ran = winback("campaign", "list", "--home", home)
    assert (ran.code, ran.err) == (0, "")
    assert "`winback campaign plan SEGMENT --budget 2000` plans one." in ran.out
    ran = winback("campaign", "plan", "everyone", "--home", home)
    assert (ran.code, ran.out) == (1, "")
    assert "winback campaign offers propose FILE" in ran.err
