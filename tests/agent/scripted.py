"""A model that says what it is told to, word by word, and remembers what it was asked."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field


def call(name: str, call_id: str = "c1", **arguments: Any) -> AIMessage:
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": call_id}])


class ScriptedModel(BaseChatModel):
    """Gives `replies` one after the other, whatever is asked; the last one again and again."""

    replies: list[Any]
    seen: list[list[BaseMessage]] = Field(default_factory=list)
    offered: list[list[str]] = Field(default_factory=list)
    pause_s: float = 0.0

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        self.offered.append([tool.name for tool in tools])
        return self

    def _next(self, messages: list[BaseMessage]) -> AIMessage:
        reply = self.replies[min(len(self.seen), len(self.replies) - 1)]
        self.seen.append(list(messages))
        return AIMessage(reply) if isinstance(reply, str) else reply

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self._next(messages)
        if reasoning := reply.additional_kwargs.get("reasoning"):
            yield _chunk(additional_kwargs={"reasoning": reasoning})
        for word in _pieces(reply.text):
            time.sleep(self.pause_s)
            yield _chunk(content=word)
        yield _chunk(
            tool_call_chunks=[
                tool_call_chunk(name=c["name"], args=_json(c["args"]), id=c["id"], index=n)
                for n, c in enumerate(reply.tool_calls)
            ],
            response_metadata=reply.response_metadata,
            usage_metadata={"input_tokens": 10, "output_tokens": 5, "total_tokens": 15},
        )


def _chunk(content: str = "", **parts: Any) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=AIMessageChunk(content=content, **parts))


def _pieces(text: str) -> list[str]:
    """Three characters at a time: tags, tokens and numbers come in parts, as from a real server."""
    return [text[start : start + 3] for start in range(0, len(text), 3)]


def _json(arguments: dict[str, Any]) -> str:
    import json

    return json.dumps(arguments, ensure_ascii=False)
