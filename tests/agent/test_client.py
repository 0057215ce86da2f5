"""The model client against servers that behave and servers that do not."""

import json
import socket

import pytest
from langchain_core.messages import HumanMessage
from pydantic import SecretStr

from agent.client import chat_model, normal_url
from agent.model_errors import ModelError
from agent.toolbox import toolbox
from store.settings import Settings
from tests.agent.model_server import USAGE, Reply, Script, chunk, said, serving, tool_chunk
from tools.contract import CONTRACT


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def url(script):
    with serving(script) as address:
        yield address


def connect(url, **more):
    return chat_model(Settings(model_url=url, **{"model_timeout_s": 5, **more}))


def stream(model, question="hi"):
    pieces = list(model.stream([HumanMessage(question)]))
    total = pieces[0]
    for piece in pieces[1:]:
        total += piece
    return total


def test_the_first_model_is_taken_and_its_window_noted(url, script):
    script.replies = [said("Hel", "lo")]
    model = connect(url)
    message = stream(model)
    assert (model.model_name, model.profile["max_input_tokens"]) == ("tiny", 8192)
    assert message.content == "Hello"
    assert message.usage_metadata["total_tokens"] == 10
    assert message.response_metadata["model_ms"] > 0
    asked = script.asked[0]
    assert (asked["model"], asked["temperature"], asked["stream"]) == ("tiny", 0, True)
    assert asked["stream_options"] == {"include_usage": True}
    assert asked["max_tokens"] == 8192 // 3


@pytest.mark.parametrize("entry", [{"meta": {"n_ctx": 1024}}, {"meta": {"n_ctx_train": 1024}}, {"max_model_len": 1024}])
def test_windows_of_other_servers(url, script, entry):
    script.models = {"data": [{"id": "tiny", **entry}]}
    assert connect(url).profile["max_input_tokens"] == 1024


def test_a_named_model_needs_no_list(url, script):
    script.models_status = 404
    assert connect(url, model_name="mine").model_name == "mine"


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_streamed_reasoning_is_kept(url, script, field):
    script.replies = [
        Reply([chunk(**{field: "They "}), chunk(**{field: "greet."}), chunk(content="Hello"), chunk("stop")])
    ]
    message = stream(connect(url))
    assert (message.content, message.additional_kwargs["reasoning"]) == ("Hello", "They greet.")


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content"])
def test_reasoning_of_a_whole_answer_is_kept(url, script, field):
    message = {"role": "assistant", "content": "Hello", field: "They greet."}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [choice]}
    script.replies = [Reply(body=json.dumps(body).encode())]
    message = connect(url).invoke("hi")
    assert (message.content, message.additional_kwargs["reasoning"]) == ("Hello", "They greet.")


def test_streamed_calls_are_put_together(url, script):
    script.replies = [
        Reply(
            [
                tool_chunk("", "query_metric", id="a"),
                tool_chunk('{"met'),
                tool_chunk('ric": 1}'),
                chunk("tool_calls"),
                USAGE,
            ]
        )
    ]
    call = stream(connect(url)).tool_calls[0]
    assert (call["name"], call["args"], call["id"]) == ("query_metric", {"metric": 1}, "a")


def test_calls_without_index_are_not_lost(url, script):
    whole = chunk(tool_calls=[{"type": "function", "function": {"name": "run_sql", "arguments": "{}"}}])
    script.replies = [Reply([whole, chunk("tool_calls")])]
    assert stream(connect(url)).tool_calls[0]["name"] == "run_sql"


def test_schemas_are_sent_once_formatted_and_plain(url, script):
    script.replies = [said("ok")]
    model, tools = connect(url), toolbox(CONTRACT)
    bound = model.bind_tools(tools)
    assert model.bind_tools(tools) is bound
    list(bound.stream("hi"))
    sent = {tool["function"]["name"]: tool["function"] for tool in script.asked[0]["tools"]}
    assert list(sent) == list(CONTRACT)
    assert sent["query_metric"]["parameters"]["required"] == ["metric"]
    assert "business metric" in sent["query_metric"]["description"]
    assert "anyOf" not in sent["query_metric"]["parameters"]["properties"]["period"]
    assert "null" not in str(sent)
    assert "title" not in str(sent)


def test_without_a_url_the_bundled_model_is_served(url, monkeypatch):
    monkeypatch.setattr("agent.bundled.serve", lambda: url)
    model = chat_model(Settings(model_url=None))
    assert (model.model_name, model.reads_rules) == ("tiny", False)


NO_SERVER = "No model server answers at"


def test_nothing_listens(url, script):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(ModelError, match=f"{NO_SERVER} {address}; start one"):
        connect(address)


def test_a_server_that_goes_away(script):
    with serving(script) as url:
        model = connect(url)
    with pytest.raises(ModelError, match=NO_SERVER):
        stream(model)


def test_a_slow_server(url, script):
    script.replies = [Reply(said("late").chunks, wait_s=1.5)]
    model = connect(url, model_timeout_s=0.2)
    with pytest.raises(ModelError, match=r"did not answer within 0.2 s.*WINBACK_MODEL_TIMEOUT_S"):
        stream(model)


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (500, b"Internal Server Error", r"failed \(HTTP 500\)"),
        (503, b"{}", r"failed \(HTTP 503\)"),
        (404, b'{"error": {"message": "no such model"}}', "no model 'tiny'; check WINBACK_MODEL_NAME"),
        (401, b"{}", "refuses the key; set WINBACK_MODEL_API_KEY"),
        (429, b"{}", "too busy"),
        (400, b'{"error": {"message": "maximum context length is 4096"}}', "too long .* start a new conversation"),
        (
            400,
            b'{"error": {"message": "\\"auto\\" tool choice requires --enable-auto-tool-choice"}}',
            "--tool-call-parser hermes",
        ),
        (422, b'{"error": {"message": "odd field"}}', "rejected the request.*odd field"),
        (200, b"<html>It works!</html>", "not an OpenAI-compatible model server"),
        (200, b"{}", "not an OpenAI-compatible model server"),
        (200, b'data: {"choices": [{"delta"\n\n', "not an OpenAI-compatible model server"),
        (200, b'data: {"error": {"message": "out of memory"}}\n\n', "answered with an error: .*out of memory"),
        (200, b"", "not an OpenAI-compatible model server"),
    ],
)
def test_answers_that_are_none(url, script, status, body, says):
    script.replies = [Reply(status=status, body=body)]
    model = connect(url)
    for ask in (stream, lambda one: one.invoke("hi")) if not body.startswith(b"data") else (stream,):
        with pytest.raises(ModelError, match=says) as caught:
            ask(model)
        assert url in str(caught.value)
        assert "\n" not in str(caught.value)


def test_an_answer_that_breaks_off(url, script):
    script.replies = [Reply([chunk(content="Hel")], break_off=True), Reply([chunk(content="Hel")])]
    model = connect(url)
    for _ in script.replies:
        with pytest.raises(ModelError, match="broke off"):
            stream(model)


@pytest.mark.parametrize(
    ("models", "status", "says"),
    [
        (b"<html>hello</html>", 200, "not an OpenAI-compatible model server"),
        ({"data": []}, 200, "serves no model"),
        ({"data": [{}]}, 200, "not an OpenAI-compatible model server"),
        ([1, 2], 200, "not an OpenAI-compatible model server"),
        ({}, 404, "has no /models; check WINBACK_MODEL_NAME, and that WINBACK_MODEL_URL ends in /v1"),
        ({}, 500, r"failed \(HTTP 500\)"),
    ],
)
def test_lists_of_models_that_are_none(url, script, models, status, says):
    script.models, script.models_status = models, status
    with pytest.raises(ModelError, match=says):
        connect(url)


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("localhost:8000", "http://localhost:8000/v1"),
        ("http://gpu:8000/", "http://gpu:8000/v1"),
        ("https://gpu/models/v1/", "https://gpu/models/v1"),
    ],
)
def test_urls_as_people_write_them(given, normal):
    assert normal_url(given) == normal


@pytest.mark.parametrize("bad", ["http://", "http://host:port/v1", "://x"])
def test_what_is_no_url(bad):
    with pytest.raises(ModelError, match="is not a URL"):
        normal_url(bad)


def test_a_password_in_the_url_is_not_shown(url, script):
    script.models_status = 500
    with pytest.raises(ModelError) as caught:
        connect(url.replace("//", "//ann:secret@"))
    assert "secret" not in str(caught.value)


def test_the_key_is_sent(url, script):
    script.replies = [said("ok")]
    assert connect(url, model_api_key=SecretStr("sesame")).openai_api_key.get_secret_value() == "sesame"


def test_a_conversation_through_a_server(url, script, shop, tools):
    from agent.answer import Conversation
    from tests.agent.conftest import REVENUE
    from tools.context import Actor

    cut = Reply([tool_chunk('{"metric": "rev', "query_metric", id="a"), chunk("length"), USAGE])
    good = Reply([tool_chunk('{"metric": "revenue"}', "query_metric", id=""), chunk("tool_calls"), USAGE])
    script.replies = [cut, good, said("It was ", "£1.46M.")]
    conversation = Conversation(shop, Actor("ann", "marketer"), Settings(model_url=url))
    answer = conversation.ask("Revenue?")
    assert answer.answer == "It was £1.46M."
    assert (answer.model, answer.usage.total_tokens) == ("tiny", 30)
    assert [message["role"] for message in script.asked[2]["messages"]] == ["system", "user", "assistant", "tool"]
    assert script.asked[2]["messages"][-1]["content"] == REVENUE
    assert tools["calls"][0][1] == {"metric": "revenue"}


def test_a_conversation_with_a_server_that_is_down_is_one_sentence(url, script, shop, tools):
    from agent.answer import Conversation
    from tools.context import Actor

    script.replies = [Reply(status=500, body=b"x"), Reply(status=500, body=b"x"), said("Hello.")]
    conversation = Conversation(shop, Actor("ann", "care"), Settings(model_url=url))
    with pytest.raises(ModelError, match=r"failed \(HTTP 500\)"):
        conversation.ask("First?")
    assert conversation.ask("Second?").answer == "Hello."
    assert [m["content"] for m in script.asked[-1]["messages"][1:]] == ["Second?"]
