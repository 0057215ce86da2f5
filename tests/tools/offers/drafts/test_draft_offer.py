"""`draft_offer` and `pending_drafts` on a small demo shop."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.ledger import Draft, Message, Reservation
from store.settings import Settings
from store.shop import Shop
from tests.agent.offer_shop import customers, offer_shop
from tests.tools.offers.drafts.briefs import Chooser
from tools.context import Actor, ToolContext
from tools.contract import DraftOffer, PendingDrafts
from tools.offers.drafts.pending import pending_drafts
from tools.offers.drafts.rework import wish_of
from tools.offers.drafts.tool import draft_offer
from tools.offers.holdout import holdout_score
from tools.result import ToolError, ToolResult


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    home = offer_shop(tmp_path / "shop")
    return Shop.open(home, Settings(home=home))


def ask(shop: Shop, customer: str, llm: Any = None, **args: Any) -> ToolResult:
    context = ToolContext(shop, Actor("mia", "marketer"), datetime.now(), llm=llm)
    return draft_offer(context, DraftOffer(customer_id=customer, **args))


def rows(shop: Shop, table: Any) -> list[Any]:
    with shop.ledger.session() as session:
        return list(session.exec(select(table)))


@pytest.mark.parametrize(
    ("language", "first"), [("en", "Saved as draft d0001, pending"), ("zh", "已存为草稿 d0001，待批准")]
)
def test_a_draft_is_saved_pending_and_told(shop: Shop, language: str, first: str) -> None:
    who = customers()[0]
    context = ToolContext(shop, Actor("mia", "marketer"), datetime.now(), llm=Chooser(), language=language)  # pyright: ignore[reportArgumentType]
    told = draft_offer(context, DraftOffer(customer_id=who, channel="e-mail", language="德语"))
    lines = told.text.splitlines()
    assert lines[0].startswith(first)
    assert who in lines[1]
    (draft,), (message,) = rows(shop, Draft), rows(shop, Message)
    assert (draft.state, draft.channel, draft.language, draft.message_id) == ("pending", "email", "de", message.id)
    assert all(line in lines for line in message.body.splitlines() if line)
    assert told.artifact is not None
    assert (told.artifact.kind, told.artifact.columns[0], told.artifact.rows[0][0]) == ("draft", "draft_id", draft.id)
    assert rows(shop, Reservation)[0].state == "held"
    assert len(told.text.encode()) < 960


def test_a_rework_is_a_new_message_and_the_draft_stays_pending(shop: Shop) -> None:
    who, model = customers()[0], Chooser()
    ask(shop, who, llm=model, channel="email")
    ask(shop, who, llm=model, draft="d0001", instruction="make it shorter")
    ask(shop, who, llm=model, instruction="more formal, please")
    (draft,), (first, second, third) = rows(shop, Draft), sorted(rows(shop, Message), key=lambda one: one.id)
    assert (draft.state, draft.message_id, second.previous_id, third.previous_id) == (
        "pending",
        third.id,
        first.id,
        second.id,
    )
    assert len(second.body) < len(first.body)
    assert (third.tone, third.language, third.instruction) == ("formal", first.language, "more formal, please")
    assert third.body.startswith("Dear {{first_name}}")


@pytest.mark.parametrize("wish", ["make it rhyme", "send it by SMS"])
def test_what_cannot_be_followed_leaves_the_draft_as_it_was(shop: Shop, wish: str) -> None:
    who = customers()[0]
    ask(shop, who, llm=Chooser(), channel="email")
    with pytest.raises(ToolError, match=r"d0001 is as it was"):
        ask(shop, who, llm=Chooser(), instruction=wish)
    assert len(rows(shop, Message)) == 1


def test_refusals_say_what_to_do_instead(shop: Shop) -> None:
    who = customers()[0]
    ask(shop, who, channel="email")
    with pytest.raises(ToolError, match=r"Draft d0001 .* waits already"):
        ask(shop, who, channel="email")
    ids = shop.warehouse.table("customers").select("customer_id").to_pyarrow()["customer_id"].to_pylist()
    held = next(one for one in ids if holdout_score("winback", one) < 0.1)
    with pytest.raises(ToolError, match="holdout"):
        ask(shop, held)
    with pytest.raises(ToolError, match="no pending draft"):
        ask(shop, customers()[1], instruction="shorter")
    assert len(rows(shop, Draft)) == 1


def test_pending_drafts_are_counted_oldest_first(shop: Shop) -> None:
    context = ToolContext(shop, Actor("mia", "marketer"), datetime.now())
    assert pending_drafts(context, PendingDrafts()).text == "No drafts wait for approval."
    for one in customers()[:2]:
        ask(shop, one, channel="email")
    told = pending_drafts(context, PendingDrafts(channel="邮件"))
    assert told.text.startswith("2 drafts wait for approval; the oldest is d0001")
    assert told.artifact is not None
    assert [row[0] for row in told.artifact.rows] == [1, 2]
    assert pending_drafts(context, PendingDrafts(channel="sms")).text == "No drafts wait for approval."
    with pytest.raises(ToolError, match="no campaign 'spring'"):
        pending_drafts(context, PendingDrafts(campaign="spring"))


@pytest.mark.parametrize(
    ("said", "tone", "language", "channel", "shorter"),
    [
        ("make it shorter", None, None, None, True),
        ("warmer please", "warm", None, None, False),
        ("less formal", "warm", None, None, False),
        ("短一点，用德语", None, "de", None, True),
        ("translate it into French", None, "fr", None, False),
        ("send it by sms instead", None, None, "sms", False),
        ("make it rhyme", None, None, None, False),
    ],
)
def test_wishes_are_read(said: str, tone: str | None, language: str | None, channel: str | None, shorter: bool) -> None:
    wish = wish_of(said)
    assert (wish.tone, wish.language, wish.channel, wish.shorter) == (tone, language, channel, shorter)
