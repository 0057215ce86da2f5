"""What the model reads: the role's prompt and as much of the conversation as fits."""

import json
from functools import lru_cache

from langchain.agents.middleware import ModelResponse
from langchain_core.messages import SystemMessage
from langchain_core.tools import BaseTool

from agent.middleware.common import Handler, ModelMiddleware, Request
from agent.window import fit, tokens


class Prompt(ModelMiddleware):
    """Puts the system prompt before a history that is cut to `window` less `answer_tokens`, the prompt and the schemas.

    The latter two take no room where the model's template prints neither (`reads_rules` is False).
    """

    def __init__(self, window: int, answer_tokens: int, reads_rules: bool) -> None:
        super().__init__()
        self._room = window - answer_tokens
        self._reads_rules = reads_rules

    def wrap_model_call(self, request: Request, handler: Handler) -> ModelResponse:
        system = request.runtime.context.system
        budget = self._room
        if self._reads_rules:
            budget -= tokens(system) + sum(_schema_tokens(tool) for tool in request.tools if isinstance(tool, BaseTool))
        return handler(request.override(system_message=SystemMessage(system), messages=fit(request.messages, budget)))


def _schema_tokens(tool: BaseTool) -> int:
    return _size(
        tool.name, tool.description, json.dumps(tool.args_schema) if isinstance(tool.args_schema, dict) else ""
    )


@lru_cache(maxsize=64)
def _size(*texts: str) -> int:
    return sum(map(tokens, texts))
