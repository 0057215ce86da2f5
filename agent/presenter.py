"""From what the model and the loop tell to what a person sees."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from langchain.agents.middleware.human_in_the_loop import HITLRequest
from langchain_core.messages import AIMessage, AIMessageChunk, AnyMessage
from langgraph.types import Interrupt

from agent.events import Event, Reasoning, Replace, Retry, Token, ToolStarted
from agent.privacy import Vault, mask_text
from agent.shown import Shown
from agent.splitter import Piece, Splitter

Item = AIMessageChunk | Event


class Presenter:
    """Follows one turn. `final` is the message that ends it; `call_ids` the calls in the order asked for; `asked` what
    waits for the person's decision.

    `leaving` makes of a piece of text what may be shown of it.
    """

    def __init__(self, vault: Vault, leaving: Callable[[str], str] = str) -> None:
        self._vault = vault
        self._leaving = leaving
        self._run: str | None = None
        self._visible = ""
        self.final: AIMessage | None = None
        self.asked: HITLRequest | None = None
        self.call_ids: list[str] = []
        self._fresh()

    def _fresh(self) -> None:
        self._splitter = Splitter()
        self._answer = Shown(self._vault, self._leaving)
        self._thought = Shown(self._vault, self._leaving)
        self._begun = False

    def on(self, item: Item) -> Iterator[Event]:
        """The events that follow from a piece that the model wrote, or from an event of the loop."""
        if isinstance(item, AIMessageChunk):
            yield from self._on_chunk(item)
            return
        if isinstance(item, (ToolStarted, Retry)):
            yield from self._withdraw()
        yield item

    def ends_with(self, messages: Iterable[AnyMessage], interrupts: Sequence[Interrupt[Any]] | None = None) -> None:
        """Takes note of the messages of the whole turn, and of what it asks the person."""
        self.asked = interrupts[0].value if interrupts else None
        for message in messages:
            if isinstance(message, AIMessage):
                self.final = message
                self.call_ids += [call["id"] or "" for call in message.tool_calls]

    def finish(self, notices: list[str]) -> Iterator[Event]:
        """The last events before `Final`; afterwards what is visible is `text(notices)`."""
        wanted = self.text(notices)
        yield from self._tokens(self._splitter.close())
        yield from self._reasoning(self._thought.close())
        yield from self._token(self._answer.close())
        if self._visible.strip() == wanted:
            return
        if wanted.startswith(self._visible):
            yield from self._token(wanted[len(self._visible) :])
        else:
            self._visible = wanted
            yield Replace(wanted)

    def text(self, notices: list[str]) -> str:
        """The answer as the person is to see it."""
        answer = self.final.text if self.final else ""
        answer = self._vault.reveal(mask_text(answer, self._vault)).strip()
        return "\n\n".join([answer, *(f"({notice})" for notice in notices)])

    def _on_chunk(self, chunk: AIMessageChunk) -> Iterator[Event]:
        if chunk.id != self._run:
            self._run = chunk.id
            yield from self._withdraw()
        if reasoning := chunk.additional_kwargs.get("reasoning"):
            yield from self._reasoning(self._thought.feed(reasoning))
        if text := chunk.text:
            yield from self._tokens(self._splitter.feed(text))

    def _tokens(self, pieces: list[Piece]) -> Iterator[Event]:
        for piece in pieces:
            if piece.kind == "answer":
                # Blank lines after the thoughts are no part of the answer.
                text = piece.text if self._begun else piece.text.lstrip()
                self._begun = self._begun or bool(text)
                yield from self._token(self._answer.feed(text))
            elif piece.kind == "think":
                yield from self._reasoning(self._thought.feed(piece.text))
            elif piece.kind == "void":
                yield from self._withdraw()

    def _token(self, text: str) -> Iterator[Event]:
        if text:
            self._visible += text
            yield Token(text)

    def _reasoning(self, text: str) -> Iterator[Event]:
        if text:
            yield Reasoning(text)

    def _withdraw(self) -> Iterator[Event]:
        """What was shown was not the answer: a remark before a tool call, or an answer that was rejected."""
        yield from self._reasoning(self._thought.close())
        self._fresh()
        if self._visible:
            self._visible = ""
            yield Replace("")
