"""Offers, drafts and campaigns with the real bundled model: calls, rework, and results quoted as they stand."""

import json

import httpx
import pytest

from agent.bundled import serve
from agent.bundled.readable import segment_pairs
from agent.bundled.rework import rework
from agent.toolbox import json_schema
from tools.contract import CONTRACT, description

TOOLS = [
    {"type": "function", "function": {"name": n, "description": description(n), "parameters": json_schema(c)}}
    for n, c in CONTRACT.items()
]
GERMAN = [
    "For customer c000042: free delivery, by SMS, in German.",
    "Hallo {{first_name}}, schön, Sie zu sehen! Ihre nächste Lieferung ist kostenlos: {{code}}, bis {{valid_until}}.",
    "An approver or admin must approve it.",
]
ENGLISH_TEXT = "\n".join(["Saved as draft d0012, pending approval.", *GERMAN])
CHINESE_TEXT = "\n".join(
    ["草稿 d0012 已保存，待批准。", "给客户 c000042：免运费，短信，德语。", GERMAN[1], "须由审批人批准。"]
)
ASKED = {
    "en": "draft a win-back for customer c000042, in German, as SMS",
    "zh": "给客户 c000042 用德语起草一条挽回短信",
}


@pytest.fixture(scope="module")
def url() -> str:
    return serve()


def chat(url: str, *messages: dict[str, object]) -> dict[str, object]:
    body = {"messages": list(messages), "tools": TOOLS}
    return httpx.post(f"{url}/chat/completions", json=body, timeout=60).json()["choices"][0]


def called(choice: dict[str, object]) -> tuple[str, dict[str, object]]:
    function = choice["message"]["tool_calls"][0]["function"]  # pyright: ignore[reportIndexIssue, reportArgumentType]
    return function["name"], json.loads(function["arguments"])


def drafted(language: str, text: str) -> list[dict[str, object]]:
    given = {"customer_id": "c000042", "channel": "sms", "language": "de"}
    function = {"name": "draft_offer", "arguments": json.dumps(given)}
    return [
        {"role": "user", "content": ASKED[language]},
        {"role": "assistant", "content": "", "tool_calls": [{"id": "c1", "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": "c1", "content": text},
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_draft_is_asked_for(url: str, language: str) -> None:
    choice = chat(url, {"role": "user", "content": ASKED[language]})
    assert called(choice) == ("draft_offer", {"customer_id": "c000042", "channel": "sms", "language": "de"})


@pytest.mark.parametrize(
    "question",
    ["plan a campaign for lapsed high-value customers with 2,000", "为流失的高价值客户策划一个活动，预算2000"],
)
def test_two_segments_named_together_are_both_meant(url: str, question: str) -> None:
    tool, given = called(chat(url, {"role": "user", "content": question}))
    assert tool == "plan_campaign"
    assert set(given["segment"]) == {"lapsed", "high_value"}  # pyright: ignore[reportArgumentType]
    assert str(given["budget"]).replace(",", "") == "2000"


def test_segments_that_are_only_listed_or_one_are_not_a_pair() -> None:
    assert not segment_pairs(["compare lapsed and high value customers"])
    assert not segment_pairs(["complaints of unhappy customers, new ones"])
    assert not segment_pairs(["who is slipping away"])
    assert segment_pairs(["write to our dormant regulars"]) == [("lapsed", "loyal")]


@pytest.mark.parametrize(("language", "text"), [("en", ENGLISH_TEXT), ("zh", CHINESE_TEXT)])
def test_a_proposal_is_quoted_whole_letter_by_letter(url: str, language: str, text: str) -> None:
    choice = chat(url, *drafted(language, text))
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["content"] == text  # pyright: ignore[reportIndexIssue, reportArgumentType, reportCallIssue]


@pytest.mark.parametrize(
    ("language", "text", "wish", "more"),
    [
        ("en", ENGLISH_TEXT, "make it shorter", {}),
        ("en", ENGLISH_TEXT, "warmer please", {}),
        ("en", ENGLISH_TEXT, 'say it less formally and mention the "deadline"', {}),
        ("zh", CHINESE_TEXT, "短一点", {}),
        ("zh", CHINESE_TEXT, "再正式一点，提到免运费", {}),
        ("zh", CHINESE_TEXT, "改成邮件", {"channel": "email"}),
    ],
)
def test_a_wish_reworks_the_latest_draft_in_the_persons_words(
    url: str, language: str, text: str, wish: str, more: dict[str, str]
) -> None:
    said = [*drafted(language, text), {"role": "assistant", "content": text}, {"role": "user", "content": wish}]
    tool, given = called(chat(url, *said))
    assert tool == "draft_offer"
    assert given.items() >= {"customer_id": "c000042", "draft": "d0012", "instruction": wish, **more}.items()
    assert given.get("language", "de") == "de"


def test_short_words_are_no_languages() -> None:
    said = [*drafted("en", ENGLISH_TEXT), {"role": "assistant", "content": ENGLISH_TEXT}]
    for wish in ("make it shorter", "no, it is too long", "keep it as is but warm"):
        found = rework([*said, {"role": "user", "content": wish}])
        assert found is not None
        assert found.choices["language"] == ["de"]
    found = rework([*said, {"role": "user", "content": "in French please"}])
    assert found is not None
    assert found.choices["language"] == ["de", "fr"]


def test_a_wish_about_somebody_else_is_no_rework() -> None:
    said = [*drafted("en", ENGLISH_TEXT), {"role": "assistant", "content": ENGLISH_TEXT}]
    assert rework([*said, {"role": "user", "content": "now one for c000777"}]) is None
    assert rework([*said, {"role": "user", "content": "make c000042's shorter"}]) is not None
    assert rework(said) is None
    assert rework([{"role": "user", "content": "make it shorter"}]) is None
