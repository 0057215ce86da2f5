"""A model for tests: it looks up whom or what it is asked about with one tool, then says what the test wants."""

import json
import re
from typing import Any

from tests.agent.model_server import Reply, chunk, said, tool_chunk

SAID = "That is what the data says."


class Talker:
    """`words` is what it says next instead of `SAID`; `wait_s` how long it thinks before each reply."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.words = SAID
        self.wait_s = 0.0
        self.questions: list[str] = []

    def answer(self, request: dict[str, Any]) -> Reply:
        messages = request["messages"]
        reply = self._reply(messages, {one["function"]["name"] for one in request.get("tools", [])})
        reply.wait_s = self.wait_s
        return reply

    def _reply(self, messages: list[dict[str, Any]], tools: set[str]) -> Reply:
        if messages[-1]["role"] == "tool":
            return said(*re.findall(r"\S+\s*", self.words))
        asked = _plain(messages[-1]["content"])
        self.questions.append(asked)
        customer = re.search(r"c\d{6}", asked)
        if customer and re.search("draft|草稿", asked, re.IGNORECASE) and "draft_offer" in tools:
            return _calls("draft_offer", customer_id=customer[0], channel="email")
        if customer and "customer_profile" in tools:
            return _calls("customer_profile", customer_id=customer[0])
        return said(*re.findall(r"\S+\s*", self.words))


def _plain(content: Any) -> str:
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def _calls(name: str, **arguments: Any) -> Reply:
    return Reply([tool_chunk(json.dumps(arguments), name, id="call1"), chunk("tool_calls")])
