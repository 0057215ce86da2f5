"""The conversation as the bundled model reads it: without system texts, within its window, free of format marks."""

import re
from collections.abc import Callable, Container
from functools import cache
from typing import Any, cast

import jinja2

from agent.bundled import spans
from agent.bundled.checkpoint import MODEL
from agent.bundled.rework import DRAFT, proposing
from prompts import render as render_prompt

MARKS = re.compile(r"<\|(?=\w)|</?tool_(?:call|response)>|</?think>")
MAX_CHARACTERS = 1400
TOOL_LINES = 9
TOOL_CHARACTERS = 700
LIST_LINES = 3  # read of what is quoted whole: the window has to hold the quotation
WHOLE = "whole"  # the key of a tool's whole text, for the grammar
TURNS = 4


@cache
def template() -> jinja2.Template:
    environment = jinja2.Environment(keep_trailing_newline=True)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment.from_string((MODEL / "chat_template.jinja").read_text())


def text_of(content: Any) -> str:
    """OpenAI content is a string, a list of parts, or nothing."""
    if isinstance(content, list):
        parts = cast(list[Any], content)
        return "".join(str(part.get("text", "")) for part in parts if hasattr(part, "get"))
    return str(content or "")


def cleaned(message: dict[str, Any], proposing: Container[str], quotes: bool) -> dict[str, Any]:
    """`proposing` are the ids of calls that proposed something: a person is to decide on the very words. `quotes` says
    that the message quotes such a text.
    """
    text = MARKS.sub(" ", text_of(message.get("content"))).strip()
    if message["role"] == "tool":
        lines = unfenced(text).splitlines()
        if message.get("tool_call_id", "") in proposing:
            return {**message, "content": proposal(lines), WHOLE: "\n".join(lines)}
        if spans.is_worded_list(lines):
            return {**message, "content": "\n".join(lines[:LIST_LINES]), WHOLE: "\n".join(lines)}
        text = "\n".join(whole_lines(lines[:TOOL_LINES]))
    elif message["role"] == "assistant" and quotes:
        text = proposal(text.splitlines())
    return {**message, "content": text[-MAX_CHARACTERS:]}


def proposal(lines: list[str]) -> str:
    """The first lines; that a draft is saved in the words that the model was taught, which are English."""
    draft = DRAFT.search(lines[0]) if lines else None
    saved = [f"Saved as draft {draft[0]}, pending approval."] if draft else []
    return "\n".join([*saved, *lines[len(saved) : LIST_LINES]])


def whole_lines(lines: list[str]) -> list[str]:
    """The first lines that together fit; a first line too long by itself is cut."""
    room = TOOL_CHARACTERS
    for at, line in enumerate(lines):
        room -= len(line) + 1
        if room < -1:
            return lines[:at] or [line[:TOOL_CHARACTERS]]
    return lines


@cache
def fence() -> tuple[str, str]:
    before, _, after = render_prompt("fence", text="\0").partition("\0")
    return before.strip(), after.strip()


def unfenced(text: str) -> str:
    """Customers' words without the fence that this model was not taught; after a tool it can only answer in words."""
    before, after = fence()
    return text.replace(before, "").replace(f"\n{after}", "").replace("\n\n", "\n").strip() if before in text else text


def recent(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last turns that fit the window, oldest left out first; a turn begins with a person's message."""
    calls = proposing(messages)
    spoken: list[dict[str, Any]] = []
    for message in messages:
        if message["role"] in ("user", "assistant", "tool"):
            spoken.append(cleaned(message, calls, bool(spoken) and WHOLE in spoken[-1]))
    starts = [at for at, message in enumerate(spoken) if message["role"] == "user"][-TURNS:]
    for start in starts:
        kept = spoken[start:]
        if sum(len(str(m["content"])) + len(str(m.get("tool_calls") or "")) for m in kept) <= MAX_CHARACTERS:
            return kept
    return spoken[starts[-1] :] if starts else spoken


def render(messages: list[dict[str, Any]]) -> str:
    return template().render(messages=messages, add_generation_prompt=True)


def fitting(messages: list[dict[str, Any]], room: int, tokens: Callable[[str], int]) -> str:
    """The latest message with so much of its end as `room` tokens hold; the answer's form says what is asked."""
    latest = messages[-1:]
    while (size := tokens(text := render(latest))) > room:
        content = str(latest[-1]["content"])
        latest = [{**latest[-1], "content": content[-int(len(content) * 0.9 * room / size) :]}]
    return text


def voices(messages: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """(what people and earlier calls said, what tools answered), oldest first."""
    said: list[str] = []
    told: list[str] = []
    for message in messages:
        calls: list[dict[str, Any]] = message.get("tool_calls") or []
        said += [re.sub(r'["{}\[\]]', " ", str(call["function"]["arguments"])) for call in calls]
        if message["role"] == "user":
            said.append(message["content"])
        elif message["role"] == "tool":
            told.append(message.get(WHOLE, message["content"]))
    return said, told
