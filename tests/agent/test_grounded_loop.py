"""The grounding check inside the loop: one retry, then the tools' own text."""

import pytest

from agent.events import Replace, Retry
from agent.sentences import sentence
from tests.agent.conftest import REVENUE
from tests.agent.scripted import ScriptedModel, call


def test_an_invented_number_is_asked_for_again(talk):
    conversation, model = talk(call("query_metric", metric="revenue"), "It was £2.1M.", "It was £1.46M.")
    events = list(conversation.stream("Revenue?"))
    answer = events[-1].answer
    assert (answer.answer, answer.grounded) == ("It was £1.46M.", True)
    assert "£2.1M" in next(event.reason for event in events if isinstance(event, Retry))
    assert Replace("") in events
    assert model.seen[2][-2].text == "It was £2.1M."
    assert "£2.1M" in model.seen[2][-1].text


def test_invented_twice_the_tools_own_text_stands(talk):
    conversation, _ = talk(call("query_metric", metric="revenue"), "It was £2.1M.")
    events = list(conversation.stream("Revenue?"))
    assert events[-1].answer.answer == REVENUE
    assert not events[-1].answer.grounded
    assert Replace(REVENUE) in events


def test_a_model_that_follows_no_corrections_is_not_asked_again(talk, monkeypatch):
    monkeypatch.setattr(ScriptedModel, "reads_rules", False, raising=False)
    conversation, model = talk(call("query_metric", metric="revenue"), "It was £2.1M.")
    answer = conversation.ask("Revenue?")
    assert (answer.answer, answer.grounded, len(model.seen)) == (REVENUE, False, 2)


@pytest.mark.parametrize("question", ["How many customers do we have?", "我们有多少客户？"])
def test_without_a_tool_there_is_no_figure(talk, question):
    conversation, _ = talk("You have 4,217 customers.")
    answer = conversation.ask(question)
    assert (answer.answer, answer.grounded) == (sentence("no-figure", question), False)
    assert ("店铺" in answer.answer) == ("客户" in question)


def test_a_rejected_answer_is_not_remembered(talk):
    conversation, model = talk(call("query_metric", metric="revenue"), "It was £2.1M.", "It was £1.46M.", "Sure.")
    conversation.ask("Revenue?")
    conversation.ask("Sure?")
    assert "2.1M" not in str(model.seen[-1])


def test_numbers_of_earlier_turns_may_be_said_again(talk):
    conversation, _ = talk(call("query_metric", metric="revenue"), "It was £1.46M.", "As I said, £1.46M.")
    conversation.ask("Revenue?")
    assert conversation.ask("What was it again?").grounded


def test_the_retry_may_call_the_right_tool(talk):
    conversation, _ = talk("It was £9M.", call("query_metric", metric="revenue"), "It was £1.46M.")
    answer = conversation.ask("Revenue?")
    assert (answer.answer, answer.grounded, len(answer.tool_calls)) == ("It was £1.46M.", True, 1)


def test_the_span_that_was_asked_of_the_tool_may_be_said(talk):
    conversation, _ = talk(
        call("query_metric", metric="revenue", period="last_30_days", limit=15), "Over 30 days, the top 15: £1.46M."
    )
    assert conversation.ask("Revenue lately?").grounded


def test_the_date_of_the_shop_may_be_said(talk):
    conversation, _ = talk("Today is Friday, 9 December 2011.")
    assert conversation.ask("What day is it?").grounded
