"""LangChain's ChatOpenAI with what it lacks for our servers: reasoning kept, waiting timed, failures in words."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, cast

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_openai import ChatOpenAI
from pydantic import PrivateAttr

from agent.model_errors import ModelError, Server, broken_off, not_a_model_server, one_sentence


class WinbackChat(ChatOpenAI):
    """ChatOpenAI that keeps `reasoning`, times its waiting (`response_metadata["model_ms"]`) and raises ModelError.

    `reads_rules`: its chat template prints the system prompt and the tools' schemas; the bundled model's does not.
    """

    server: Server
    reads_rules: bool = True
    _formatted: dict[tuple[int, ...], tuple[Sequence[Any], Runnable[Any, Any]]] = PrivateAttr(default_factory=dict)

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, Any]:
        # The agent binds anew for every call; turning the schemas into JSON each time would cost more than the loop.
        if any(value is not None for value in kwargs.values()):
            return cast("Runnable[Any, Any]", super().bind_tools(tools, **kwargs))  # pyright: ignore[reportUnknownMemberType]
        key = tuple(id(tool) for tool in tools)
        if key not in self._formatted:
            self._formatted[key] = (tools, cast("Runnable[Any, Any]", super().bind_tools(tools)))  # pyright: ignore[reportUnknownMemberType]
        return self._formatted[key][1]

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        waited, seen, finished = 0.0, False, False
        with one_sentence(self.server):
            chunks = super()._stream(messages, stop=stop, **kwargs)
            while True:
                started = time.perf_counter()
                chunk = next(chunks, None)
                waited += time.perf_counter() - started
                if chunk is None:
                    break
                seen = True
                finished = finished or bool((chunk.generation_info or {}).get("finish_reason"))
                if run_manager:
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        if not seen:
            raise ModelError(not_a_model_server(self.server))
        if not finished:
            raise ModelError(broken_off(self.server))
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata={"model_ms": waited * 1000}))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        started = time.perf_counter()
        with one_sentence(self.server):
            result = super()._generate(messages, stop=stop, run_manager=run_manager, **kwargs)
        for generation in result.generations:
            generation.message.response_metadata["model_ms"] = (time.perf_counter() - started) * 1000
        return result

    # The two overrides below reach into private parts of langchain-openai, which drops reasoning by design.

    def _convert_chunk_to_generation_chunk(
        self, chunk: dict[str, Any], default_chunk_class: type, base_generation_info: dict[str, Any] | None
    ) -> ChatGenerationChunk | None:
        delta = _delta(chunk)
        calls: list[dict[str, Any]] = delta.get("tool_calls") or []
        for index, call in enumerate(calls):
            if call.get("index") is None:
                call["index"] = index
        generation = super()._convert_chunk_to_generation_chunk(chunk, default_chunk_class, base_generation_info)  # pyright: ignore[reportUnknownMemberType]
        if generation is not None:
            _keep_reasoning(generation.message, delta)
        return generation

    def _create_chat_result(self, response: Any, generation_info: dict[str, Any] | None = None) -> ChatResult:
        result = super()._create_chat_result(response, generation_info)  # pyright: ignore[reportUnknownMemberType]
        raw = cast("dict[str, Any]", response if isinstance(response, dict) else response.model_dump())
        for generation, choice in zip(result.generations, raw["choices"], strict=True):
            _keep_reasoning(generation.message, choice["message"])
        return result


def _delta(chunk: dict[str, Any]) -> dict[str, Any]:
    choices: list[dict[str, Any]] = chunk.get("choices") or [{}]
    delta: dict[str, Any] | None = choices[0].get("delta")
    return delta or {}


def _keep_reasoning(message: BaseMessage, source: dict[str, Any]) -> None:
    reasoning = source.get("reasoning") or source.get("reasoning_content")
    if isinstance(reasoning, str):
        message.additional_kwargs["reasoning"] = reasoning
