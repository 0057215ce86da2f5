"""The grounding check: a number that no tool said is not said."""

from langchain.agents.middleware import ModelResponse
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from agent.events import Retry
from agent.grounding import Evidence, unsupported
from agent.grounding.rambling import garbled, rambles
from agent.middleware.common import (
    Handler,
    ModelMiddleware,
    Request,
    asked_again,
    message_of,
    question_of,
    supported,
    with_text,
)
from agent.sentences import sentence
from prompts import render


class Grounded(ModelMiddleware):
    """An answer with unsupported numbers is asked for once more, then the tools' own text stands in its place.

    A model that cannot follow a correction (`correctable` is False) is not asked again; such a small model also does
    not retell failed calls, and is not let ramble or garble.
    """

    def __init__(self, correctable: bool = True) -> None:
        super().__init__()
        self._correctable = correctable

    def wrap_model_call(self, request: Request, handler: Handler) -> ModelResponse:
        response = handler(request)
        message = message_of(response)
        known = _known(request)
        wrong = _wrong(message, known)
        if not wrong and (self._correctable or self._sound(message, request)):
            return response
        if self._correctable:
            request.runtime.context.emit(Retry(f"The answer stated {_list(wrong)}, which no tool result says."))
            response = handler(asked_again(request, render("retry-ungrounded", numbers=_list(wrong)), message))
            message = message_of(response)
            if not _wrong(message, known):
                return response
        turn = request.runtime.context
        turn.grounded = not wrong
        return with_text(message, turn.tool_text() or sentence("no-figure", question_of(request)))

    def _sound(self, message: AIMessage, request: Request) -> bool:
        outcomes = request.runtime.context.outcomes.values()
        if message.tool_calls or not outcomes:
            return True
        if rambles(message.text) or all(outcome.error for outcome in outcomes):
            return False
        return not garbled(message.text, [question_of(request), *(outcome.whole for outcome in outcomes)])


def _wrong(message: AIMessage, known: Evidence) -> list[str]:
    return [] if message.tool_calls else unsupported(message.text, known)


def _known(request: Request) -> Evidence:
    """What the whole conversation supports, also where it no longer fits the model's window."""
    return supported(request, [m.text for m in request.state["messages"] if isinstance(m, (HumanMessage, ToolMessage))])


def _list(numbers: list[str]) -> str:
    return ", ".join(numbers[:8]) + (" and more" if len(numbers) > 8 else "")
