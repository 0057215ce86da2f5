"""Shorthands for middleware that looks at one answer of the model."""

from collections.abc import Callable, Iterable

from langchain.agents.middleware import AgentMiddleware, AgentState, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage

from agent.grounding import Evidence, evidence
from agent.turn import Turn
from agent.window import correction, this_turn

Request = ModelRequest[Turn]
Handler = Callable[[Request], ModelResponse]


class ModelMiddleware(AgentMiddleware[AgentState, Turn]):
    """Base of the middleware here. All that always runs wraps the model call or the tool call: no step of the graph."""


def message_of(response: ModelResponse) -> AIMessage:
    """The model's message; the agent asks for no structured answer, so there is exactly one."""
    message = response.result[-1]
    assert isinstance(message, AIMessage)
    return message


def respond(message: AIMessage) -> ModelResponse:
    return ModelResponse(result=[message])


def with_text(message: AIMessage, text: str) -> ModelResponse:
    """The same message saying something else, calling nothing."""
    return respond(
        AIMessage(text, additional_kwargs=message.additional_kwargs, response_metadata=message.response_metadata)
    )


def question_of(request: Request) -> str:
    """What the person asked, to answer in its language."""
    return this_turn(request.messages)[0].text


def asked_again(request: Request, text: str, answer: AIMessage | None = None) -> Request:
    """The request with a correction, after the answer that it is about."""
    return request.override(messages=[*request.messages, *([answer] if answer else []), correction(text)])


def supported(request: Request, texts: Iterable[str]) -> Evidence:
    """The numbers that these texts, the calls' periods and limits, the day and the tables' lengths support."""
    turn = request.runtime.context
    calls = [call for m in request.state["messages"] if isinstance(m, AIMessage) for call in m.tool_calls]
    asked = [str(call["args"][key]) for call in calls for key in ("period", "limit") if key in call["args"]]
    counts = [outcome.rows for outcome in turn.outcomes.values()]
    return evidence([*texts, *asked, turn.today], counts)
