"""One question on its way through the loop: what it runs with and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from agent.clean import clean_untrusted
from agent.events import CallRecord, Event, ToolFinished, ToolStarted, Usage
from agent.privacy import Vault, mask_text
from prompts import render
from tools.call import ToolOutcome, call_tool
from tools.context import ToolContext


@dataclass
class Turn:
    """The runtime context of the agent. Middleware and tools read the first part and write the second."""

    tools: ToolContext
    vault: Vault
    system: str
    today: str
    emit: Callable[[Event], object]

    outcomes: dict[str, ToolOutcome] = field(default_factory=dict[str, ToolOutcome])
    usage: Usage = field(default_factory=Usage)
    model_ms: float = 0.0
    model: str = ""
    grounded: bool = True

    def call(self, name: str, arguments: dict[str, Any], call_id: str) -> tuple[str, dict[str, Any]]:
        """Runs a tool; returns the text for the model and where its figures come from."""
        self.emit(ToolStarted(name, arguments))
        outcome = call_tool(name, arguments, self.tools)
        error = mask_text(outcome.error, self.vault) if outcome.error else None
        outcome = replace(outcome, text=clean_untrusted(mask_text(outcome.text, self.vault)), error=error)
        self.outcomes[call_id] = outcome
        self.emit(ToolFinished(outcome))
        text = render("fence", text=outcome.text) if outcome.untrusted else outcome.text
        artifact = outcome.artifact
        source = artifact.model_dump(include={"title", "sql", "definition"}, exclude_none=True) if artifact else {}
        return text, source

    def tool_text(self) -> str:
        """What the tools said in this turn, without failed calls unless all failed."""
        outcomes = list(self.outcomes.values())
        good = [outcome for outcome in outcomes if outcome.error is None]
        return "\n\n".join(dict.fromkeys(outcome.text for outcome in good or outcomes))

    def records(self, order: list[str]) -> list[CallRecord]:
        """The calls in the order in which the model asked for them."""
        ids = [*order, *(call_id for call_id in self.outcomes if call_id not in order)]
        return [_record(self.outcomes[call_id]) for call_id in ids if call_id in self.outcomes]


def _record(outcome: ToolOutcome) -> CallRecord:
    return CallRecord(
        tool=outcome.tool,
        arguments=outcome.arguments,
        text=outcome.text,
        error=outcome.error,
        duration_ms=outcome.duration_ms,
        rows=outcome.rows,
        artifact=outcome.artifact,
    )
