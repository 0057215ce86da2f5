"""A chat server that labels reviews by a rule, or fails as a test wants it to."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.agent.model_server import Reply, Script

GOOD, BAD = "good", "bad"


def review_in(request: dict[str, Any]) -> str:
    """What stands between the marks of the last message."""
    said = request["messages"][-1]["content"]
    return said.rpartition("<<<\n")[2].partition("\n>>>")[0]


def label_of(review: str) -> dict[str, Any]:
    sentiment = "positive" if GOOD in review else "negative" if BAD in review else "neutral"
    return {"sentiment": sentiment, "aspects": {"delivery": sentiment} if "courier" in review else {}}


def completion(content: str, logprobs: list[dict[str, Any]] | None = None) -> Reply:
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": content},
        "finish_reason": "stop",
        "logprobs": {"content": logprobs} if logprobs else None,
    }
    usage = {"prompt_tokens": 900, "completion_tokens": 20, "total_tokens": 920}
    usage["prompt_tokens_details"] = {"cached_tokens": 880}  # pyright: ignore[reportArgumentType]
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "tiny", "choices": [choice], "usage": usage}
    return Reply(body=json.dumps(body).encode())


def refused(status: int, message: str = "no") -> Reply:
    return Reply(status=status, body=json.dumps({"error": {"message": message}}).encode())


@dataclass
class Labels:
    """Answers by the rule, if `before` does not answer first. `most` is how many were at work at once."""

    before: Callable[[dict[str, Any], int], Reply | None] = lambda _request, _number: None
    count: int = 0
    busy: int = 0
    most: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self) -> Script:
        return Script(answer=self)

    def __call__(self, request: dict[str, Any]) -> Reply:
        with self._lock:
            self.count += 1
            number = self.count
            self.busy += 1
            self.most = max(self.most, self.busy)
        try:
            first = self.before(request, number)
            return first or completion(json.dumps(label_of(review_in(request))))
        finally:
            with self._lock:
                self.busy -= 1
