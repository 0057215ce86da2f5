"""The agent loop: LangChain's `create_agent` around our model, tools and middleware."""

from collections.abc import Sequence
from typing import Any

from langchain.agents import create_agent  # pyright: ignore[reportUnknownVariableType]
from langchain_core.language_models import BaseChatModel
from langchain_core.tools import BaseTool
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph.state import CompiledStateGraph  # pyright: ignore[reportMissingTypeStubs]

from agent.middleware import Grounded, Limits, Meter, OwnVoice, Prompt, Repair, Review, ToolGuard
from agent.turn import Turn
from agent.window import answer_tokens, window_of

Agent = CompiledStateGraph[Any, Turn, Any, Any]


def build_agent(
    model: BaseChatModel, tools: Sequence[BaseTool], memory: BaseCheckpointSaver[Any], review: bool = False
) -> Agent:
    """Compiles the loop once for any number of conversations; who asks comes with the runtime context, a `Turn`.

    With `review` a turn that proposed something ends in an interrupt, a `HITLRequest`.
    """
    window = window_of(model)
    reads_rules = bool(getattr(model, "reads_rules", True))
    return create_agent(
        model,
        tools=list(tools),
        middleware=[
            Limits(),
            OwnVoice(correctable=reads_rules),
            Grounded(correctable=reads_rules),
            Repair(_url_of(model)),
            Prompt(window, answer_tokens(window), reads_rules),
            Meter(),
            ToolGuard(),
            *([Review()] if review else []),
        ],
        context_schema=Turn,
        checkpointer=memory,
    )


def _url_of(model: BaseChatModel) -> str:
    return str(getattr(getattr(model, "server", None), "url", "the configured URL"))
