"""The pick for one customer, in words, and what is kept of a decision on one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.errors import WinbackError
from store.ledger import Consent, Decision, Draft, Message, Reservation
from store.shop import Shop
from tests.tools.offers.planning.shops import ACTOR, IDS, NOW, Writer, shop_of
from tools.context import ToolContext
from tools.contract import ChooseOffer
from tools.offers.choose.tool import choose_offer
from tools.offers.funnel import decide, why
from tools.offers.holdout import holdout_score
from tools.offers.planning import PlanRequest, plan
from tools.offers.policy.modes import set_mode
from tools.result import ToolError, ToolResult

HELD = next(one for one in IDS if holdout_score("winback", one) < 0.1)
FREE = next(one for one in IDS[2::4] if holdout_score("winback", one) >= 0.1)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with shop_of(tmp_path) as opened:
        yield opened


def _told(shop: Shop, customer: Any = FREE, language: Any = "en") -> ToolResult:
    return choose_offer(ToolContext(shop, ACTOR, NOW, language=language), ChooseOffer(customer_id=customer))


def _count(shop: Shop, model: Any) -> int:
    with shop.ledger.session() as session:
        return len(session.exec(select(model)).all())


@pytest.mark.parametrize(("language", "first"), [("en", "The pick for customer"), ("zh", "为客户")])
def test_the_first_line_answers_and_nothing_is_kept(shop: Shop, language: str, first: str) -> None:
    set_mode(shop.ledger, "exploit", None, "ann", NOW)
    told = _told(shop, language=language)
    lines = told.text.splitlines()
    assert lines[0].startswith(first)
    assert FREE in lines[0]
    assert told.artifact is not None
    assert {row[0] for row in told.artifact.rows} == {
        "ten_percent_off",
        "twenty_percent_off",
        "free_delivery",
        "early_access",
        "apology_credit",
        "care_call",
    }
    assert not _count(shop, Decision)


def test_the_pick_is_the_one_that_a_decision_then_makes(shop: Shop) -> None:
    """Whether they are asked twice or decided on: the lot of a customer is the same all day."""
    dry = decide(shop, FREE, ACTOR, NOW, nothing=False, dry_run=True)
    kept = decide(shop, FREE, ACTOR, NOW + timedelta(hours=1), nothing=False)
    assert (dry.offer, dry.propensity, dry.channel) == (kept.offer, kept.propensity, kept.channel)
    assert dry.decision_id is None
    assert kept.decision_id == 1
    assert "nothing" not in kept.options
    with shop.ledger.session() as session:
        held = session.get(Reservation, 1)
    assert held is not None
    assert held.cents == kept.reserved * 100


def test_the_holdout_is_told_as_such_and_gets_nothing(shop: Shop) -> None:
    assert "holdout" in _told(shop, HELD).text.splitlines()[0]
    decided = decide(shop, HELD, ACTOR, NOW, offer="ten percent off")
    assert (decided.arm, decided.offer, decided.reserved) == ("holdout", "nothing", 0)
    assert not _count(shop, Reservation)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_agreed_to_nothing_is_told_why_there_is_no_offer(shop: Shop, language: str) -> None:
    shop.ledger.add_consents(
        Consent(customer_id=FREE, channel=channel, granted=False, at=NOW, source="test") for channel in ("email", "sms")
    )
    first = _told(shop, language=language).text.splitlines()[0]
    assert ("no consent" if language == "en" else "未同意") in first


def test_an_unknown_customer_and_an_impossible_offer_are_one_sentence(shop: Shop) -> None:
    with pytest.raises(ToolError, match="There is no customer"):
        _told(shop, "c999999")
    with pytest.raises(ToolError, match=r"A call is not possible for customer .*: it is for other segments"):
        decide(shop, FREE, ACTOR, NOW, offer="care_call")
    with pytest.raises(ToolError, match="There is no offer"):
        decide(shop, FREE, ACTOR, NOW, offer="a yacht")
    assert not _count(shop, Decision)


def test_a_named_offer_is_taken_and_logged_as_chosen_for_sure(shop: Shop) -> None:
    decided = decide(shop, FREE, ACTOR, NOW, offer="free delivery", channel="SMS", language="German")
    assert (decided.arm, decided.offer, decided.channel, decided.language) == ("treated", "free_delivery", "sms", "de")
    assert (decided.mode, decided.propensity) == ("fixed", 1)
    with pytest.raises(ToolError, match=r"until 2026-11-0\d"):
        decide(shop, FREE, ACTOR, NOW, offer="free delivery")


def test_the_draft_of_a_decision_is_kept_with_it_or_not_at_all(shop: Shop) -> None:
    def fails(_session: Any, decided: Any) -> None:
        assert decided.decision_id == 1
        raise WinbackError("no")

    with pytest.raises(WinbackError):
        decide(shop, FREE, ACTOR, NOW, nothing=False, also=fails)
    assert not _count(shop, Decision)
    assert not _count(shop, Reservation)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_why_tells_every_arm_and_what_became_of_the_draft(shop: Shop, language: str) -> None:
    plan(shop, PlanRequest(segment="everyone", name="spring"), ACTOR, NOW, Writer())
    with shop.ledger.session() as session:
        decisions = {one.arm: one for one in session.exec(select(Decision))}
        draft = session.exec(select(Draft).where(Draft.decision_id == decisions["treated"].id)).one()
        draft.state, draft.decided_at, draft.decided_by, draft.reason = "rejected", NOW, "ann", "too pushy"
        session.add(draft)
    for arm, decision in decisions.items():
        lines = why(shop.ledger, decision_id=decision.id, language=language)
        assert decision.customer_id in lines[0]
        assert "spring" in lines[0]
        assert all("{" not in line for line in lines)
        assert any("ann" in line and "too pushy" in line for line in lines) == (arm == "treated")
    assert why(shop.ledger, draft_id=draft.id) == why(shop.ledger, decision_id=decisions["treated"].id)
    assert why(shop.ledger, customer_id=decisions["control"].customer_id)
    with pytest.raises(WinbackError, match="no draft 9999"):
        why(shop.ledger, draft_id=9999)
    assert _count(shop, Message)


def test_words_of_a_lot_of_a_loss_and_of_quiet_hours(shop: Shop) -> None:
    from tools.offers.choose.known import known_of
    from tools.offers.choose.text import Telling

    decided = decide(shop, FREE, ACTOR, NOW, nothing=False, dry_run=True)
    known = known_of(shop, FREE, "en")
    telling = Telling("en", decided.catalogue, NOW)
    other = next(offer for offer in decided.options if offer != decided.offer)
    lot = replace(decided, best=other, propensity=0.2, send_after=NOW + timedelta(hours=9))
    lines = telling.lines(lot, known)
    assert "expected to gain most" in lines[0]
    assert "offers are drawn" in lines[0]
    assert "20%" in lines[1]
    assert any("quiet hours" in line for line in lines)
    loss = telling.lines(replace(decided, best="nothing", gain=-0.5), known)
    assert "No offer is worth its cost" in loss[0]
    assert "-£0.50" in loss[0]
