"""A tiny OpenAI-compatible server that answers what a test tells it to, well or badly."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """One answer to a chat request: `chunks` as server-sent events, or a raw `body`."""

    chunks: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    wait_s: float = 0.0
    break_off: bool = False


@dataclass
class Script:
    """What the server does, and what it was asked: `replies` in turn, or what `answer` makes of a request."""

    replies: list[Reply] = field(default_factory=list)
    models: Any = field(default_factory=lambda: {"data": [{"id": "tiny", "max_model_len": 8192}, {"id": "other"}]})
    models_status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Reply] | None = None


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    return {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "tiny",
        "choices": [{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}],
    }


def tool_chunk(arguments: str, name: str | None = None, **more: Any) -> dict[str, Any]:
    return chunk(
        tool_calls=[{"index": 0, "type": "function", "function": {"name": name, "arguments": arguments}, **more}]
    )


USAGE = {"id": "x", "object": "chat.completion.chunk", "model": "tiny", "choices": [], "usage": {
    "prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}  # fmt: skip


def said(*words: str, finish: str = "stop") -> Reply:
    return Reply([*(chunk(content=word) for word in words), chunk(finish), USAGE])


def _whole(reply: Reply) -> dict[str, Any]:
    """The words of a reply in one piece."""
    words = "".join(one["choices"][0]["delta"].get("content") or "" for one in reply.chunks if one["choices"])
    choice = {"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": "stop"}
    return {"id": "x", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [choice]}


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """The URL of a server that follows the script."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (_Handler,), {"script": script}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    script: Script

    def do_GET(self) -> None:
        if isinstance(self.script.models, bytes):
            self._send(self.script.models_status, self.script.models, "text/html")
        else:
            self._send(self.script.models_status, json.dumps(self.script.models).encode(), "application/json")

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        request = json.loads(self.rfile.read(length))
        self.script.asked.append(request)
        if self.script.answer:
            reply = self.script.answer(request)
        else:
            reply = self.script.replies[min(len(self.script.asked), len(self.script.replies)) - 1]
        time.sleep(reply.wait_s)
        if reply.body is not None:
            return self._send(reply.status, reply.body, "application/json", reply.break_off)
        if not request.get("stream"):
            return self._send(200, json.dumps(_whole(reply)).encode(), "application/json")
        events = [f"data: {json.dumps(one)}\n\n" for one in reply.chunks]
        events += [] if reply.break_off else ["data: [DONE]\n\n"]
        self._send(200, "".join(events).encode(), "text/event-stream", reply.break_off)
        return None

    def _send(self, status: int, body: bytes, kind: str, break_off: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) + (100 if break_off else 0)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Nothing on the console."""
