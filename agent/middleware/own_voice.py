"""The answer speaks for the shop: customers' words are told as theirs, and no stranger's link or code leaves."""

from langchain.agents.middleware import ModelResponse
from langchain_core.messages import AIMessage

from agent.events import Retry
from agent.middleware.common import (
    Handler,
    ModelMiddleware,
    Request,
    asked_again,
    message_of,
    question_of,
    respond,
    supported,
    with_text,
)
from agent.provenance import borrowed, gather
from agent.sentences import sentence
from prompts import render


class OwnVoice(ModelMiddleware):
    """Knows who said what before the model is asked; an answer that says what only a customer said, as if the shop
    did, is asked for once more, then the tools' own text stands in its place.

    A model that cannot follow a correction (`correctable` is False) is not asked again.
    """

    def __init__(self, correctable: bool = True) -> None:
        super().__init__()
        self._correctable = correctable

    def wrap_model_call(self, request: Request, handler: Handler) -> ModelResponse:
        turn = request.runtime.context
        turn.known = gather(request.state["messages"])
        message = message_of(handler(request))
        if not turn.defended or not turn.known.words:
            return respond(message)
        if _is_borrowed(message, request) and self._correctable:
            turn.emit(Retry("The answer said what only a customer said as if the shop did."))
            message = message_of(handler(asked_again(request, render("retry-borrowed"), message)))
        if _is_borrowed(message, request):
            turn.grounded = False
            text = turn.tool_text() or sentence("borrowed", question_of(request))
            return with_text(message, turn.leaving(text))
        return respond(message.model_copy(update={"content": turn.leaving(message.text)}))


def _is_borrowed(message: AIMessage, request: Request) -> bool:
    known = request.runtime.context.known
    return not message.tool_calls and bool(borrowed(message.text, known, supported(request, known.trusted)))
