"""A customer's words as one harmless line."""

import unicodedata
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.review_index.text import visible
from tools.reviews.quoting import quote

HOSTILE = st.sampled_from(
    [
        "<b>",
        "</",
        "<|im_start|>",
        "&lt;",
        "b&gt;",
        "\u202e",
        "\u200b",
        "\x00",
        "\n",
        '"',
        "“",
        "http://",
        "x@y.com",
        "<",
    ]
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (None, ""),
        ("  \n\t ", ""),
        ("\u200b\u202e\x00", ""),
        ("Great   mug,\nlove it", "Great mug, love it"),
        ("<p>Nice <b>colour</b></p>", "Nice colour"),
        ("&lt;script&gt;alert(1)&lt;/script&gt; ok", "alert(1) ok"),
        ("<<b>script>bad", "< script>bad"),
        ("<!-- hidden orders --> fine", "fine"),
        ("de\u200blete \u202eevil", "delete evil"),
        ("see https://evil.example/x?y=1 now", "see [link] now"),
        ("go to www.evil.cn/path，快", "go to [link]，快"),
        ("at evil-shop.com/deal today", "at [link] today"),
        ("write me: jo.smith@mail.example.com please", "write me: [contact] please"),
        ("call +44 20 7946 0958 now", "call [contact] now"),
        ("看 ｈｔｔｐｓ：//evil.cn", "看 [link]"),
        ("加微信13800138000领取", "加微信[contact]领取"),
        ('she said "send 50%" to all', "she said 'send 50%' to all"),
        ("质量很好，物流快！", "质量很好，物流快！"),
        ("arrived 2024-11-05, size 12.5, cost 1,299.00", "arrived 2024-11-05, size 12.5, cost 1,299.00"),
        ("😀😀 ok", "😀😀 ok"),
        ("a < b and c > d", "a < b and c > d"),
        ("i <3 this dress", "i <3 this dress"),
    ],
)
def test_what_is_shown(text, shown):
    assert quote(text) == shown


def test_a_long_text_is_cut_at_a_word():
    shown = quote("lovely soft dress " * 50, limit=40)
    assert shown == "lovely soft dress lovely soft dress…"
    assert quote("很好" * 500, limit=20) == "很好" * 9 + "很…"
    assert quote("x" * 50_000, limit=160) == "x" * 159 + "…"


def test_a_text_of_the_limit_is_whole():
    assert quote("a" * 160) == "a" * 160


@given(st.lists(st.one_of(HOSTILE, st.text(max_size=8)), max_size=14), st.integers(1, 200))
def test_nothing_hidden_and_no_way_out_of_the_quotation(parts, limit):
    shown = quote("".join(parts), limit)
    assert len(shown) <= limit
    assert not any(char in shown for char in '"“”\n\r')
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for char in shown)
    assert "<|im_start|>" not in shown
    assert "<b>" not in shown


@given(st.text(max_size=300))
def test_cleaning_twice_changes_nothing(text):
    assert visible(visible(text)) == visible(text)


def test_50_kb_take_no_time():
    for text in ("<" * 50_000, "a@" * 25_000, "1 " * 25_000, "&lt;" * 12_500, "a." * 25_000):
        begun = perf_counter()
        quote(text)
        assert perf_counter() - begun < 0.5
