"""No question may go round for ever."""

import json

from langchain.agents.middleware import ModelResponse
from langchain_core.messages import AIMessage, ToolCall, ToolMessage

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
from agent.sentences import sentence
from agent.window import this_turn
from prompts import render

MODEL_CALLS = 8
TOOL_CALLS = 12


class Limits(ModelMiddleware):
    """At most 8 model and 12 tool calls per question, and no call twice; after that the model must answer in words."""

    def wrap_model_call(self, request: Request, handler: Handler) -> ModelResponse:
        done = this_turn(request.messages)
        asked = sum(isinstance(message, AIMessage) for message in done)
        used = sum(isinstance(message, ToolMessage) for message in done)
        if asked >= MODEL_CALLS - 1 or used >= TOOL_CALLS:
            return self._last_word(request, handler)
        response = handler(request)
        message = message_of(response)
        earlier = {_key(call) for one in done if isinstance(one, AIMessage) for call in one.tool_calls}
        fresh = list({_key(call): call for call in message.tool_calls if _key(call) not in earlier}.values())
        if message.tool_calls and not fresh:
            return self._last_word(request, handler)
        if fresh != message.tool_calls or len(fresh) > TOOL_CALLS - used:
            return respond(message.model_copy(update={"tool_calls": fresh[: TOOL_CALLS - used]}))
        return response

    def _last_word(self, request: Request, handler: Handler) -> ModelResponse:
        message = message_of(handler(asked_again(request, render("answer-now")).override(tools=[])))
        if message.tool_calls or not message.text:
            known = request.runtime.context.tool_text()
            return with_text(message, known or sentence("no-answer", question_of(request)))
        return respond(message)


def _key(call: ToolCall) -> str:
    return call["name"] + json.dumps(call["args"], sort_keys=True, ensure_ascii=False, default=str)
