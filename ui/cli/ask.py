"""`winback ask`: one question, or a conversation at a prompt."""

from typing import TYPE_CHECKING, Annotated

import typer

from store.errors import WinbackError
from store.settings import Settings
from ui.cli.common import Home, Json, Role, actor_for, open_shop, print_json, settings_for
from ui.cli.errors import errors

if TYPE_CHECKING:
    from agent.answer import Conversation


class Session:
    """A conversation shown on the terminal as it happens."""

    def __init__(self, conversation: "Conversation"):
        self.conversation = conversation

    def answer(self, question: str, echo: bool = False) -> None:
        from ui.cli.show import Screen

        screen = Screen()
        if echo:
            screen.question(question)
        for event in self.conversation.stream(question):
            screen.show(event)


def start(settings: Settings, role: str, conversation: str | None = None) -> Session:
    from agent.answer import Conversation

    shop = open_shop(settings)
    return Session(Conversation(shop, actor_for(role), settings, conversation_id=conversation))


def interactive(session: Session) -> None:
    """Questions until an empty line or end of input; a failed one does not end the conversation."""
    typer.echo(f"\nConversation {session.conversation.id}. Ask on; an empty line ends.")
    while True:
        try:
            question = input("\n> ").strip()
        except EOFError:
            return
        if not question:
            return
        try:
            session.answer(question)
        except WinbackError as problem:
            errors.print(str(problem), style="red", markup=False)


def ask(
    question: Annotated[str | None, typer.Argument(help="The question; left out, a prompt is opened.")] = None,
    role: Role = "marketer",
    conversation: Annotated[str | None, typer.Option(help="Go on with this conversation.")] = None,
    model_url: Annotated[
        str | None, typer.Option(help="An OpenAI-compatible server instead of the bundled model.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Ask the shop in plain words, in English or Chinese."""
    settings = settings_for(home, model_url=model_url)
    session = start(settings, role, conversation)
    if question is None:
        if as_json:
            raise typer.BadParameter("--json answers one question; give it as the argument.", param_hint="QUESTION")
        interactive(session)
    elif as_json:
        print_json(session.conversation.ask(question).model_dump(mode="json"))
    else:
        session.answer(question)
