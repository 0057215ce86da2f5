"""Tools that ask the model themselves: they get it, and nobody who listens to the answer hears it."""

import json

import pytest

from agent.answer import Conversation
from agent.events import Reasoning, Replace, Token
from store.settings import Settings
from tests.agent.scripted import call
from tools.context import Actor
from tools.registry import REGISTRY, Tool
from tools.result import ToolResult

CHOICES = ["Wir haben Sie vermisst!", "Schön, Sie wiederzusehen."]
FORM = {
    "type": "json_schema",
    "json_schema": {"name": "text", "schema": {"type": "object", "properties": {"opening": {"enum": CHOICES}}}},
}


@pytest.fixture
def writes(monkeypatch):
    """Makes `customer_profile` a tool that has the conversation's model write something."""
    written = []

    def run(context, args):
        reply = context.llm.bind(response_format=FORM).invoke("Write to a customer, in German.")
        written.append(reply.text)
        return ToolResult(text="Draft for 17850 is saved.")

    monkeypatch.setitem(REGISTRY, "customer_profile", Tool("customer_profile", run))
    return written


def test_what_the_model_writes_for_a_tool_is_not_in_the_answer(talk, writes):
    conversation, model = talk(
        call("customer_profile", customer_id="17850"), "SECRET COPY of the writer", "It is saved."
    )
    events = list(conversation.stream("Draft something"))
    assert writes == ["SECRET COPY of the writer"]
    assert "SECRET" not in "".join(one.text for one in events if isinstance(one, Token | Reasoning | Replace))
    assert events[-1].answer.answer == "It is saved."
    assert events[-1].answer.usage.total_tokens == 30, "two streamed calls; the scripted writer counts nothing"
    assert len(model.seen) == 3


def test_the_bundled_model_writes_for_a_tool_and_its_tokens_are_counted(shop, writes):
    conversation = Conversation(shop, Actor("ann", "care"), Settings(home=shop.home, model_url=None))
    events = list(conversation.stream("who is customer 17850?"))
    answer = events[-1].answer
    assert [one.tool for one in answer.tool_calls] == ["customer_profile"]
    assert json.loads(writes[0])["opening"] in CHOICES
    assert "opening" not in "".join(one.text for one in events if isinstance(one, Token | Replace))
    assert "Draft for 17850 is saved." in answer.answer
    assert answer.usage.output_tokens > 20
