"""Answers of the model put in order: thoughts apart, calls that came as text read, broken calls asked for again."""

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, cast

from langchain.agents.middleware import ModelResponse
from langchain_core.messages import AIMessage, ToolCall

from agent.events import Retry
from agent.middleware.common import (
    Handler,
    ModelMiddleware,
    Request,
    asked_again,
    message_of,
    question_of,
    respond,
    with_text,
)
from agent.privacy import Vault, mask_text
from agent.sentences import Sentence, sentence
from agent.splitter import split
from prompts import render

Fault = Literal["cut-off", "malformed", "empty"]

_REASONS: dict[Fault, str] = {
    "cut-off": "The model's tool call was cut off.",
    "malformed": "The model's tool call could not be read.",
    "empty": "The model gave no answer.",
}
_GIVING_UP: dict[Fault, Sentence] = {"cut-off": "cut-off", "malformed": "malformed", "empty": "no-answer"}


class Tidy(NamedTuple):
    """A message in order, or what is wrong with it."""

    message: AIMessage
    fault: Fault | None = None


class Repair(ModelMiddleware):
    """A cut-off, unreadable or empty answer is rejected and asked for once more; then a sentence says what is wrong."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def wrap_model_call(self, request: Request, handler: Handler) -> ModelResponse:
        turn = request.runtime.context
        names = {tool.name for tool in request.tools if not isinstance(tool, dict)}
        message, fault = tidy(message_of(handler(request)), names, turn.vault)
        if fault is None:
            return respond(message)
        turn.emit(Retry(_REASONS[fault]))
        again = handler(asked_again(request, render(f"retry-{fault}")))
        message, fault = tidy(message_of(again), names, turn.vault)
        if fault is None:
            return respond(message)
        known = turn.tool_text() if fault == "empty" else ""
        return with_text(message, known or sentence(_GIVING_UP[fault], question_of(request), url=self._url))


def tidy(message: AIMessage, names: Iterable[str], vault: Vault) -> Tidy:
    """`names` are the tools on offer; a call to another one, as text, is no call."""
    parts = split(message.text)
    reasoning = "\n".join(filter(None, [message.additional_kwargs.get("reasoning", ""), parts.think]))
    blocks = parts.calls or _bare_call(parts.answer, names)
    if not blocks and not parts.answer and not message.tool_calls:
        blocks = split(reasoning).calls
    calls = [*message.tool_calls, *_read(blocks)]
    neat = AIMessage(
        "" if blocks and not parts.calls else mask_text(parts.answer, vault),
        additional_kwargs={**message.additional_kwargs, **({"reasoning": reasoning} if reasoning else {})},
        response_metadata=message.response_metadata,
        usage_metadata=message.usage_metadata,
        tool_calls=_with_ids(calls),
        id=message.id,
    )
    return Tidy(neat, _fault(message, neat, len(blocks) > len(calls) - len(message.tool_calls), parts.cut_off))


def _fault(message: AIMessage, neat: AIMessage, unread: bool, open_call: bool) -> Fault | None:
    calling = bool(neat.tool_calls or message.invalid_tool_calls or unread)
    # langchain completes the JSON of a call that was cut off, so that it looks valid.
    if calling and (message.response_metadata.get("finish_reason") == "length" or (open_call and unread)):
        return "cut-off"
    if message.invalid_tool_calls or unread:
        return "malformed"
    return None if neat.text or neat.tool_calls else "empty"


def _bare_call(text: str, names: Iterable[str]) -> list[str]:
    """A whole answer that is one JSON object with the name of a tool."""
    if not text.startswith("{"):
        return []
    return [text] if any(call["name"] in names for call in _read([text])) else []


def _read(blocks: Iterable[str]) -> Iterator[ToolCall]:
    for block in blocks:
        try:
            data: Any = json.loads(block, strict=False)
            arguments: Any = data.get("arguments", data.get("parameters")) or {}
            arguments = json.loads(arguments) if isinstance(arguments, str) else arguments
        except (ValueError, AttributeError):
            continue
        if isinstance(data.get("name"), str) and isinstance(arguments, dict):
            yield ToolCall(name=data["name"], args=cast("dict[str, Any]", arguments), id=None)


def _with_ids(calls: Iterable[ToolCall]) -> list[ToolCall]:
    """Every call with an id of its own: some servers send none, or the same for all."""
    seen: set[str] = set()
    whole: list[ToolCall] = []
    for call in calls:
        call_id = call["id"] if call["id"] and call["id"] not in seen else f"call_{uuid.uuid4().hex[:12]}"
        seen.add(call_id)
        whole.append(ToolCall(name=call["name"], args=call["args"], id=call_id))
    return whole
