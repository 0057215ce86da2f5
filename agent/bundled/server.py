"""An OpenAI-compatible face for the engine on a loopback port; Hermes calls are read back as tool calls."""

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from agent.bundled import prompt
from agent.bundled.checkpoint import NAME
from agent.bundled.engine import WINDOW, Engine, Piece
from agent.bundled.grammar import reply_grammar
from agent.bundled.rework import rework
from agent.bundled.schema import SchemaError, schema_grammar

CALL = "<tool_call>"
MAX_TOKENS = 300
LIST_TOKENS = 800
LEAST_PROMPT = 160  # tokens of the conversation that are read even where the answer may be long


class Completion:
    """One request: its prompt and grammar, and the pieces of its reply as OpenAI deltas."""

    def __init__(self, engine: Engine, body: dict[str, Any]):
        messages = prompt.recent(body["messages"])
        form: dict[str, Any] = body.get("response_format") or {"type": "text"}
        self.engine = engine
        if form.get("type") == "text":
            self.grammar, most = worded(messages, body.get("tools") or [])
            self.prompt = prompt.render(messages)
        else:
            self.grammar, most = schema_grammar(form, WINDOW - LEAST_PROMPT)
            self.prompt = prompt.fitting(messages, WINDOW - most, engine.tokens)
        self.max_tokens = min(int(body.get("max_completion_tokens") or body.get("max_tokens") or most), most)
        self.usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        self.reason = "stop"

    def deltas(self) -> Iterator[dict[str, Any]]:
        """Words as they come; a call in one piece once it is whole."""
        held = ""
        calling = True
        for piece in self.engine.complete(self.prompt, self.grammar, self.max_tokens):
            held += piece.text
            if calling and not CALL.startswith(held[: len(CALL)]):
                calling = False
            if not calling and held:
                yield {"content": held}
                held = ""
            if piece.stop:
                self.close(piece)
        if held and calling and (delta := self.call(held)):
            yield delta

    def close(self, piece: Piece) -> None:
        self.reason = piece.stop or "stop"
        read, written = piece.prompt_tokens, piece.completion_tokens
        self.usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}

    def call(self, text: str) -> dict[str, Any] | None:
        """A whole call; one that was cut keeps finish_reason `length` and its raw arguments."""
        inner = text.removeprefix(CALL).removesuffix("</tool_call>").strip()
        try:
            parsed = json.loads(inner)
        except json.JSONDecodeError:
            return {"content": text}
        self.reason = "tool_calls"
        function = {"name": parsed["name"], "arguments": json.dumps(parsed["arguments"], ensure_ascii=False)}
        return {
            "tool_calls": [
                {"index": 0, "id": f"call_{uuid.uuid4().hex[:12]}", "type": "function", "function": function}
            ]
        }


def worded(messages: list[dict[str, Any]], offered: list[dict[str, Any]]) -> tuple[str, int]:
    """The grammar of a call or of an answer in words, and how many tokens it may take."""
    said, told = prompt.voices(messages)
    tools: list[dict[str, Any]] = [tool["function"] for tool in offered]
    answering = bool(messages) and messages[-1]["role"] == "tool"
    whole = answering and prompt.WHOLE in messages[-1]
    return reply_grammar(tools, said, told, answering, whole, rework(messages)), LIST_TOKENS if whole else MAX_TOKENS


def envelope(kind: str, **rest: Any) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex[:12]}",
        "object": kind,
        "created": int(time.time()),
        "model": NAME,
        **rest,
    }


def events(completion: Completion, with_usage: bool) -> Iterator[str]:
    """Server-sent events of a streamed reply."""

    def chunk(delta: dict[str, Any], reason: str | None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return f"data: {json.dumps(envelope('chat.completion.chunk', choices=[choice]), ensure_ascii=False)}\n\n"

    yield chunk({"role": "assistant", "content": ""}, None)
    for delta in completion.deltas():
        yield chunk(delta, None)
    yield chunk({}, completion.reason)
    if with_usage:
        yield f"data: {json.dumps(envelope('chat.completion.chunk', choices=[], usage=completion.usage))}\n\n"
    yield "data: [DONE]\n\n"


def whole(completion: Completion) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": ""}
    for delta in completion.deltas():
        message["content"] += delta.get("content", "")
        if "tool_calls" in delta:
            message["tool_calls"] = [{k: v for k, v in call.items() if k != "index"} for call in delta["tool_calls"]]
    choice = {"index": 0, "message": message, "finish_reason": completion.reason}
    return envelope("chat.completion", choices=[choice], usage=completion.usage)


def application(engine: Engine) -> Starlette:
    async def models(_: Request) -> Response:
        return JSONResponse(
            {
                "object": "list",
                "data": [{"id": NAME, "object": "model", "owned_by": "winback", "max_model_len": WINDOW}],
            }
        )

    async def chat(request: Request) -> Response:
        try:
            body: dict[str, Any] = await request.json()
            completion = await run_in_threadpool(Completion, engine, body)
        except SchemaError as problem:
            return refused(str(problem))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            return refused(f"The request is not a chat completion: {problem}.")
        if body.get("stream"):
            options: dict[str, Any] = body.get("stream_options") or {}
            with_usage = bool(options.get("include_usage"))
            return StreamingResponse(encoded(events(completion, with_usage)), media_type="text/event-stream")
        return JSONResponse(await run_in_threadpool(whole, completion))

    return Starlette(routes=[Route("/v1/models", models), Route("/v1/chat/completions", chat, methods=["POST"])])


def refused(why: str) -> Response:
    return JSONResponse({"error": {"message": why}}, status_code=400)


def encoded(texts: Iterable[str]) -> Iterator[bytes]:
    for text in texts:
        yield text.encode()


def start(engine: Engine) -> str:
    """Serve in a daemon thread; returns the base URL, `http://127.0.0.1:PORT/v1`."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application(engine), log_level="critical", lifespan="off", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True, name="winback-mini")
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.005)
    return f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
