"""Personal data: found, replaced, put back for its owner, and never seen by the model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.events import Final, Reasoning, Replace, Token
from agent.privacy import Vault, mask_question, mask_text
from agent.shown import Shown
from tests.agent.scripted import call
from tools.result import ToolResult


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail joe.o'neil+x@shop.co.uk now", "mail <email-1> now"),
        ("联系zhang_wei@qq.com，谢谢", "联系<email-1>，谢谢"),
        ("<joe@x.com>", "<email-1>"),
        ("ｊｏｅ＠ｘ．ｃｏｍ", "<email-1>"),
        ("call +44 7911 123456 please", "call <phone-1> please"),
        ("+1 (212) 555-0199 and 0044 20 7946 0958", "<phone-1> and <phone-2>"),
        ("phone 555-123-4567", "phone <phone-1>"),
        ("(212) 555-0199", "<phone-1>"),
        ("her mobile is 5551234567", "her mobile is <phone-1>"),
        ("13812345678这个客户", "<phone-1>这个客户"),
        ("手机号138 1234 5678", "手机号<phone-1>"),
        ("１３８１２３４５６７８", "<phone-1>"),
        ("电话：010-12345678", "电话：<phone-1>"),
        ("07911 123456, 020 7946 0958", "<phone-1>, <phone-2>"),
        ("06 12 34 56 78", "<phone-1>"),
        ("+49 30 123456 und 030/123", "<phone-1> und 030/123"),
        ("the customer named Jane Doe from France", "the customer named <name-1> from France"),
        ("a client called john smith who left", "a client called <name-1> who left"),
        ("her name is Anna van der Berg.", "her name is <name-1>."),
        ("Mrs. O'Connor complained", "Mrs. <name-1> complained"),
        ("customer “Jane Doe”", "customer “<name-1>”"),
        ("名叫张伟的客户最近怎么样", "名叫<name-1>的客户最近怎么样"),
        ("有个叫欧阳娜娜的顾客", "有个叫<name-1>的顾客"),
        ("那位客户叫“张伟”，查一下", "那位客户叫“<name-1>”，查一下"),
        ("姓名：李雷，最近下单了吗", "姓名：<name-1>，最近下单了吗"),
        ("王小明先生买了什么", "<name-1>先生买了什么"),
    ],
)
def test_personal_data_becomes_tokens(text, masked):
    vault = Vault()
    assert mask_question(text, vault) == masked
    assert len(vault.values) == masked.count("<")


@pytest.mark.parametrize(
    "text",
    [
        "order 536365 and order 13812345678",
        "订单13812345678在哪",
        "invoice no. 0123456789",
        "#13812345678",
        "revenue 1,456,145.80 from 2011-09-01 to 2011-11-30",
        "2011-09-01 2011-11-30 and 05-11-2011 10:00",
        "£13812345678 or 13812345678.50元",
        "customers 17850, 12748 and c001042",
        "+1456145.80 more, +12,345 and +14561458",
        "between 2000 and 20000 orders",
        "192.168.001.100",
        "campaign called Spring Comeback, a product called White Hanging Heart",
        "show me customers called back last week",
        "French customers in November",
        "客户满意度高不高",
        "有人叫好",
        "有款商品叫星空灯，卖了多少",
        "那个客户叫什么",
        "叫蓝牙耳机的商品",
    ],
)
def test_ids_amounts_dates_and_ordinary_words_stay(text):
    assert mask_question(text, Vault()) == text


def test_one_value_has_one_token_however_it_is_written():
    vault = Vault()
    assert mask_question("joe@x.com, JOE@X.com", vault) == "<email-1>, <email-1>"
    assert mask_question("+44 7911 123456 or +44-7911-123456", vault) == "<phone-1> or <phone-1>"


def test_names_that_the_shop_knows_need_no_cue():
    known = {"Jane Doe", "张伟"}.__contains__
    assert mask_question("What did Jane Doe buy? And Regency Cakestand?", Vault(), known) == (
        "What did <name-1> buy? And Regency Cakestand?"
    )
    assert mask_question("张伟最近买了什么", Vault(), known) == "<name-1>最近买了什么"


def test_tool_text_keeps_no_contact():
    vault = Vault()
    mask_question("jane@x.com, customer named Jane Doe", vault)
    text = "JANE DOE (jane@x.com) wrote to bob@y.org or +44 7911 123456 about 2,884 orders in May 2011."
    assert mask_text(text, vault) == (
        "<name-1> (<email-1>) wrote to [e-mail hidden] or [phone hidden] about 2,884 orders in May 2011."
    )


@given(
    st.lists(st.sampled_from(["Write to jane@x.com", " or ", "call +44 7911 123456", " now. ", "<email-1>", "客户"]))
)
def test_what_is_shown_while_streaming_equals_the_whole_masked(parts):
    text = "".join(parts)
    vault = Vault({"<email-1>": "own@x.com"}, {"<email-1>"})
    shown = Shown(vault)
    streamed = "".join(shown.feed(text[n : n + 2]) for n in range(0, len(text), 2)) + shown.close()
    assert streamed == vault.reveal(mask_text(text, vault))
    assert "jane@x.com" not in streamed
    assert "7911" not in streamed


def test_the_model_and_the_memory_see_tokens_alone(talk, tools, shop):
    conversation, model = talk(call("customer_profile", contact="<email-1>"), "<email-1> is customer 17850.")
    events = list(conversation.stream("Who is jane@x.com?"))
    final = events[-1]
    assert isinstance(final, Final)
    assert final.answer.answer == "jane@x.com is customer 17850."
    assert "jane@x.com" not in str(model.seen)
    assert tools["calls"][0][2].contacts == {"<email-1>": "jane@x.com"}
    assert final.answer.tool_calls[0].arguments == {"contact": "<email-1>"}
    state = conversation._agent.get_state({"configurable": {"thread_id": conversation.id}})
    assert "jane@x.com" not in str(state.values)


def test_no_event_carries_contacts_that_a_tool_let_slip(talk, tools):
    tools["customer_profile"] = ToolResult(text="Mail bob@y.org, phone +44 7911 123456.")
    leak = "Reach bob@y.org or +44 7911 123456 today."
    conversation, model = talk(call("customer_profile", customer_id=1), leak)
    events = list(conversation.stream("Contact of customer 1?"))
    told = "".join(event.text for event in events if isinstance(event, Token | Replace | Reasoning))
    for secret in ("bob@y.org", "7911"):
        assert secret not in told
        assert secret not in str(model.seen)
        assert secret not in events[-1].answer.model_dump_json()


def test_a_token_is_revealed_only_to_the_person_who_typed_it(talk):
    first, _ = talk("Noted <email-1>.")
    assert first.ask("I mean jane@x.com").answer == "Noted jane@x.com."
    second, _ = talk("It was <email-1>.", conversation_id=first.id, actor="bob")
    assert second.ask("Which address was it?").answer == "It was <email-1>."
    again, _ = talk("It was <email-1>.", conversation_id=first.id, actor="ann")
    assert again.ask("Which address was it?").answer == "It was jane@x.com."
