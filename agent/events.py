"""What happens while a question is answered, in the order in which it happens.

The text to show is all `Token`s put together; a `Replace` voids what was shown so far.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages.ai import UsageMetadata
from pydantic import BaseModel, Field

from tools.call import ToolOutcome
from tools.result import Artifact

if TYPE_CHECKING:  # takes a while to import, and `winback tools` needs none of it
    from langchain.agents.middleware.human_in_the_loop import HITLRequest


@dataclass(frozen=True)
class Token:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True)
class Reasoning:
    """A piece of what a thinking model thought; not part of the answer."""

    text: str


@dataclass(frozen=True)
class ToolStarted:
    """A tool call begins."""

    tool: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class ToolFinished:
    """A tool call is over; `outcome.error` says whether it went well."""

    outcome: ToolOutcome


@dataclass(frozen=True)
class Retry:
    """The model is asked again; `reason` is a sentence for people."""

    reason: str


@dataclass(frozen=True)
class Replace:
    """The answer shown so far is void; `text` stands in its place."""

    text: str


@dataclass(frozen=True)
class ReviewAsked:
    """What the turn proposed waits for the person's decision, which `Conversation.decide` takes."""

    request: "HITLRequest"


class CallRecord(BaseModel):
    """One tool call of a turn. `text` is what the model read; the artifact is for people and is not dumped."""

    tool: str
    arguments: dict[str, Any]
    text: str
    error: str | None = None
    duration_ms: float
    rows: int
    artifact: Artifact | None = Field(default=None, exclude=True)


class Usage(BaseModel):
    """Tokens over all model calls of a turn; 0 where the server does not count."""

    input_tokens: int = 0
    output_tokens: int = 0
    total_tokens: int = 0

    @classmethod
    def summed(cls, counted: Iterable[UsageMetadata]) -> "Usage":
        parts = list(counted)
        return cls(
            input_tokens=sum(one["input_tokens"] for one in parts),
            output_tokens=sum(one["output_tokens"] for one in parts),
            total_tokens=sum(one["total_tokens"] for one in parts),
        )


class Timings(BaseModel):
    """Milliseconds: waiting for the model, inside tools, all in all, and until the first piece of the answer."""

    model: float
    tools: float
    total: float
    first_token: float | None


class Answer(BaseModel):
    """The answer to one question.

    `grounded` is False when the model's words stated a number that no tool gave, or as the shop's what only a customer
    said, so that the tools' own text (or a sentence) stands in their place.
    """

    answer: str
    tool_calls: list[CallRecord]
    model: str
    usage: Usage
    timings_ms: Timings
    grounded: bool
    conversation: str


@dataclass(frozen=True)
class Final:
    """The turn is over."""

    answer: Answer


Event = Token | Reasoning | ToolStarted | ToolFinished | Retry | Replace | ReviewAsked | Final
