"""One question on its way through the loop: what it runs with and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.messages.ai import UsageMetadata
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import set_config_context

from agent.clean import clean_rows, clean_untrusted, clean_words
from agent.events import CallRecord, Event, ToolFinished, ToolStarted, Usage
from agent.privacy import Vault, mask_text
from agent.provenance import Provenance, note, refusal, without_links, without_strangers
from prompts import render
from tools.call import ToolOutcome, call_tool, refuse_tool
from tools.context import ToolContext
from tools.contract import EFFECTS, Effect
from tools.result import Quote


@dataclass
class Turn:
    """The runtime context of the agent. Middleware and tools read the first part and write the second.

    `defended` is False only where the evaluation measures what the handling of customers' words is worth.
    """

    tools: ToolContext
    vault: Vault
    system: str
    today: str
    emit: Callable[[Event], object]
    defended: bool = True

    outcomes: dict[str, ToolOutcome] = field(default_factory=dict[str, ToolOutcome])
    known: Provenance = field(default_factory=Provenance)
    spent: list[UsageMetadata] = field(default_factory=list[UsageMetadata])
    model_ms: float = 0.0
    model: str = ""
    grounded: bool = True

    def call(self, name: str, arguments: dict[str, Any], call_id: str) -> tuple[str, dict[str, Any]]:
        """Runs a tool; returns the text for the model, and who said what in it."""
        self.emit(ToolStarted(name, arguments))
        outcome = self._cleaned(self._run(name, arguments))
        self.outcomes[call_id] = outcome
        self.emit(ToolFinished(outcome))
        proposes = EFFECTS.get(name) is Effect.PROPOSE
        return self._fenced(outcome), note(outcome, self.known, proposes)

    @property
    def usage(self) -> Usage:
        """Of all model calls so far, those inside tools too."""
        return Usage.summed(self.spent)

    def leaving(self, text: str) -> str:
        """A piece of an answer as it may be shown."""
        return without_strangers(text, self.known) if self.defended and self.known.words else text

    def tool_text(self) -> str:
        """What the tools said in this turn, without failed calls unless all failed."""
        outcomes = list(self.outcomes.values())
        good = [outcome for outcome in outcomes if outcome.error is None]
        return "\n\n".join(dict.fromkeys(_told(outcome) for outcome in good or outcomes))

    def records(self, order: list[str]) -> list[CallRecord]:
        """The calls in the order in which the model asked for them."""
        ids = [*order, *(call_id for call_id in self.outcomes if call_id not in order)]
        return [_record(self.outcomes[call_id]) for call_id in ids if call_id in self.outcomes]

    def _run(self, name: str, arguments: dict[str, Any]) -> ToolOutcome:
        why = refusal(name, arguments, self.known, self.tools.language) if self.defended else None
        if why:
            return refuse_tool(name, arguments, self.tools, why)
        # A tool's own calls of the model are no part of the conversation: who listens to it does not hear them.
        counter = UsageMetadataCallbackHandler()
        with set_config_context(RunnableConfig(callbacks=[counter])) as apart:
            outcome = apart.run(call_tool, name, arguments, self.tools)
        self.spent += counter.usage_metadata.values()
        return outcome

    def _cleaned(self, outcome: ToolOutcome) -> ToolOutcome:
        error = mask_text(outcome.error, self.vault) if outcome.error else None
        quotes = [Quote(source=self._plain(one.source), words=self._words(one.words)) for one in outcome.quotes]
        text = mask_text(outcome.text, self.vault)
        if self.defended:
            text = clean_rows(without_links(text)) if outcome.untrusted else clean_untrusted(text)
        return replace(outcome, text=text, error=error, quotes=quotes)

    def _plain(self, text: str) -> str:
        return clean_untrusted(mask_text(text, self.vault)) if self.defended else mask_text(text, self.vault)

    def _words(self, words: str) -> str:
        masked = mask_text(words, self.vault)
        return clean_words(masked) if self.defended else masked

    def _fenced(self, outcome: ToolOutcome) -> str:
        """Only customers' words stand inside the fence, unless a table holds them in its cells."""
        if not self.defended:
            return outcome.whole
        if outcome.untrusted:
            return render("fence", text=outcome.text)
        lines = "\n".join(one.line() for one in outcome.quotes)
        return f"{outcome.text}\n{render('fence', text=lines)}" if lines else outcome.text


def _told(outcome: ToolOutcome) -> str:
    """A table with customers' words in it is told between quotation marks, row by row."""
    if not outcome.untrusted:
        return outcome.whole
    return "\n".join('"{}"'.format(line.replace('"', "'")) for line in outcome.text.splitlines())


def _record(outcome: ToolOutcome) -> CallRecord:
    return CallRecord(
        tool=outcome.tool,
        arguments=outcome.arguments,
        text=outcome.whole,
        error=outcome.error,
        duration_ms=outcome.duration_ms,
        rows=outcome.rows,
        artifact=outcome.artifact,
    )
