"""What the terminal shows: tool calls as they happen, the answer as it streams, and where its numbers come from."""

import json
from typing import Any

from rich.console import Console

from agent.clean import clean_untrusted
from agent.events import Answer, Event, Final, Replace, Retry, Token, ToolFinished, ToolStarted
from tools.call import ToolOutcome
from tools.result import Artifact
from ui.cli.tables import fitting, table


class Screen:
    """Prints events; text from customers or the model is never read as markup or as terminal codes."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._streaming = False

    def question(self, text: str) -> None:
        self._line(f"> {text}", "bold")

    def show(self, event: Event) -> None:
        if isinstance(event, Token):
            self._streaming = True
            self._console.print(clean_untrusted(event.text), end="", markup=False)
        elif isinstance(event, ToolStarted):
            self._line(f"  {event.tool} {json.dumps(event.arguments, ensure_ascii=False)}", "cyan")
        elif isinstance(event, ToolFinished):
            self._finished(event.outcome)
        elif isinstance(event, Retry):
            self._line(f"  {event.reason}", "yellow")
        elif isinstance(event, Replace):
            self._line(event.text)
        elif isinstance(event, Final):
            self._sources(event.answer)

    def result(self, outcome: ToolOutcome) -> None:
        """A tool's own words, its table, and where its numbers come from."""
        self._line(outcome.whole)
        self._rows(outcome.artifact)
        self._source(outcome.artifact)

    def note(self, text: str) -> None:
        """Something to know beside the answer."""
        self._line(f"  {text}", "dim")

    def proposal(self, args: dict[str, Any]) -> None:
        """The texts that a person is asked about."""
        for one in args.get("samples", [args]):
            if "drafts" in one:
                self._line(f"{one['offer']}, {one['channel']}, {one['language']}: {one['drafts']} drafts", "dim")
            self._line("\n".join(filter(None, [one.get("subject"), one.get("body")])) + "\n", "green")

    def _line(self, text: str, style: str = "default") -> None:
        if self._streaming:
            self._console.print()
            self._streaming = False
        self._console.print(clean_untrusted(text), style=style, markup=False)

    def _finished(self, outcome: ToolOutcome) -> None:
        if outcome.error:
            self._line(f"  {outcome.error}", "yellow")
            return
        self._rows(outcome.artifact)
        rows = "1 row" if outcome.rows == 1 else f"{outcome.rows} rows"
        self._line(f"  {rows} in {outcome.duration_ms:.0f} ms", "dim")

    def _rows(self, artifact: Artifact | None) -> None:
        if artifact and len(artifact.rows) > 1:
            kept = fitting(artifact.columns, artifact.rows, self._console.width)
            rows = [[row[place] for place in kept] for row in artifact.rows]
            self._console.print(table([artifact.columns[place] for place in kept], rows, artifact.title))

    def _sources(self, answer: Answer) -> None:
        if self._streaming:
            self._line("")
        for call in answer.tool_calls:
            self._source(call.artifact)

    def _source(self, artifact: Artifact | None) -> None:
        """What a marketer would read, or else the SQL."""
        if artifact and (text := artifact.definition or artifact.sql):
            self._line(f"  {' '.join(text.split())}", "dim")
