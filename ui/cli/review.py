"""Approving, editing or rejecting at the terminal what a conversation proposed."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
import typer

from agent.events import Answer
from agent.review import Decision
from agent.review.request import KINDS, proposed
from tools.contract import EFFECTS, Effect
from ui.cli.errors import complain
from ui.cli.show import Screen

if TYPE_CHECKING:
    from langchain.agents.middleware.human_in_the_loop import ActionRequest, HITLRequest

_SUBJECT = "Subject: "


def on_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def decisions(asked: "HITLRequest", screen: Screen) -> list[Decision]:
    """One decision for each proposal, as the person gives them."""
    configs = asked["review_configs"]
    return [
        _decision(action, config["allowed_decisions"], screen)
        for action, config in zip(asked["action_requests"], configs, strict=True)
    ]


def commands(answer: Answer) -> list[str]:
    """The commands that approve what this answer proposed."""
    made = [one.artifact for one in answer.tool_calls if EFFECTS.get(one.tool) is Effect.PROPOSE and one.error is None]
    saved = [found for artifact in made if (found := proposed(artifact))]
    return list(dict.fromkeys(f"winback campaign approve {_option(one)}" for one in saved))


def _option(saved: dict[str, int]) -> str:
    return " ".join(str(number) if name == "campaign_id" else f"--draft {number}" for name, number in saved.items())


def _decision(action: "ActionRequest", allowed: Iterable[str], screen: Screen) -> Decision:
    screen.proposal(action["args"])
    choices = [*allowed, "later"]
    asking = f"{', '.join(choices[:-1])} or {choices[-1]}"
    while True:
        said = typer.prompt(f"{_name(action)}: {asking}?", prompt_suffix=" ").strip().lower()
        meant = [one for one in choices if said and one.startswith(said)]
        if len(meant) != 1:
            complain(f"Answer {asking}.")
        elif (made := _made(meant[0], action)) is not None:
            return made


def _made(kind: str, action: "ActionRequest") -> Decision | None:
    if kind == "approve":
        return {"type": "approve"}
    if kind == "reject":
        return {"type": "reject", "message": typer.prompt("Why?")}
    if kind == "later":
        return {"type": "later"}
    args = _edited(action["args"])
    return {"type": "edit", "edited_action": {"name": action["name"], "args": args}} if args else None


def _edited(args: dict[str, Any]) -> dict[str, Any] | None:
    """The texts as the person left them in their editor; None where nothing was changed."""
    head = f"{_SUBJECT}{args['subject']}\n\n" if args.get("subject") is not None else ""
    text = click.edit(head + args["body"])
    if text is None:
        return None
    first, _, rest = text.partition("\n")
    if head and first.startswith(_SUBJECT.strip()):
        return {**args, "subject": first.removeprefix(_SUBJECT.strip()).strip(), "body": rest.strip()}
    return {**args, "body": text.strip()}


def _name(action: "ActionRequest") -> str:
    return next(f"{kind.capitalize()} {action['args'][name]}" for name, kind in KINDS.items() if name in action["args"])
