"""People at the application, as clients that speak the protocol of its pages."""

import asyncio
import json
import random
import secrets
import string
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from eval.bench.app_model import TOOL, answer_tokens

_API = "/en/gradio_api"
_TURNS_IN_A_CONVERSATION = 5
_LIMIT_S = 60.0


@dataclass
class Turn:
    """One question: seconds to the first visible word and to the end, and what was wrong with it."""

    marker: str
    began: float
    took_s: float = 0.0
    first_s: float | None = None
    problems: list[str] = field(default_factory=list)


def marker() -> str:
    """Letters only, so that nothing takes it for a number or an id."""
    return "mark" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(12))


def config_of(html: str) -> dict[str, Any]:
    """What a page says of its components and events. Raises ValueError where it says nothing."""
    _, found, rest = html.partition("window.gradio_config = ")
    if not found:
        raise ValueError("the page has no window.gradio_config")
    return json.JSONDecoder().raw_decode(rest)[0]


def event_of(config: dict[str, Any], name: str, target: int | None = None) -> dict[str, Any]:
    """The page's event of a name, on a component where one is given. Raises LookupError where there is none."""
    here = config.get("page", {}).get(config.get("current_page", ""), {}).get("dependencies")
    for one in config["dependencies"]:
        hits = any(what == name and target in (None, place) for place, what in one["targets"])
        if hits and (here is None or one["id"] in here):
            return one
    raise LookupError(f"the page has no event {name!r}")


def component_of(config: dict[str, Any], css: str) -> int:
    """The component with a CSS class. Raises LookupError where there is none."""
    for one in config["components"]:
        if css in (one["props"].get("elem_classes") or []):
            return one["id"]
    raise LookupError(f"the page has no component {css!r}")


def message_of(line: str) -> dict[str, Any] | None:
    """The message in a line of a stream of server-sent events; None where the line carries none."""
    return json.loads(line[5:]) if line.startswith("data:") else None


class Person:
    """One signed-in browser."""

    def __init__(self, url: str, name: str, password: str) -> None:
        self._client = httpx.AsyncClient(base_url=url, timeout=_LIMIT_S)
        self._name, self._password = name, password
        self._config: dict[str, Any] = {}
        self._session = ""
        self._alive: asyncio.Task[None] | None = None

    async def sign_in(self) -> None:
        answer = await self._client.post("/login", data={"name": self._name, "password": self._password, "lang": "en"})
        if answer.status_code != 303:
            raise RuntimeError(f"signing in gave {answer.status_code}")

    async def open(self) -> float:
        """Opens the chat, and gives the seconds until its first content is there."""
        began = time.perf_counter()
        page = await self._client.get("/en/")
        page.raise_for_status()
        self._config, self._session = config_of(page.text), secrets.token_hex(6)
        await self._beat()
        problems = [text async for text in self._problems(event_of(self._config, "load"), None)]
        if problems:
            raise RuntimeError(f"opening the page: {problems[0]}")
        return time.perf_counter() - began

    async def ask(self, question: str, mark: str) -> Turn:
        """Asks, and follows the answer to its end."""
        turn = Turn(mark, time.perf_counter())
        send = event_of(self._config, "submit", component_of(self._config, "wb-chat-box"))
        first = answer_tokens(mark)[0]
        seen = ""
        try:
            async with asyncio.timeout(_LIMIT_S):
                async for message in self._event(send, {"act": "ask", "question": question}):
                    if problem := problem_of(message):
                        turn.problems.append(problem)
                    seen = json.dumps(message.get("output", ""))
                    if turn.first_s is None and first in seen:
                        turn.first_s = time.perf_counter() - turn.began
        except (httpx.HTTPError, TimeoutError, LookupError, ValueError) as problem:
            turn.problems.append(f"{type(problem).__name__}: {problem}"[:200])
        turn.took_s = time.perf_counter() - turn.began
        if turn.first_s is None or "".join(answer_tokens(mark)) not in seen:
            turn.problems.append(f"the answer is missing: {_end_of(seen)}")
        return turn

    async def close(self) -> None:
        await self._still()
        await self._client.aclose()

    async def _problems(self, event: dict[str, Any], data: dict[str, Any] | None) -> AsyncIterator[str]:
        async for message in self._event(event, data):
            if problem := problem_of(message):
                yield problem

    async def _event(self, event: dict[str, Any], data: dict[str, Any] | None) -> AsyncIterator[dict[str, Any]]:
        """The messages of an event, to its end."""
        body = {
            "data": [None for _ in event["inputs"]],
            "event_data": data,
            "fn_index": event["id"],
            "trigger_id": event["targets"][0][0],
            "session_hash": self._session,
        }
        joined = await self._client.post(f"{_API}/queue/join", json=body)
        joined.raise_for_status()
        mine = joined.json()["event_id"]
        async with self._client.stream("GET", f"{_API}/queue/data", params={"session_hash": self._session}) as stream:
            stream.raise_for_status()
            async for line in stream.aiter_lines():
                message = message_of(line)
                if message is None or message.get("event_id", mine) != mine:
                    continue
                yield message
                if message["msg"] in ("process_completed", "close_stream", "unexpected_error"):
                    return

    async def _beat(self) -> None:
        """A page keeps a stream open by which the server knows that it is still there."""
        await self._still()
        self._alive = asyncio.create_task(self._listen(f"{_API}/heartbeat/{self._session}"))

    async def _listen(self, path: str) -> None:
        with suppress(httpx.HTTPError):
            async with self._client.stream("GET", path, timeout=None) as stream:
                async for _ in stream.aiter_bytes():
                    pass

    async def _still(self) -> None:
        if self._alive is not None:
            self._alive.cancel()
            with suppress(asyncio.CancelledError):
                await self._alive


def problem_of(message: dict[str, Any]) -> str:
    """What a message says went wrong; empty where nothing did."""
    kind = message["msg"]
    if kind == "log" and message.get("level") in ("warning", "error"):
        return f"{message['level']}: {message.get('log')}"[:200]
    if kind == "unexpected_error" or (kind == "process_completed" and not message.get("success")):
        return f"{kind}: {json.dumps(message)}"[:200]
    return ""


def _end_of(seen: str) -> str:
    """What the last message showed in place of the answer."""
    return seen[seen.find("wb-answer") :][:300]


async def work(person: Person, think_s: float, until: float, turns: list[Turn]) -> None:
    """Asks, reads and thinks until the time is over; every second question needs a tool."""
    count = 0
    await asyncio.sleep(random.expovariate(1 / think_s))
    while time.perf_counter() < until:
        if count and count % _TURNS_IN_A_CONVERSATION == 0:
            await person.open()
        mark = marker()
        wants = TOOL if count % 2 else "plain"
        turns.append(await person.ask(f"How did we sell? ({wants}, {mark})", mark))
        count += 1
        await asyncio.sleep(random.expovariate(1 / think_s))
