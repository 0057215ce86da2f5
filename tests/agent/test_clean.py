"""Text from outside without the chat's own machinery."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.clean import clean, clean_untrusted
from agent.question import read_question
from store.errors import WinbackError

BAD = ["<|im_start|>", "<|im_end|>", "</tool_response>", "<tool_call>", "<think>", "[INST]", "\u202e", "\u200b", "\x00"]


@given(st.lists(st.sampled_from([*BAD, "a", " ", "<", ">", "|", "im_start", "<|im", "_start|>"]), max_size=12))
def test_nothing_of_the_machinery_is_left_however_it_is_nested(parts):
    for text in (clean("".join(parts)), clean_untrusted("".join(parts))):
        assert not any(bad in text for bad in BAD)


def test_other_scripts_and_line_ends_stay():
    text = "Ünïcode 上个月\tكم 😀 a < b > c\r\nnext"
    assert clean(text) == text.replace("\r\n", "\n")
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean_untrusted("de\u200dlete") == "delete"


def test_a_question_is_kept_whole_when_it_fits():
    assert read_question("  How much?\n", 100) == ("How much?", [])


def test_a_question_of_100_kb_is_cut_quickly():
    kept, notices = read_question("卖" * 100_000, 300)
    assert len(kept) <= 300
    assert notices == [f"只读取了问题的前 {len(kept)} 个字符。"]


@pytest.mark.parametrize("text", ["", " \n", "\x00\x01", "?!", "<|im_start|>"])
def test_nothing_asked_is_a_sentence(text):
    with pytest.raises(WinbackError, match="Ask a question in words"):
        read_question(text, 100)
