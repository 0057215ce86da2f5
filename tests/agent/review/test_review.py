"""What a conversation proposed is put before the person; the decision is made once, whatever dies in between."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from agent.answer import Conversation
from agent.events import Final, ReviewAsked, Token
from store.errors import WinbackError
from store.ledger import Campaign, Draft, Message, Reservation, ToolCallAudit
from store.settings import Settings
from store.shop import Shop
from tests.agent.offer_shop import customers, offer_shop
from tests.agent.scripted import ScriptedModel, call
from tools.context import Actor

ROOT = Path(__file__).parents[3]
APPROVE = {"type": "approve"}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    home = offer_shop(tmp_path / "shop")
    return Shop.open(home, Settings(home=home))


def talk(shop: Shop, *replies: Any, role: str = "approver", review: bool = True, id: str | None = None) -> Conversation:
    # The replies of the writer inside the tool come in between; one that is no use makes the offer's template stand.
    model = ScriptedModel(replies=list(replies) or ["Here it is."])
    return Conversation(shop, Actor("ann", role), shop.settings, id, model, review=review)  # pyright: ignore[reportArgumentType]


def drafting(shop: Shop, **more: Any) -> Conversation:
    conversation = talk(shop, call("draft_offer", customer_id=customers()[0], channel="email"), "Here it is.", **more)
    conversation.ask(f"Draft a win-back for customer {customers()[0]} by email")
    return conversation


def rows(shop: Shop, table: Any) -> list[Any]:
    with shop.ledger.session() as session:
        return list(session.exec(select(table)))


def acts(shop: Shop) -> list[str]:
    return [one.tool for one in rows(shop, ToolCallAudit)]


def test_a_draft_is_asked_about_after_the_answer(shop: Shop) -> None:
    who = customers()[0]
    conversation = talk(shop, call("draft_offer", customer_id=who, channel="email"), "Here it is.")
    events = list(conversation.stream(f"Draft a win-back for customer {who} by email"))
    asked = next(one.request for one in events if isinstance(one, ReviewAsked))
    assert isinstance(events[-1], Final)
    assert events[-1].answer.answer == "Here it is."
    (draft,), (message,) = rows(shop, Draft), rows(shop, Message)
    (action,) = asked["action_requests"]
    assert (action["name"], action["args"]) == (
        "draft_offer",
        {"draft_id": draft.id, "subject": message.subject, "body": message.body},
    )
    assert asked["review_configs"][0]["allowed_decisions"] == ["approve", "edit", "reject"]
    assert draft.state == "pending"
    assert conversation.review() == asked


def test_approving_runs_no_tool_again_and_is_told_in_the_conversation(shop: Shop) -> None:
    conversation = drafting(shop)
    said = conversation.decide([APPROVE])
    assert [draft.state for draft in rows(shop, Draft)] == ["approved"]
    assert rows(shop, Draft)[0].decided_by == "ann"
    assert "is approved" in said
    assert acts(shop) == ["draft_offer", "campaign.approve"]
    assert conversation.review() is None
    again = ScriptedModel(replies=["You approved it."])
    more = Conversation(shop, Actor("ann", "approver"), shop.settings, conversation.id, again)
    more.ask("What did we do?")
    assert any(said in message.text for message in again.seen[0])


def test_an_edit_is_checked_like_a_draft_and_the_review_stays_open_until_it_fits(shop: Shop) -> None:
    conversation = drafting(shop)
    action = conversation.review()["action_requests"][0]  # pyright: ignore[reportOptionalSubscript]
    args = action["args"]

    def edit(body: str) -> Any:
        return {"type": "edit", "edited_action": {"name": action["name"], "args": {**args, "body": body}}}

    with pytest.raises(WinbackError, match=r"cannot stand"):
        conversation.decide([edit("Everything is free for a year: call +44 20 7946 0958 or see https://evil.example.")])
    assert rows(shop, Draft)[0].state == "pending"
    assert conversation.review() is not None
    conversation.decide([edit(args["body"] + "\nP.S. Thank you.")])
    (draft,) = rows(shop, Draft)
    assert (draft.state, draft.edited) == ("approved", True)
    text = next(one for one in rows(shop, Message) if one.id == draft.message_id)
    assert text.body.endswith("P.S. Thank you.")
    assert text.author == "ann"


def test_a_rejection_keeps_its_reason_and_gives_back_what_was_reserved(shop: Shop) -> None:
    conversation = drafting(shop)
    assert "rejected" in conversation.decide([{"type": "reject", "message": "too pushy"}])
    (draft,), (reservation,) = rows(shop, Draft), rows(shop, Reservation)
    assert (draft.state, draft.reason, reservation.state) == ("rejected", "too pushy", "released")


def test_later_decides_nothing(shop: Shop) -> None:
    conversation = drafting(shop)
    assert "still waits" in conversation.decide([{"type": "later"}])
    assert rows(shop, Draft)[0].state == "pending"


@pytest.mark.parametrize(
    ("decisions", "says"), [([], "1 proposals wait"), ([{"type": "respond", "message": "x"}], "takes approve, edit")]
)
def test_a_decision_that_is_none_is_refused(shop: Shop, decisions: Any, says: str) -> None:
    conversation = drafting(shop)
    with pytest.raises(WinbackError, match=says):
        conversation.decide(decisions)
    assert conversation.review() is not None


@pytest.mark.parametrize("role", ["care", "marketer"])
def test_who_may_not_decide_is_not_asked(shop: Shop, role: str) -> None:
    conversation = drafting(shop, role=role)
    assert conversation.review() is None
    with pytest.raises(WinbackError, match="Nothing waits"):
        conversation.decide([APPROVE])
    assert rows(shop, Draft)[0].state == "pending"


def test_scripts_are_not_interrupted(shop: Shop) -> None:
    assert drafting(shop, review=False).review() is None
    assert rows(shop, Draft)[0].state == "pending"


def test_an_open_review_is_given_up_by_going_on(shop: Shop) -> None:
    conversation = drafting(shop)
    answer = talk(shop, "Hello.", id=conversation.id).ask("hi")
    assert answer.answer == "Hello."
    assert conversation.review() is None
    assert rows(shop, Draft)[0].state == "pending"


def test_two_proposals_of_a_turn_are_decided_one_by_one(shop: Shop) -> None:
    first, second = customers()[:2]
    both = call("draft_offer", "a", customer_id=first, channel="email")
    both.tool_calls.append(call("draft_offer", "b", customer_id=second, channel="email").tool_calls[0])
    conversation = talk(shop, both, "Here they are.")
    conversation.ask(f"Draft a win-back by email for {first} and for {second}")
    numbers = [one["args"]["draft_id"] for one in conversation.review()["action_requests"]]  # pyright: ignore[reportOptionalSubscript]
    conversation.decide([APPROVE, {"type": "reject", "message": "no"}])
    assert {draft.id: draft.state for draft in rows(shop, Draft)} == dict(
        zip(numbers, ["approved", "rejected"], strict=True)
    )


def test_a_campaign_is_approved_with_its_drafts_after_a_look_at_its_texts(shop: Shop) -> None:
    conversation = talk(shop, call("plan_campaign", segment="everyone", budget=500, channel="email"), "Planned.")
    conversation.ask("Plan a campaign for everyone with 500, by email")
    asked = conversation.review()
    assert asked is not None
    args = asked["action_requests"][0]["args"]
    assert asked["review_configs"][0]["allowed_decisions"] == ["approve", "reject"]
    assert all(sample["body"] for sample in args["samples"])
    assert args["samples"]
    conversation.decide([APPROVE])
    assert [(one.id, one.state) for one in rows(shop, Campaign)] == [(args["campaign_id"], "approved")]
    assert {one.state for one in rows(shop, Draft)} == {"approved"}


CHILD = """
import os, sys
from agent.answer import Conversation
import agent.answer
from store.settings import Settings
from store.shop import Shop
from tests.agent.scripted import ScriptedModel
from tools.context import Actor
home, conversation, dies = sys.argv[1:]
shop = Shop.open(settings=Settings(home=home))
made = agent.answer.apply
if dies == "yes":
    def dying(*args):
        made(*args)
        os._exit(9)
    agent.answer.apply = dying
talk = Conversation(shop, Actor("bob", "admin"), shop.settings, conversation, ScriptedModel(replies=["x"]), review=True)
print(talk.decide([{"type": "approve"}]))
"""


def elsewhere(shop: Shop, conversation: str, dies: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, str(shop.home), conversation, dies]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=env, check=False)


def test_another_process_decides(shop: Shop) -> None:
    conversation = drafting(shop)
    ran = elsewhere(shop, conversation.id, "no")
    assert "is approved" in ran.stdout, ran.stderr
    assert rows(shop, Draft)[0].decided_by == "bob"
    assert conversation.review() is None


def test_a_crash_between_the_decision_and_the_resumption_decides_nothing_twice(shop: Shop) -> None:
    conversation = drafting(shop)
    assert elsewhere(shop, conversation.id, "yes").returncode == 9
    assert rows(shop, Draft)[0].state == "approved"
    assert conversation.review() is not None
    assert "is approved" in conversation.decide([{"type": "reject", "message": "changed my mind"}])
    assert rows(shop, Draft)[0].decided_by == "bob"
    assert acts(shop).count("campaign.approve") == 1
    assert "campaign.reject" not in acts(shop)
    assert conversation.review() is None


def test_a_crash_before_the_answer_leaves_the_draft_pending(shop: Shop) -> None:
    who = customers()[0]
    conversation = talk(shop, call("draft_offer", customer_id=who, channel="email"), "word " * 50)
    stream = conversation.stream(f"Draft a win-back for {who} by email")
    next(one for one in stream if isinstance(one, Token))
    stream.close()
    assert [draft.state for draft in rows(shop, Draft)] == ["pending"]
    assert conversation.review() is None


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("approve it", "approved"),
        ("批准", "approved"),
        ("reject it: too pushy", "rejected"),
        ("approve draft 4711", "pending"),
    ],
)
def test_a_decision_said_in_words_is_one_and_no_model_reads_it(shop: Shop, words: str, state: str) -> None:
    conversation = drafting(shop, review=False)
    model = ScriptedModel(replies=["never"])
    answer = Conversation(shop, Actor("ann", "approver"), shop.settings, conversation.id, model).ask(words)
    assert not model.seen
    assert rows(shop, Draft)[0].state == state
    assert ("say which one" in answer.answer) == (state == "pending")
    assert answer.tool_calls == []


def test_saying_it_does_not_help_who_may_not(shop: Shop) -> None:
    conversation = drafting(shop, role="care")
    answer = talk(shop, role="care", id=conversation.id).ask("approve it")
    assert answer.answer == "The role care cannot approve or reject; an approver or admin has to."
    assert rows(shop, Draft)[0].state == "pending"


def test_a_decision_about_nothing_is_told_so(shop: Shop) -> None:
    assert talk(shop, "never").ask("approve it").answer.startswith("This conversation proposed nothing")


def test_the_bundled_model_drafts_and_a_person_approves(shop: Shop) -> None:
    conversation = Conversation(shop, Actor("ann", "approver"), Settings(home=shop.home, model_url=None), review=True)
    answer = conversation.ask(f"draft a win-back for customer {customers()[0]} by email")
    (message,) = rows(shop, Message)
    assert " ".join(message.body.split()) in " ".join(answer.answer.split()), "the text is quoted word for word"
    assert "is approved" in conversation.decide([APPROVE])
    assert rows(shop, Draft)[0].state == "approved"
