"""Nothing is approved by whoever may not, twice, or with a text that breaks its offer."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from store.errors import WinbackError
from store.ledger import Budget, Campaign, Message, Reservation, ToolCallAudit
from store.shop import Shop
from tests.tools.offers.planned import ANN, CAMPAIGN, MARY, NOW, drafts, planned
from tools.context import Actor
from tools.offers.approval import approve, edit, may_decide, preview, reject, withdraw
from tools.offers.delivery import export_csv

LATER = timedelta(minutes=5)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with planned(tmp_path) as opened:
        yield opened


def _held(shop: Shop) -> tuple[int, int]:
    """(reservations held, cents reserved this month)."""
    with shop.ledger.session() as session:
        held = session.exec(select(Reservation).where(Reservation.state == "held")).all()
        month = session.get_one(Budget, f"month:{NOW:%Y-%m}")
    return len(held), month.reserved_cents


@pytest.mark.parametrize(("role", "may"), [("care", False), ("marketer", False), ("approver", True), ("admin", True)])
def test_approvers_and_admins_decide(role: str, may: bool) -> None:
    assert may_decide(Actor("kim", role)) is may  # pyright: ignore[reportArgumentType]


def test_a_marketer_is_told_who_has_to_approve(shop: Shop) -> None:
    with pytest.raises(WinbackError, match="marketer cannot approve; an approver or admin has to"):
        approve(shop, MARY, NOW, campaign_id=CAMPAIGN)
    assert not drafts(shop, "approved")


def test_a_campaign_is_approved_with_all_its_drafts_and_that_is_in_the_audit(shop: Shop) -> None:
    waiting = drafts(shop, "pending")
    assert len(waiting) > 20
    assert approve(shop, ANN, NOW + LATER, campaign_id=CAMPAIGN) == len(waiting)
    assert {one.decided_by for one in drafts(shop, "approved")} == {"ann"}
    with shop.ledger.session() as session:
        campaign = session.get_one(Campaign, CAMPAIGN)
        entry = session.exec(select(ToolCallAudit).where(ToolCallAudit.tool == "campaign.approve")).one()
    assert (campaign.state, campaign.decided_by) == ("approved", "ann")
    assert (entry.actor, entry.rows, entry.arguments) == ("ann", len(waiting), {"campaign_id": CAMPAIGN})


def test_what_is_decided_stays_decided_and_is_told_in_a_sentence(shop: Shop) -> None:
    draft = drafts(shop)[0]
    approve(shop, ANN, NOW + LATER, draft_id=draft.id)
    for again in (approve, reject):
        with pytest.raises(WinbackError, match=rf"Draft {draft.id} is approved already by ann on 2026-07-01 12:05"):
            again(shop, ANN, NOW + LATER, draft_id=draft.id)


def test_a_rejected_draft_gives_back_its_money_and_its_contact(shop: Shop) -> None:
    draft = drafts(shop)[0]
    count, cents = _held(shop)
    with shop.ledger.session() as session:
        own = session.get_one(Reservation, draft.decision_id).cents
    assert reject(shop, ANN, NOW + LATER, draft_id=draft.id, reason="too\npushy") == 1
    assert _held(shop) == (count - 1, cents - own)
    assert drafts(shop, "rejected")[0].reason == "too pushy"


def test_a_rejected_campaign_gives_back_everything_but_what_is_approved(shop: Shop) -> None:
    kept = drafts(shop)[0]
    approve(shop, ANN, NOW + LATER, draft_id=kept.id)
    reject(shop, ANN, NOW + LATER, campaign_id=CAMPAIGN)
    assert [one.id for one in drafts(shop, "approved")] == [kept.id]
    assert _held(shop)[0] == 1


def test_a_withdrawn_campaign_gives_back_everything_that_no_sender_has_claimed(shop: Shop, tmp_path: Path) -> None:
    approve(shop, ANN, NOW + LATER, campaign_id=CAMPAIGN)
    sent = drafts(shop, "approved")[0]
    export_csv(shop, ANN, NOW + LATER, tmp_path / "one.csv", draft_ids=[sent.id or 0])
    assert withdraw(shop, ANN, NOW + LATER, campaign_id=CAMPAIGN) == len(drafts(shop, "withdrawn"))
    assert ([one.id for one in drafts(shop, "exported")], drafts(shop, "approved")) == ([sent.id], [])
    assert _held(shop)[0] == 1
    with pytest.raises(WinbackError, match="marketer cannot withdraw"):
        withdraw(shop, MARY, NOW + LATER, campaign_id=CAMPAIGN)


def test_a_draft_that_nobody_decided_on_in_time_cannot_be_approved(shop: Shop) -> None:
    with pytest.raises(WinbackError, match="is expired already"):
        approve(shop, ANN, NOW + timedelta(days=60), draft_id=drafts(shop)[0].id)
    assert _held(shop) == (0, 0)


@pytest.mark.parametrize("number", [None, 10_000])
def test_unknown_drafts_and_campaigns_are_told(shop: Shop, number: int | None) -> None:
    with pytest.raises(WinbackError, match=r"There is no draft 10000|Say which draft"):
        approve(shop, ANN, NOW, draft_id=number)


def test_a_text_that_promises_more_than_its_offer_cannot_be_approved_or_written(shop: Shop) -> None:
    draft = drafts(shop)[0]
    with shop.ledger.session() as session:
        message = session.get_one(Message, draft.message_id)
        body = f"{message.body} And 75% off everything at www.example.com!"
    with pytest.raises(WinbackError, match="This text cannot stand"):
        edit(shop, ANN, NOW, draft_id=draft.id or 0, body=body)
    with shop.ledger.session() as session:
        session.get_one(Message, draft.message_id).body = body
    with pytest.raises(WinbackError, match=r"cannot be approved: .*75"):
        approve(shop, ANN, NOW, campaign_id=CAMPAIGN)
    assert not drafts(shop, "approved")


def test_an_edit_is_a_new_message_that_remembers_the_old_one(shop: Shop) -> None:
    draft = drafts(shop)[0]
    with shop.ledger.session() as session:
        before = session.get_one(Message, draft.message_id)
    sharing = [one for one in drafts(shop) if one.message_id == before.id]
    new = edit(shop, ANN, NOW, draft_id=draft.id or 0, body=before.body)
    changed = [one for one in drafts(shop) if one.edited]
    with shop.ledger.session() as session:
        after = session.get_one(Message, new)
    assert [one.id for one in changed] == [draft.id]
    assert (after.previous_id, after.author, changed[0].state) == (before.id, "ann", "pending")
    edit(shop, ANN, NOW, draft_id=sharing[-1].id or 0, body=before.body, all=True)
    assert len([one for one in drafts(shop) if one.edited]) == len(sharing)


def test_the_preview_counts_every_pending_draft_once_with_its_cost(shop: Shop) -> None:
    texts = preview(shop.ledger, CAMPAIGN)
    assert sum(one.drafts for one in texts) == len(drafts(shop, "pending"))
    assert sum(int(one.reserved * 100) for one in texts) == _held(shop)[1]
