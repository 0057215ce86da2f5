"""What the terminal shows: tool calls as they happen, the answer as it streams, and where its numbers come from."""

import json
from typing import TYPE_CHECKING, Any

from rich.console import Console

from agent.events import Event, Final, Replace, Retry, Token, ToolFinished, ToolStarted
from tools.call import ToolOutcome
from ui.cli.tables import table

if TYPE_CHECKING:
    from agent.events import Answer


class Screen:
    """Prints events; text from customers or the model is never read as markup."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, soft_wrap=True)
        self.streaming = False

    def question(self, text: str) -> None:
        self.console.print(f"> {text}", style="bold", markup=False)

    def show(self, event: Event) -> None:
        if isinstance(event, Token):
            self._words(event.text)
        elif isinstance(event, ToolStarted):
            self._line(f"  {event.tool} {_shortened(event.arguments)}", "cyan")
        elif isinstance(event, ToolFinished):
            self._outcome(event.outcome)
        elif isinstance(event, Retry):
            self._line(f"  {event.reason}", "yellow")
        elif isinstance(event, Replace):
            self._line(event.text, "default")
        elif isinstance(event, Final):
            self._close(event.answer)

    def _words(self, text: str) -> None:
        self.streaming = True
        self.console.print(text, end="", markup=False)

    def _line(self, text: str, style: str) -> None:
        if self.streaming:
            self.console.print()
            self.streaming = False
        self.console.print(text, style=style, markup=False)

    def _outcome(self, outcome: ToolOutcome) -> None:
        if outcome.error:
            self._line(f"  {outcome.error}", "yellow")
            return
        artifact = outcome.artifact
        if artifact and len(artifact.rows) > 1:
            self.console.print(table(artifact.columns, artifact.rows, artifact.title))
        self._line(f"  {outcome.rows} rows in {outcome.duration_ms:.0f} ms", "dim")

    def _close(self, answer: "Answer") -> None:
        if self.streaming:
            self.console.print()
        for call in answer.tool_calls:
            artifact = call.artifact
            if artifact and artifact.definition:
                self._line(f"  {artifact.definition}", "dim")
            if artifact and artifact.sql:
                self._line(f"  {' '.join(artifact.sql.split())}", "dim")


def _shortened(arguments: dict[str, Any]) -> str:
    return json.dumps(arguments, ensure_ascii=False)
