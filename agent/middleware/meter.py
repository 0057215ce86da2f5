"""How long the model took and how many tokens it read and wrote."""

import time

from langchain.agents.middleware import ModelResponse

from agent.middleware.common import Handler, ModelMiddleware, Request, message_of


class Meter(ModelMiddleware):
    """Innermost, so that calls which are rejected and made again count too."""

    def wrap_model_call(self, request: Request, handler: Handler) -> ModelResponse:
        started = time.perf_counter()
        response = handler(request)
        elapsed_ms = (time.perf_counter() - started) * 1000
        message, turn = message_of(response), request.runtime.context
        turn.model_ms += message.response_metadata.get("model_ms", elapsed_ms)
        turn.model = message.response_metadata.get("model_name") or turn.model
        if message.usage_metadata:
            turn.spent.append(message.usage_metadata)
        return response
