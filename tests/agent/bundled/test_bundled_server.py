"""The real bundled model, through its own OpenAI-compatible server."""

import json
import re

import httpx
import pytest

from agent.bundled import serve
from agent.grounding.rambling import garbled
from tools.contract import CONTRACT, description

TOOLS = [
    {"type": "function", "function": {"name": n, "description": description(n), "parameters": c.model_json_schema()}}
    for n, c in CONTRACT.items()
]


@pytest.fixture(scope="module")
def url() -> str:
    return serve()


def chat(url: str, *messages: dict[str, object], stream: bool = False, tools: object = TOOLS) -> httpx.Response:
    body = {
        "model": "any",
        "messages": list(messages),
        "tools": tools,
        "stream": stream,
        "stream_options": {"include_usage": True},
    }
    return httpx.post(f"{url}/chat/completions", json=body, timeout=60)


def call_of(response: httpx.Response) -> tuple[str, dict[str, object]]:
    choice = response.json()["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    function = choice["message"]["tool_calls"][0]["function"]
    return function["name"], json.loads(function["arguments"])


@pytest.mark.parametrize(
    ("request_", "tool", "arguments"),
    [
        (
            "what was our revenue in France last month?",
            "query_metric",
            {"metric": "revenue", "filters": {"country": "France"}, "period": "last month"},
        ),
        ("tell me about customer 17850", "customer_profile", {"customer_id": "17850"}),
        ("上个月的营业额是多少", "query_metric", {"metric": "revenue", "period": "上个月"}),
        ("who is about to leave us?", "churn_risk", {}),
    ],
)
def test_plain_requests_become_the_right_call(url: str, request_: str, tool: str, arguments: dict[str, object]) -> None:
    assert call_of(chat(url, {"role": "user", "content": request_})) == (tool, arguments)


@pytest.mark.parametrize(
    "request_", ["xk zq 77 plugh", "客户99887怎么了", "order 536365, who?", "£2,000 for the VIPs " * 30, "🙂"]
)
def test_every_call_fits_its_schema_and_invents_no_value(url: str, request_: str) -> None:
    choice = chat(url, {"role": "user", "content": request_}).json()["choices"][0]
    for made in choice["message"].get("tool_calls", []):
        arguments = json.loads(made["function"]["arguments"])
        CONTRACT[made["function"]["name"]].model_validate(arguments)
        for key in ("customer_id", "order_id", "limit", "period", "query"):
            assert str(arguments.get(key, "")) in request_


def test_a_streamed_call_equals_the_whole_one(url: str) -> None:
    question = {"role": "user", "content": "orders by country in 2011"}
    lines = chat(url, question, stream=True).text.splitlines()
    chunks = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
    calls = [
        c["choices"][0]["delta"]["tool_calls"][0]["function"]
        for c in chunks
        if c["choices"] and "tool_calls" in c["choices"][0]["delta"]
    ]
    assert [(c["name"], json.loads(c["arguments"])) for c in calls] == [call_of(chat(url, question))]
    assert chunks[-1]["usage"]["completion_tokens"] > 0


def test_an_answer_quotes_the_tool(url: str) -> None:
    call = {
        "id": "c1",
        "type": "function",
        "function": {"name": "query_metric", "arguments": '{"metric": "revenue", "period": "last month"}'},
    }
    choice = chat(
        url,
        {"role": "user", "content": "revenue last month?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "Revenue, 2011-11-01 to 2011-11-30: £1,456,145.80."},
    ).json()["choices"][0]
    assert choice["finish_reason"] == "stop"
    assert "1,456,145.80" in choice["message"]["content"]


def test_a_retold_list_garbles_no_name_and_no_number(url: str) -> None:
    rows = ["Waterproof Walking Jacket: £269,030.98", "Leather Brogues: £149,890.95", "Jute Rug 120 x 180 cm: £121.65"]
    told = "\n".join(f"{at}. {row}" for at, row in enumerate(rows, 1))
    call = {"id": "c1", "type": "function", "function": {"name": "query_metric", "arguments": '{"metric": "revenue"}'}}
    answer = chat(
        url,
        {"role": "user", "content": "top products by revenue?"},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": f"Revenue by product, highest first:\n{told}"},
    ).json()["choices"][0]["message"]["content"]
    assert "Waterproof Walking Jacket" in answer
    assert "£269,030.98" in answer
    assert not garbled(answer, [told, "Revenue by product, highest first:"])
    assert set(re.findall(r"[\d,.]*\d", answer)) <= set(re.findall(r"[\d,.]*\d", told))


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("who are the ten most valuable customers we are about to lose, and why?",
         "c00104{}: £312.40 at risk, 78% likely to leave; usually orders every 23 days, last order 71 days ago."),
        ("我们最有价值、快要流失的十位客户是谁？为什么？",
         "c00104{}：可能损失 £312.40，流失概率 78%；通常 23 天下单一次，上次下单在 71 天前。"),
    ],
)  # fmt: skip
def test_a_list_with_reasons_is_quoted_whole(url: str, question: str, row: str) -> None:
    told = "\n".join(["Ten customers:", *(f"{at + 1}. {row.format(at)}" for at in range(10))])
    call = {"id": "c1", "type": "function", "function": {"name": "churn_risk", "arguments": '{"limit": "ten"}'}}
    choice = chat(
        url,
        {"role": "user", "content": question},
        {"role": "assistant", "content": "", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": told},
    ).json()["choices"][0]
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["content"] == told


def test_without_tools_it_only_talks(url: str) -> None:
    choice = chat(url, {"role": "user", "content": "hello there"}, tools=[]).json()["choices"][0]
    assert choice["message"]["content"]
    assert "tool_calls" not in choice["message"]


def test_a_body_that_is_no_chat_is_answered_in_one_sentence(url: str) -> None:
    response = httpx.post(f"{url}/chat/completions", content=b"not json")
    assert response.status_code == 400
    assert "error" in response.json()


def test_models_names_the_window(url: str) -> None:
    model = httpx.get(f"{url}/models").json()["data"][0]
    assert model["id"] == "winback-mini"
    assert model["max_model_len"] >= 512
