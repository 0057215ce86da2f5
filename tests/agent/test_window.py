"""Fitting into the model's window."""

from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from agent.window import correction, cut, cut_text, fit, message_tokens, this_turn, tokens
from tests.agent.scripted import call


def turn(number, size=10):
    return [HumanMessage(f"question {number}"), AIMessage("word " * size)]


def test_whole_turns_newest_first():
    messages = [*turn(1), *turn(2), *turn(3), HumanMessage("now")]
    room = sum(map(message_tokens, messages[4:])) + 5
    assert fit(messages, room) == messages[4:]
    assert fit(messages, 10_000) == messages


def test_a_call_is_never_parted_from_its_result():
    messages = [HumanMessage("q"), call("query_metric"), ToolMessage("x " * 300, tool_call_id="c1"), AIMessage("a")]
    kept = fit([*messages, HumanMessage("now")], 100)
    assert kept == [HumanMessage("now")]


def test_turns_that_broke_off_are_left_out():
    broken = [HumanMessage("q"), call("query_metric")]
    assert fit([*broken, *turn(1), HumanMessage("lost"), HumanMessage("now")], 1000) == [*turn(1), HumanMessage("now")]


def test_a_correction_begins_no_turn():
    messages = [*turn(1), HumanMessage("now"), AIMessage("wrong"), correction("again")]
    assert this_turn(messages) == messages[2:]


def test_long_tool_texts_of_the_present_turn_are_cut_at_a_line():
    text = "\n".join(f"row {n}: some value" for n in range(300))
    messages = [HumanMessage("q"), call("query_metric"), ToolMessage(text, tool_call_id="c1")]
    kept = fit(messages, 300)
    assert sum(map(message_tokens, kept)) <= 300
    assert kept[2].text.endswith("(cut: too long for the model)")
    assert all(line in text for line in kept[2].text.split("\n")[:-1])
    assert kept[2].tool_call_id == "c1"


def test_a_long_question_is_cut_when_nothing_else_is_left():
    assert sum(map(message_tokens, fit([HumanMessage("why " * 5000)], 200))) <= 200


@given(st.text(max_size=300), st.integers(0, 120))
def test_cut_text_is_a_prefix_within_the_limit(text, limit):
    kept = cut_text(text, limit)
    assert text.startswith(kept)
    assert tokens(kept) <= max(limit, 0)


def test_chinese_and_digits_count_one_each():
    assert tokens("上个月卖了多少") == 7
    assert tokens("1234567890") == 10
    assert tokens("how much did we sell") <= 8


def test_a_fence_stays_closed_when_what_is_in_it_is_cut():
    fenced = ToolMessage("3 reviews.\n<<<\n" + "c1: bad\n" * 200 + ">>>", tool_call_id="c1")
    short = cut(fenced, 60).text
    assert short.count("<<<") == short.count(">>>") == 1
    assert short.index(">>>") < short.index("(cut:")
