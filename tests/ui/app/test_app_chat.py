"""Conversations of the app: turns that outlive the browser, and whose they are."""

import threading
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import agent.answer
from agent.memory import Memory
from agent.model_errors import ModelError
from agent.transcript import Opinion, Shares, Transcript
from store.errors import WinbackError
from store.ledger import Draft, Ledger
from store.settings import Settings
from tests.agent.offer_shop import customers, offer_shop
from tests.agent.scripted import ScriptedModel, call
from tools.context import Actor
from ui.app.chat import turns as running_turns
from ui.app.chat.chats import Chats, NotYours
from ui.app.chat.suggest import suggestions
from ui.app.frame.site import Site
from ui.app.frame.words import Words
from ui.app.gate.doorkeeper import Doorkeeper

ANN, BOB = Actor("ann", "admin"), Actor("bob", "admin")
ID = "0123456789abcdef"


@pytest.fixture
def site(tmp_path: Path) -> Any:
    home = offer_shop(tmp_path / "shop")
    made = Site(Settings(home=home), Doorkeeper(Ledger.open(home)), [])
    yield made
    made.close()


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the model give these replies."""

    def script(*replies: Any, pause_s: float = 0.0) -> ScriptedModel:
        model = ScriptedModel(replies=list(replies), pause_s=pause_s)
        monkeypatch.setattr(agent.answer, "chat_model", lambda settings: model)
        return model

    return script


def wait(running: Any) -> Any:
    assert running.ended.wait(20)
    return running.turn


def until(true: Any) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_turn_runs_without_a_viewer_and_is_there_after_a_restart(site: Site, say: Any) -> None:
    say("All is well here.")
    wait(site.service(Chats).ask(ANN, ID, "How are we?"))
    again = Chats(Site(site.settings, site.doorkeeper, []))
    (turn,) = again.open(ANN, ID).turns
    assert (turn.question, turn.answer, turn.state) == ("How are we?", "All is well here.", "done")
    assert [one.id for one in again.mine(ANN)] == [ID]


def test_sending_twice_asks_once_and_both_follow(site: Site, say: Any) -> None:
    model = say("word " * 40, pause_s=0.01)
    chats = site.service(Chats)
    first = chats.ask(ANN, ID, "Tell me")
    assert chats.ask(ANN, ID, "Tell me") is first
    assert chats.open(ANN, ID).running is first
    wait(first)
    assert len(model.seen) == 1
    assert len(chats.open(ANN, ID).turns) == 1
    assert chats.repeats(ANN, ID, "Tell me")


def test_stopping_keeps_what_was_written_and_the_conversation_goes_on(site: Site, say: Any) -> None:
    say("word " * 400, pause_s=0.01)
    chats = site.service(Chats)
    running = chats.ask(ANN, ID, "Tell me")
    until(lambda: len(running.turn.answer) > 10)
    chats.stop(ANN, ID)
    assert chats.open(ANN, ID).turns[0].state == "stopped"
    kept = wait(running).answer
    assert 10 < len(kept) < 1000
    say("Fine.")
    assert wait(chats.ask(ANN, ID, "And now?")).answer == "Fine."
    first, second = chats.open(ANN, ID).turns
    assert (first.state, first.answer, second.state) == ("stopped", kept, "done")


def test_a_model_that_is_down_is_a_sentence_and_asking_again_takes_its_place(
    site: Site, say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(settings: Settings) -> Any:
        raise ModelError("No model server answers at http://x/v1.")

    monkeypatch.setattr(agent.answer, "chat_model", down)
    chats = site.service(Chats)
    turn = wait(chats.ask(ANN, ID, "Hello there"))
    assert (turn.state, turn.problem) == ("failed", "No model server answers at http://x/v1.")
    say("Hello.")
    wait(chats.again(ANN, ID, 1))
    assert [one.answer for one in chats.open(ANN, ID).turns] == ["Hello."]


def test_a_turn_whose_process_died_is_shown_as_broken_off(site: Site) -> None:
    memory = site.service(Chats).turns.memory
    memory.note(ID, "ann", "admin", "hi", datetime.now(), memory.vault(ID, "ann"))
    site.service(Chats).turns.transcript.begin(ID, "hi", datetime.now())
    assert Chats(Site(site.settings, site.doorkeeper, [])).open(ANN, ID).turns[0].state == "broken"


def test_questions_wait_where_too_many_run(site: Site, say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_turns, "AT_ONCE", 1)
    say("word " * 30, pause_s=0.01)
    chats = site.service(Chats)
    first, second = chats.ask(ANN, ID, "One?"), chats.ask(BOB, "f" * 16, "Two?")
    assert (first.turn.state, second.turn.state, chats.turns.ahead(second)) == ("running", "queued", 0)
    assert wait(second).state == "done"
    assert wait(first).state == "done"


@pytest.mark.parametrize("who", [BOB, Actor("ann", "care")])
def test_nobody_touches_somebody_elses_conversation(site: Site, say: Any, who: Actor) -> None:
    say("Fine.")
    chats = site.service(Chats)
    wait(chats.ask(ANN, ID, "Hello?"))
    assert chats.mine(who) == []
    acts = [
        lambda: chats.open(who, ID),
        lambda: chats.ask(who, ID, "Mine?"),
        lambda: chats.again(who, ID, 1),
        lambda: chats.stop(who, ID),
        lambda: chats.share(who, ID),
        lambda: chats.unshare(who, ID),
        lambda: chats.forget(who, ID),
        lambda: chats.rate(who, ID, 1, Opinion("up")),
        lambda: chats.decide(who, ID, "draft", 1, {"type": "approve"}, "en"),
    ]
    for act in acts:
        with pytest.raises(NotYours):
            act()
    assert len(chats.open(ANN, ID).turns) == 1


def test_what_a_person_typed_is_kept_as_a_token_and_shared_so(site: Site, say: Any) -> None:
    say("I wrote to <email-1> for you.")
    chats = site.service(Chats)
    wait(chats.ask(ANN, ID, "Who is jane@example.com?"))
    assert b"jane@example.com" not in _turns_dump(chats.turns.memory)
    opened = chats.open(ANN, ID)
    assert opened.vault.reveal(opened.turns[0].question) == "Who is jane@example.com?"
    assert opened.vault.reveal(opened.turns[0].answer) == "I wrote to jane@example.com for you."
    token = chats.share(ANN, ID)
    seen = chats.read(BOB, token)
    assert (seen.mine, seen.vault.reveal(seen.turns[0].question)) == (False, "Who is <email-1>?")


def _turns_dump(memory: Memory) -> bytes:
    with memory.cursor() as cursor:
        rows = (
            cursor.execute("SELECT * FROM turns").fetchall()
            + cursor.execute("SELECT title FROM conversations").fetchall()
        )
    return repr(rows).encode()


def test_a_link_is_for_the_same_role_and_can_be_withdrawn(site: Site, say: Any) -> None:
    say("Fine.")
    chats = site.service(Chats)
    marketer, other = Actor("mia", "marketer"), Actor("max", "marketer")
    wait(chats.ask(marketer, ID, "Hello?"))
    token = chats.share(marketer, ID)
    assert len(token) > 20
    assert chats.share(marketer, ID) == token
    assert chats.read(other, token).turns
    assert chats.read(BOB, token).turns
    with pytest.raises(NotYours):
        chats.read(Actor("cat", "care"), token)
    chats.unshare(marketer, ID)
    with pytest.raises(NotYours):
        chats.read(other, token)


def test_opinions_are_kept_for_evaluation(site: Site, say: Any) -> None:
    say("Fine.")
    chats = site.service(Chats)
    wait(chats.ask(ANN, ID, "Hello?"))
    chats.rate(ANN, ID, 1, Opinion("up"))
    chats.rate(ANN, ID, 1, Opinion("down", "wrong, mail me at a@b.com"))
    (row,) = chats.feedback()
    assert (row["thumb"], row["reason"], row["question"], row["answer"]) == (
        "down",
        "wrong, mail me at <email-1>",
        "Hello?",
        "Fine.",
    )
    assert chats.open(ANN, ID).opinions[1].thumb == "down"  # pyright: ignore[reportOptionalSubscript]


def test_a_draft_is_approved_in_place_and_the_second_decision_is_a_sentence(site: Site, say: Any) -> None:
    say(call("draft_offer", customer_id=customers()[0], channel="email"), "Here it is.")
    chats = site.service(Chats)
    turn = wait(chats.ask(ANN, ID, f"Draft a win-back for {customers()[0]} as an email"))
    number = turn.calls[0].saved["draft_id"]
    assert "is approved" in chats.decide(ANN, ID, "draft", number, {"type": "approve"}, "en")
    with site.shop().ledger.session() as session:
        assert session.get(Draft, number).state == "approved"  # pyright: ignore[reportOptionalMemberAccess]
    assert "is approved" in chats.decide(ANN, ID, "draft", number, {"type": "reject", "message": "no"}, "en")
    with pytest.raises(NotYours):
        chats.decide(ANN, ID, "draft", number + 1, {"type": "approve"}, "en")


def test_a_marketer_cannot_decide(site: Site, say: Any) -> None:
    say(call("draft_offer", customer_id=customers()[0], channel="email"), "Here it is.")
    chats, mia = site.service(Chats), Actor("mia", "marketer")
    turn = wait(chats.ask(mia, ID, f"Draft a win-back for {customers()[0]} as an email"))
    with pytest.raises(WinbackError, match="marketer cannot approve"):
        chats.decide(mia, ID, "draft", turn.calls[0].saved["draft_id"], {"type": "approve"}, "en")


def test_what_to_ask_next_names_the_customer(site: Site, say: Any) -> None:
    who = customers()[0]
    say(call("customer_profile", customer_id=who), "Here.")
    turn = wait(site.service(Chats).ask(ANN, ID, f"Tell me about {who}"))
    for language in ("en", "zh"):
        words = Words(Path(running_turns.__file__).parent, language)  # pyright: ignore[reportArgumentType]
        found = suggestions(turn, words)
        assert len(found) == 3
        assert all(who in one for one in found)


def test_a_long_or_empty_question(site: Site, say: Any) -> None:
    say("Fine.")
    chats = site.service(Chats)
    assert wait(chats.ask(ANN, ID, "long words " * 10_000)).state == "done"
    with pytest.raises(WinbackError, match="Ask a question in words"):
        chats.ask(ANN, ID, "  !? ")


def test_a_deleted_conversation_is_gone(site: Site, say: Any) -> None:
    say("Fine.")
    chats = site.service(Chats)
    wait(chats.ask(ANN, ID, "Who is jane@example.com?"))
    token = chats.share(ANN, ID)
    chats.forget(ANN, ID)
    assert chats.mine(ANN) == []
    assert chats.open(ANN, ID).turns == []
    assert Shares(chats.turns.memory).read(token, "admin") is None
    assert chats.turns.memory.vault(ID, "ann").values == {}


def test_an_older_conversation_shows_questions_and_answers(site: Site, say: Any) -> None:
    model = say("Old answer.")
    shop = site.shop()
    old = agent.answer.Conversation(shop, ANN, shop.settings, model=model)
    old.ask("Old question?")
    chats = site.service(Chats)
    assert [(one.question, one.answer) for one in chats.open(ANN, old.id).turns] == [("Old question?", "Old answer.")]
    say("New answer.")
    wait(chats.ask(ANN, old.id, "New question?"))
    assert [one.number for one in Transcript(chats.turns.memory).turns(old.id)] == [1, 2]


def test_fifty_people_are_answered_at_once(site: Site, say: Any) -> None:
    say("word " * 10, pause_s=0.005)
    chats = site.service(Chats)
    running = [chats.ask(Actor(f"p{n}", "care"), f"{n:016x}", "Hello?") for n in range(50)]
    assert {wait(one).state for one in running} == {"done"}
    until(lambda: not any(one.name.startswith("turn-") for one in threading.enumerate()))
