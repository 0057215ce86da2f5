"""`winback ask` and `winback demo`, with a model server that says what it is told to."""

import io
import json
import re
import sys
from pathlib import Path

import pytest
from sqlmodel import select

from store.ledger import Draft, Ledger, Message
from tests.agent.model_server import Reply, Script, said, tool_chunk
from tests.agent.offer_shop import customers, offer_shop
from tests.ui.conftest import Ran, Run
from ui.cli.demo import QUESTIONS

FIELDS = {"answer", "tool_calls", "model", "usage", "timings_ms", "grounded", "conversation"}
CALL_FIELDS = {"tool", "arguments", "text", "error", "duration_ms", "rows"}


def calls(name: str, **arguments: object) -> Reply:
    reply = said(finish="tool_calls")
    return Reply([tool_chunk(json.dumps(arguments), name, id="c1"), *reply.chunks])


@pytest.fixture
def revenue(script: Script) -> Script:
    script.replies = [calls("query_metric", metric="revenue", period="2011-11"), said("It was ", "£64.50.")]
    return script


def test_the_calls_the_answer_and_where_its_numbers_come_from_are_shown(
    winback: Run, home: Path, revenue: Script, url: str
) -> None:
    ran = winback("ask", "Revenue in November 2011?", "--home", home, "--model-url", url)
    assert (ran.code, ran.err) == (0, "")
    called, answered = ran.out.index('query_metric {"metric": "revenue"'), ran.out.index("It was £64.50.")
    assert called < answered < ran.out.lower().rindex("completed")


def test_json_has_the_documented_fields_and_nothing_else_is_printed(
    winback: Run, home: Path, revenue: Script, url: str
) -> None:
    ran = winback("ask", "Revenue in November 2011?", "--home", home, "--model-url", url, "--json")
    answer = json.loads(ran.out)
    assert set(answer) == FIELDS
    assert [set(one) for one in answer["tool_calls"]] == [CALL_FIELDS]
    assert set(answer["timings_ms"]) == {"model", "tools", "total", "first_token"}
    assert (answer["answer"], answer["grounded"], answer["model"]) == ("It was £64.50.", True, "tiny")


def test_a_conversation_is_gone_on_with(winback: Run, home: Path, script: Script, url: str) -> None:
    script.replies = [said("Hello."), said("You greeted me.")]
    first = json.loads(winback("ask", "hi", "--home", home, "--model-url", url, "--json").out)
    more = ("--conversation", first["conversation"], "--home", home, "--model-url", url, "--json")
    second = json.loads(winback("ask", "what did I say?", *more).out)
    assert second["conversation"] == first["conversation"]
    assert "Hello." in json.dumps(script.asked[1]["messages"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["hi", "--conversation", "ffff"], "There is no conversation ffff"),
        (["   "], "Ask a question in words"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(
    winback: Run, home: Path, script: Script, url: str, arguments: list[str], sentence: str
) -> None:
    script.replies = [said("Hello.")]
    ran = winback("ask", *arguments, "--home", home, "--model-url", url)
    assert (ran.code, ran.out) == (1, "")
    assert sentence in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "ftp://x", "::::"])
def test_a_model_server_that_cannot_be_reached_is_named(winback: Run, home: Path, address: str) -> None:
    ran = winback("ask", "hi", "--home", home, "--model-url", address)
    assert (ran.code, ran.out) == (1, "")
    assert address.split("//")[-1].split("/")[0] in ran.err
    assert len(ran.err.splitlines()) == 1


def test_the_prompt_goes_on_after_a_failure_and_ends_at_the_end_of_input(
    winback: Run, home: Path, script: Script, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.replies = [said("One."), said("Two.")]
    monkeypatch.setattr(sys, "stdin", io.StringIO("first?\n???\nsecond?\n"))
    ran = winback("ask", "--home", home, "--model-url", url)
    assert ran.code == 0
    assert ran.out.index("One.") < ran.out.index("Two.")
    assert ran.err.startswith("Ask a question in words")


def test_markup_and_terminal_codes_in_the_data_do_nothing(winback: Run, home: Path, script: Script, url: str) -> None:
    script.replies = [calls("query_metric", metric="units", group_by="product"), said("[bold]Here[/bold] \x1b[31mred.")]
    ran = winback("ask", "units by product", "--home", home, "--model-url", url)
    assert ran.code == 0, ran.err
    assert "[bold]Here[/bold]" in ran.out
    assert "[red]Lamp[/red]" in ran.out
    assert "\x1b" not in ran.out


def test_the_demo_makes_a_shop_refreshes_it_and_asks(winback: Run, script: Script, url: str) -> None:
    script.replies = [said("An answer.")]
    first = winback("demo", "--customers", 30, "--home", "demo", "--model-url", url, "--no-app")
    assert first.code == 0, first.err
    assert first.out.count("An answer.") == len(QUESTIONS)
    assert "reviews labelled" in first.out
    assert "上个月" in first.out
    assert "The demo shop is in demo" in first.out
    assert "The demo shop is in demo" not in winback("demo", "--home", "demo", "--model-url", url, "--no-app").out


class Terminal:
    """Answers as a person at a terminal would, and shows how often they were asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self._monkeypatch = monkeypatch

    def answers(self, *lines: str) -> None:
        given = iter(lines)

        def prompt(text: str, **_: object) -> str:
            self.asked.append(text)
            return next(given)

        self._monkeypatch.setattr("ui.cli.chat.on_terminal", lambda: True)
        self._monkeypatch.setattr("ui.cli.review.typer.prompt", prompt)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(monkeypatch)


@pytest.fixture
def offers(tmp_path: Path, script: Script) -> Path:
    """A shop with offers, and a model that drafts one of them by e-mail."""
    # The writer inside the tool asks as well, without tools; what it is told there is no use, and the template stands.
    drafted = calls("draft_offer", customer_id=customers()[0], channel="email")
    script.answer = lambda asked: (
        said("no") if not asked.get("tools") else said("Done.") if asked["messages"][-1]["role"] == "tool" else drafted
    )
    return offer_shop(tmp_path / "offers")


def drafts(home: Path) -> list[Draft]:
    ledger = Ledger.open(home)
    with ledger.session() as session:
        found = list(session.exec(select(Draft)))
    ledger.close()
    return found


def ask_for_a_draft(winback: Run, home: Path, url: str, *more: object) -> Ran:
    question = f"Draft a win-back for customer {customers()[0]} by email"
    return winback("ask", question, "--home", home, "--model-url", url, *more)


def test_a_draft_is_approved_at_the_terminal(winback: Run, offers: Path, url: str, terminal: Terminal) -> None:
    terminal.answers("what?", "approve")
    ran = ask_for_a_draft(winback, offers, url, "--role", "approver")
    assert ran.code == 0, ran.err
    assert terminal.asked == ["Draft 1: approve, edit, reject or later?"] * 2
    assert ran.err.strip() == "Answer approve, edit, reject or later."
    assert "Draft 1 is approved" in ran.out
    assert [one.state for one in drafts(offers)] == ["approved"]


def test_a_draft_is_rejected_with_a_reason(winback: Run, offers: Path, url: str, terminal: Terminal) -> None:
    terminal.answers("r", "too pushy")
    ask_for_a_draft(winback, offers, url, "--role", "admin")
    assert [(one.state, one.reason) for one in drafts(offers)] == [("rejected", "too pushy")]


def test_a_draft_is_edited_in_the_persons_editor_and_checked(
    winback: Run, offers: Path, url: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "sed -i -e '$a P.S. Thank you.' -e 's/^Subject: .*/Subject: Hello again/'")
    terminal.answers("edit")
    ran = ask_for_a_draft(winback, offers, url, "--role", "approver")
    assert "Draft 1 is approved" in ran.out, ran.err
    ledger = Ledger.open(offers)
    with ledger.session() as session:
        text = session.get(Message, drafts(offers)[0].message_id)
    ledger.close()
    assert text is not None
    assert (text.subject, text.body.splitlines()[-1]) == ("Hello again", "P.S. Thank you.")


def test_what_is_put_off_is_asked_again_when_the_conversation_goes_on(
    winback: Run, offers: Path, url: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.answers("later", "approve")
    ran = ask_for_a_draft(winback, offers, url, "--role", "approver")
    conversation = re.search(r"--conversation (\w+)", ran.out)
    assert conversation is not None
    assert [one.state for one in drafts(offers)] == ["pending"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    more = winback("ask", "--conversation", conversation[1], "--home", offers, "--model-url", url, "--role", "approver")
    assert "Draft 1 is approved" in more.out, more.err
    assert [one.state for one in drafts(offers)] == ["approved"]


@pytest.mark.parametrize(("role", "at_terminal"), [("approver", False), ("marketer", True)])
def test_who_is_no_person_or_may_not_approve_is_told_how_it_is_done(
    winback: Run, offers: Path, url: str, terminal: Terminal, role: str, at_terminal: bool
) -> None:
    if at_terminal:
        terminal.answers()
    ran = ask_for_a_draft(winback, offers, url, "--role", role)
    assert ran.code == 0, ran.err
    assert "To approve: winback campaign approve --draft 1" in ran.out
    assert not terminal.asked
    assert [one.state for one in drafts(offers)] == ["pending"]


def test_json_is_never_interrupted(winback: Run, offers: Path, url: str, terminal: Terminal) -> None:
    terminal.answers()
    ran = ask_for_a_draft(winback, offers, url, "--role", "approver", "--json")
    assert set(json.loads(ran.out)) == FIELDS
    assert not terminal.asked
    assert [one.state for one in drafts(offers)] == ["pending"]
