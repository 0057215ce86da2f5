"""`winback ask` and `winback demo`, with a model server that says what it is told to."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.agent.model_server import Reply, Script, said, tool_chunk
from tests.ui.conftest import Run
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
    first = winback("demo", "--customers", 30, "--home", "demo", "--model-url", url)
    assert first.code == 0, first.err
    assert first.out.count("An answer.") == len(QUESTIONS)
    assert "reviews labelled" in first.out
    assert "上个月" in first.out
    assert "The demo shop is in demo" in first.out
    assert "The demo shop is in demo" not in winback("demo", "--home", "demo", "--model-url", url).out
