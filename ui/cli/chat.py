"""A conversation at a terminal."""

from contextlib import suppress

import typer

from agent.answer import Conversation
from agent.events import Answer, Final, ReviewAsked
from store.errors import WinbackError
from store.shop import Shop
from ui.cli.common import RoleName, actor_for
from ui.cli.errors import complain
from ui.cli.review import commands, decisions, on_terminal
from ui.cli.show import Screen


class Chat:
    """Shows what happens as it happens. Raises WinbackError for an unknown `conversation` or no model server."""

    def __init__(self, shop: Shop, role: RoleName, conversation: str | None = None) -> None:
        self._asks = on_terminal()
        self._conversation = Conversation(
            shop, actor_for(role), shop.settings, conversation_id=conversation, review=self._asks
        )

    def ask(self, question: str, echo: bool = False) -> None:
        """Answers on the terminal; `echo` prints the question above."""
        screen = Screen()
        if echo:
            screen.question(question)
        asked = False
        for event in self._conversation.stream(question):
            screen.show(event)
            asked = asked or isinstance(event, ReviewAsked)
            if isinstance(event, Final) and not asked:
                for command in commands(event.answer):
                    screen.note(f"To approve: {command}")
        if asked:
            self.review()

    def review(self) -> None:
        """Asks about what waits in this conversation until it is decided or put off."""
        screen = Screen()
        while self._asks and (asked := self._conversation.review()) is not None:
            made = decisions(asked, screen)
            if all(one["type"] == "later" for one in made):
                screen.note(f"Decide later: winback ask --conversation {self._conversation.id}")
                return
            try:
                typer.echo(self._conversation.decide(made))
            except WinbackError as problem:
                complain(str(problem))

    def answer(self, question: str) -> Answer:
        """Answers without showing anything."""
        return self._conversation.ask(question)

    def prompt(self) -> None:
        """Questions until an empty line or end of input; a failed one does not end the conversation."""
        with suppress(ImportError):
            import readline  # noqa: F401  (gives `input` a history and editing)
        typer.echo(f"Conversation {self._conversation.id}; an empty line ends it.")
        self.review()
        while question := _read():
            try:
                self.ask(question)
            except WinbackError as problem:
                complain(str(problem))


def _read() -> str:
    try:
        return input("\n> ").strip()
    except (EOFError, KeyboardInterrupt):
        typer.echo()
        return ""
