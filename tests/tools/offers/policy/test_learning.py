"""Policies are learned from the log, judged, deployed by a person, and gone back from."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlmodel import col, select

from store.errors import WinbackError
from store.ledger import Decision, Draft, PolicyVersion
from store.settings import Settings
from store.shop import Shop
from tests.tools.offers.policy.taught import ADMIN, NOW, OFFERS, taught_shop
from tools.context import Actor
from tools.offers.catalogue import active_catalogue
from tools.offers.people import people
from tools.offers.policy import deploy, estimate, learn, live_policy, set_mode, switch_back
from tools.offers.policy.actions import Action
from tools.offers.policy.contexts import contexts_of
from tools.offers.policy.notes import START, damaged, in_language
from tools.offers.policy.scoring import softplus
from tools.offers.policy.versions import load

LATER = timedelta(hours=1)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = taught_shop(tmp_path_factory.mktemp("taught"))
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made")
    taught_shop(home, customers=300).close()
    return home


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Iterator[Shop]:
    home = shutil.copytree(made, tmp_path / "shop")
    opened = Shop.open(home, Settings(home=home))
    yield opened
    opened.close()


def _gains(shop: Shop, version: str) -> np.ndarray:
    policy = load(shop.home, "candidates", version)
    assert policy is not None
    return policy.gains(people(shop), active_catalogue(shop.ledger)[1], OFFERS).mean(axis=0)


def test_the_offer_that_brought_orders_gains_most_and_the_other_loses_what_it_costs(taught: Shop) -> None:
    report = learn(taught, NOW)
    assert report is not None
    nothing, delivery, percent = _gains(taught, report.version)
    assert nothing == 0
    assert delivery > 0.2 > 0 > percent


def test_the_same_log_teaches_the_same_version_and_is_recorded_once(taught: Shop) -> None:
    first, second = learn(taught, NOW), learn(taught, NOW + timedelta(days=9))
    assert first is not None
    assert second is not None
    assert first.version == second.version
    assert second.known
    with taught.ledger.session() as session:
        rows = session.exec(select(PolicyVersion).where(PolicyVersion.version == first.version)).all()
    assert [row.state for row in rows] == ["candidate"]


def test_a_candidate_is_judged_against_what_is_live(taught: Shop) -> None:
    report = learn(taught, NOW)
    assert report is not None
    gain = report.evaluation["gain"]["DR"]
    assert report.evaluation["live"] == live_policy(taught).version == report.live
    assert set(report.evaluation["gain"]) == {"IPS", "SNIPS", "DM", "DR", "Switch-DR"}
    assert gain["low"] < gain["value"] < gain["high"]
    assert estimate(taught, report.version) == report.evaluation


def test_an_order_that_has_not_come_yet_is_not_an_order_that_never_comes(tmp_path: Path) -> None:
    """Ten days into a window of 30, a third of 0.8 orders has come: 0.8 are expected all the same."""
    rates = {"nothing": 0.8, "free_delivery": 0.8, "ten_percent_off": 0.8}
    shop = taught_shop(tmp_path, customers=500, rates=rates)
    usual = contexts_of(("expected_orders", "order_value", "margin"), np.array([[0.01, 10.0, 0.6]]), 30)
    for days in (30, 0):
        report = learn(shop, NOW - timedelta(days=days))
        assert report is not None
        assert (report.matured == 0) == (days == 30) == (report.evaluation.get("gain") is None)
        policy = load(shop.home, "candidates", report.version)
        assert policy is not None
        odds = policy.response.log_odds(usual, [Action("nothing", {})])
        assert abs(softplus(odds)[0, 0] - 0.8) < 0.25
    shop.close()


def test_offers_that_never_went_out_teach_nothing(shop: Shop) -> None:
    with shop.ledger.session() as session:
        for draft in session.exec(select(Draft)):
            draft.state = "rejected"
            session.add(draft)
        control = len(session.exec(select(Decision.id).where(col(Decision.arm) == "control")).all())
    report = learn(shop, NOW)
    assert report is not None
    assert report.decisions == control


def test_too_few_decisions_teach_nothing(tmp_path: Path) -> None:
    shop = taught_shop(tmp_path, customers=30)
    assert learn(shop, NOW) is None
    assert live_policy(shop).note is not None
    shop.close()


def test_only_some_may_deploy_and_only_on_purpose_where_nothing_is_known(shop: Shop) -> None:
    report = learn(shop, NOW - timedelta(days=30))
    assert report is not None
    with pytest.raises(WinbackError, match="approver or admin"):
        deploy(shop, report.version, Actor("mo", "marketer"), NOW, anyway=True)
    with pytest.raises(WinbackError, match="not yet known"):
        deploy(shop, report.version, ADMIN, NOW)
    deploy(shop, report.version, ADMIN, NOW, anyway=True)
    assert live_policy(shop).version == report.version
    with pytest.raises(WinbackError, match="There is no policy"):
        deploy(shop, "../../etc", ADMIN, NOW, anyway=True)


def _two_live(shop: Shop) -> tuple[str, str]:
    versions: list[str] = []
    for days in (20, 0):
        report = learn(shop, NOW - timedelta(days=days))
        assert report is not None
        deploy(shop, report.version, ADMIN, NOW + len(versions) * LATER, anyway=True)
        versions.append(report.version)
    assert versions[0] != versions[1]
    return versions[0], versions[1]


def test_going_back_step_by_step_to_the_start(shop: Shop) -> None:
    first, second = _two_live(shop)
    assert live_policy(shop).version == second
    assert switch_back(shop, ADMIN, NOW) == first == live_policy(shop).version
    assert switch_back(shop, ADMIN, NOW) == live_policy(shop).version
    assert "start" in live_policy(shop).version
    with pytest.raises(WinbackError, match="start policy is in force"):
        switch_back(shop, ADMIN, NOW)


@pytest.mark.parametrize("damage", ["", "{}", '{"context": 3}', "flip"])
def test_a_damaged_file_gives_way_to_the_last_good_one_and_says_so(shop: Shop, damage: str) -> None:
    first, second = _two_live(shop)
    file = shop.home / "models" / "offers" / "live" / second / "policy.json"
    good = file.read_text("utf-8")
    file.write_text(
        good.replace('"yield": 0', '"yield": 3').replace('"yield": 1', '"yield": 3') if damage == "flip" else damage
    )
    policy = live_policy(shop)
    assert policy.version == first
    assert policy.note is not None
    assert second in policy.note
    (shop.home / "models" / "offers" / "live" / first / "policy.json").unlink()
    policy = live_policy(shop)
    assert "start" in policy.version
    assert policy.note is not None
    assert first in policy.note
    assert "Nothing has been learned" in policy.note


def test_a_mode_needs_to_be_one(shop: Shop) -> None:
    for mode, offer, said in (
        ("greedy", None, "modes are"),
        ("fixed", None, "needs the offer"),
        ("fixed", "x", "no offer x"),
    ):
        with pytest.raises(WinbackError, match=said):
            set_mode(shop.ledger, mode, offer, "ada", NOW)
    assert set_mode(shop.ledger, "fixed", "free_delivery", "ada", NOW).offer == "free_delivery"


def test_notes_are_said_in_chinese_too() -> None:
    said = in_language(f"{damaged('offers-learned-1')} {START}", "zh")
    assert "offers-learned-1" in said
    assert not any(word in said for word in ("Nothing", "missing", "assumptions"))
    assert in_language(START, "en") == START
