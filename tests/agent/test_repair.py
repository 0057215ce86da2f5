"""Answers that come broken: cut-off, unreadable, as text, or not at all."""

import json

import pytest
from langchain_core.messages import AIMessage

from agent.events import Retry
from agent.middleware.repair import tidy
from agent.privacy import Vault
from agent.splitter import Splitter, split
from tests.agent.conftest import REVENUE
from tests.agent.scripted import call

CALL = '<tool_call>\n{"name": "query_metric", "arguments": {"metric": "revenue"}}\n</tool_call>'
BROKEN = '<tool_call>\n{"name": "query_metric", "arguments": {"metric": \n</tool_call>'
XML = "<tool_call>\n<function=query_metric>\n<parameter=metric>\nrevenue\n</parameter>\n</function>\n</tool_call>"
CUT = AIMessage(
    "",
    tool_calls=[{"name": "query_metric", "args": {"metric": "rev"}, "id": "c1"}],
    response_metadata={"finish_reason": "length"},
)


@pytest.mark.parametrize(
    "message",
    [
        AIMessage(CALL),
        AIMessage(f"Let me see.\n{CALL}"),
        AIMessage(f"<think>I should ask. {CALL}</think>"),
        AIMessage("", additional_kwargs={"reasoning": f"I should ask. {CALL}"}),
        AIMessage('{"name": "query_metric", "arguments": {"metric": "revenue"}}'),
        AIMessage('{"name": "query_metric", "parameters": "{\\"metric\\": \\"revenue\\"}"}'),
    ],
)
def test_a_call_that_came_as_text_is_made(talk, tools, message):
    conversation, _ = talk(message, "Revenue was £1.46M.")
    answer = conversation.ask("Revenue?")
    assert answer.answer == "Revenue was £1.46M."
    assert tools["calls"][0][1] == {"metric": "revenue"}


def test_no_part_of_a_textual_call_is_shown(talk):
    conversation, _ = talk(AIMessage(f"Let me see.\n{CALL}"), "It was £1.46M.")
    shown = [getattr(event, "text", "") for event in conversation.stream("Revenue?")]
    assert not any("tool_call" in text or "query_metric" in text for text in shown)


@pytest.mark.parametrize("bad", [BROKEN, XML, "<tool_call>[]</tool_call>", '<tool_call>{"name": 5}</tool_call>'])
def test_an_unreadable_call_is_asked_for_again(talk, tools, bad):
    conversation, model = talk(bad, call("query_metric", metric="revenue"), "It was £1.46M.")
    events = list(conversation.stream("Revenue?"))
    assert events[-1].answer.answer == "It was £1.46M."
    assert len([event for event in events if isinstance(event, Retry)]) == 1
    assert "could not be read" in model.seen[1][-1].text


def test_twice_unreadable_is_one_sentence_about_the_parser(talk, tools):
    conversation, model = talk(BROKEN)
    answer = conversation.ask("Revenue?")
    assert "--tool-call-parser" in answer.answer
    assert "tool_call>" not in answer.answer
    assert (len(model.seen), tools["calls"]) == (2, [])


def test_a_call_that_was_cut_off_is_not_run_but_asked_for_again(talk, tools):
    conversation, model = talk(CUT, call("query_metric", metric="revenue"), "It was £1.46M.")
    assert conversation.ask("Revenue?").answer == "It was £1.46M."
    assert [arguments for _, arguments, _ in tools["calls"]] == [{"metric": "revenue"}]
    assert "cut off" in model.seen[1][-1].text


def test_twice_cut_off_is_one_sentence(talk, tools):
    conversation, _ = talk(CUT)
    assert "cut off" in conversation.ask("Revenue?").answer
    assert tools["calls"] == []


def test_an_open_textual_call_counts_as_cut_off():
    assert tidy(AIMessage('<tool_call>{"name": "que'), ["query_metric"], Vault()).fault == "cut-off"


def test_arguments_that_are_no_json_are_unreadable():
    broken = {"name": "query_metric", "args": "{", "id": "c1", "error": "no JSON", "type": "invalid_tool_call"}
    assert tidy(AIMessage("", invalid_tool_calls=[broken]), ["query_metric"], Vault()).fault == "malformed"


def test_an_empty_answer_after_a_tool_is_the_tools_own_text(talk):
    conversation, _ = talk(call("query_metric", metric="revenue"), AIMessage(""))
    assert conversation.ask("Revenue?").answer == REVENUE


def test_an_empty_answer_without_a_tool_is_a_sentence(talk):
    conversation, _ = talk(AIMessage(""))
    assert conversation.ask("hi").answer == "The model gave no answer; ask again in other words."


def test_json_that_is_no_call_stays_an_answer():
    data = json.dumps({"name": "not a tool", "arguments": {}})
    assert tidy(AIMessage(data), ["query_metric"], Vault()).message.text == data


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_tags_are_found_however_the_text_is_cut(size):
    text = f"<think>so a<b</think>Answer < 5 {CALL} end"
    splitter = Splitter()
    pieces = [p for start in range(0, len(text), size) for p in splitter.feed(text[start : start + size])]
    pieces += splitter.close()
    kinds = {kind: "".join(p.text for p in pieces if p.kind == kind) for kind in ("answer", "think", "call")}
    assert kinds["answer"] == "Answer < 5  end"
    assert kinds["think"] == "so a<b"
    assert json.loads(kinds["call"])["name"] == "query_metric"
    assert split(text).answer == "Answer < 5  end"
