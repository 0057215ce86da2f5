"""`winback tools`: call a tool without a model, or list what there is."""

from datetime import datetime
from typing import Annotated, Any

import typer

from store.errors import WinbackError
from ui.cli.common import Home, Json, Role, actor_for, json_object, opened_shop, print_json, settings_for

app = typer.Typer(help="Call one tool without a model, or list them.", no_args_is_help=True)


@app.command("call")
def call(
    name: Annotated[str, typer.Argument(help="The tool's name; `winback tools list` shows them.")],
    args: Annotated[str, typer.Option(help="The arguments as a JSON object.")] = "{}",
    role: Role = "marketer",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Run one tool."""
    arguments, contacts = _without_contact(json_object(args, "--args"))
    settings = settings_for(home)
    from tools.call import call_tool
    from tools.context import ToolContext

    with opened_shop(settings) as shop:
        context = ToolContext(shop=shop, actor=actor_for(role), now=datetime.now(), contacts=contacts)
        outcome = call_tool(name, arguments, context)
    if as_json:
        artifact = outcome.artifact.model_dump(mode="json") if outcome.artifact else None
        print_json({"text": outcome.whole, "artifact": artifact, "error": outcome.error})
        raise typer.Exit(1 if outcome.error else 0)
    if outcome.error:
        raise WinbackError(outcome.error)
    from ui.cli.show import Screen

    Screen().result(outcome)


def _without_contact(arguments: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """A name, e-mail or phone becomes a token, as in a conversation: what is audited and answered holds none."""
    contact = arguments.get("contact")
    if not isinstance(contact, str):
        return arguments, {}
    from store.ledger.keys import kind_of

    token = f"<{kind_of(contact)}-1>"
    return arguments | {"contact": token}, {token: contact}


@app.command("list")
def list_tools() -> None:
    """Name every tool of the contract, its arguments, and whether it is built."""
    from rich.console import Console

    from tools.contract import CONTRACT, EFFECTS
    from tools.registry import REGISTRY
    from ui.cli.tables import table

    rows = [
        [name, "built" if name in REGISTRY else "not built", str(EFFECTS[name]), ", ".join(args.model_fields)]
        for name, args in CONTRACT.items()
    ]
    Console(highlight=False).print(table(["tool", "state", "effect", "arguments"], rows, most=len(rows)))
