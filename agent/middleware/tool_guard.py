"""Tool calls that LangChain itself would trip over."""

from collections.abc import Callable
from typing import Any, cast

from langchain.agents.middleware import ToolCallRequest
from langchain.tools import ToolRuntime
from langchain_core.messages import ToolMessage
from langgraph.types import Command

from agent.middleware.common import ModelMiddleware
from agent.turn import Turn

# LangChain hands these to the tool itself, so a model's argument of that name would collide.
_RESERVED = {"runtime", "config", "callbacks", "run_manager"}


class ToolGuard(ModelMiddleware):
    """Unknown tools and reserved argument names go straight to `call_tool`, which audits and says what is wrong."""

    def wrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolMessage | Command[Any]]
    ) -> ToolMessage | Command[Any]:
        call = request.tool_call
        if request.tool is not None and not _RESERVED & call["args"].keys():
            return handler(request)
        call_id = call["id"] or call["name"]
        runtime = cast("ToolRuntime[Turn, Any]", request.runtime)
        text, source = runtime.context.call(call["name"], call["args"], call_id)
        return ToolMessage(text, name=call["name"], tool_call_id=call_id, artifact=source)
