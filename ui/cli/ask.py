"""`winback ask`: one question, or a conversation at a prompt."""

from typing import Annotated

import typer

from ui.cli.common import Home, Json, ModelUrl, Role, opened_shop, print_json, settings_for


def ask(
    question: Annotated[str | None, typer.Argument(help="The question; left out, a prompt is opened.")] = None,
    role: Role = "marketer",
    conversation: Annotated[str | None, typer.Option(help="Go on with this conversation.")] = None,
    model_url: ModelUrl = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Ask the shop in plain words, in English or Chinese."""
    if as_json and question is None:
        raise typer.BadParameter("--json answers one question; give it as the argument.", param_hint="QUESTION")
    settings = settings_for(home, model_url=model_url)
    with opened_shop(settings) as shop:
        from ui.cli.chat import Chat

        chat = Chat(shop, role, conversation)
        if question is None:
            chat.prompt()
        elif as_json:
            print_json(chat.answer(question).model_dump(mode="json"))
        else:
            chat.ask(question)
