"""What a turn proposed is put before the person once it is answered."""

from typing import Any

from langchain.agents.middleware import AgentState
from langchain_core.messages import AIMessage
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.middleware.common import ModelMiddleware
from agent.review import proposals, request
from agent.turn import Turn
from agent.window import this_turn


class Review(ModelMiddleware):
    """Interrupts after the answer, so that the tools are long done and a turn that is never resumed is whole.

    Resuming tells only what was decided; the decision itself is made in the ledger before (`agent.review.apply`).
    """

    def after_agent(self, state: AgentState, runtime: Runtime[Turn]) -> dict[str, Any] | None:
        found = proposals(this_turn(state["messages"]))
        answer = state["messages"][-1]
        if not found or not isinstance(answer, AIMessage):
            return None
        said: dict[str, Any] = interrupt(request(found, runtime.context.tools.shop.ledger))
        text = "\n\n".join(filter(None, [answer.text, said["text"]]))
        return {"messages": [answer.model_copy(update={"content": text})]}
