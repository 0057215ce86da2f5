"""A model server that always answers at the same pace, and tells how long it took over each request.

python -m eval.bench.app_model PORT
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

NAME = "scripted"
FIRST_S, TOKEN_S, TOKENS = 0.3, 0.02, 25
TOOL = "wants-a-tool"
_MARK = re.compile(r"mark[a-z]{12}")
_ARGUMENTS = '{"metric": "revenue"}'
_WORDS = (
    "is the question that was asked and this sentence has nothing to say beyond that it is long enough "
    "to be watched while it grows word by word"
).split()


def marker_of(text: str) -> str:
    """The last marker in a text, or an empty one."""
    found = _MARK.findall(text)
    return found[-1] if found else ""


def answer_tokens(marker: str) -> list[str]:
    """The words of an answer; the first is the marker in capitals, which no question contains."""
    return [marker.upper(), *(f" {word}" for word in _WORDS[: TOKENS - 2]), "."]


class Model:
    """The endpoints, and one record for each request: marker, seconds to the first token and in all."""

    def __init__(self) -> None:
        self.took: list[dict[str, Any]] = []

    async def models(self, request: Request) -> Response:
        return JSONResponse({"data": [{"id": NAME, "max_model_len": 32768}]})

    async def records(self, request: Request) -> Response:
        return JSONResponse(self.took)

    async def chat(self, request: Request) -> Response:
        started = time.perf_counter()
        asked = await request.json()
        marker, calls = _turn(asked["messages"])
        deltas = [_call()] if calls else [{"content": word} for word in answer_tokens(marker)]
        if not asked.get("stream"):
            await asyncio.sleep(FIRST_S)
            return JSONResponse(_whole("".join(one.get("content", "") for one in deltas)))
        return StreamingResponse(self._streamed(marker, deltas, started), media_type="text/event-stream")

    async def _streamed(self, marker: str, deltas: list[dict[str, Any]], started: float) -> AsyncIterator[str]:
        await asyncio.sleep(FIRST_S)
        first = time.perf_counter() - started
        for place, delta in enumerate(deltas):
            if place:
                await asyncio.sleep(TOKEN_S)
            yield _event(delta)
        yield _event({}, "tool_calls" if "tool_calls" in deltas[0] else "stop")
        self.took.append({"marker": marker, "first_s": first, "took_s": time.perf_counter() - started})
        yield "data: [DONE]\n\n"


def _turn(messages: list[dict[str, Any]]) -> tuple[str, bool]:
    """The marker of the newest question, and whether a tool is to be called now."""
    places = [n for n, one in enumerate(messages) if one["role"] == "user" and marker_of(str(one["content"]))]
    if not places:
        return "", False
    question = str(messages[places[-1]]["content"])
    called = any(one["role"] == "tool" for one in messages[places[-1] :])
    return marker_of(question), TOOL in question and not called


def _call() -> dict[str, Any]:
    function = {"name": "query_metric", "arguments": _ARGUMENTS}
    return {"tool_calls": [{"index": 0, "id": f"call{time.time_ns()}", "type": "function", "function": function}]}


def _event(delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
    whole = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": NAME, "choices": [choice]}
    return f"data: {json.dumps(whole)}\n\n"


def _whole(words: str) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": "stop"}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": NAME, "choices": [choice]}


def create() -> Starlette:
    model = Model()
    return Starlette(
        routes=[
            Route("/v1/models", model.models),
            Route("/v1/chat/completions", model.chat, methods=["POST"]),
            Route("/took", model.records),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(create(), host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
