"""`winback eval`: scripted evaluation with an exit code."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ui.cli.common import Home, Json, ModelUrl, opened_shop, print_json, settings_for
from ui.cli.progress import progress_bar

if TYPE_CHECKING:
    from store.settings import Settings

app = typer.Typer(no_args_is_help=True)


@app.callback()
def suites() -> None:
    """Score the assistant on requests."""


@app.command("run")
def run(
    suite: Annotated[Literal["agent", "injection"], typer.Argument(help="Requests, or attacks in reviews.")],
    cases: Annotated[
        list[Path] | None, typer.Option(help="A JSONL file of cases, or several (default: the held-apart ones).")
    ] = None,
    at_least: Annotated[
        float, typer.Option(min=0, max=1, help="Exit with 1 when the accuracy is below this share.")
    ] = 0,
    model_url: ModelUrl = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Run a suite and print its figures."""
    settings = settings_for(home, model_url=model_url)
    if suite == "injection" and cases:
        raise typer.BadParameter("the injection suite has its own cases.", param_hint="--cases")
    report, told = _injection(settings, as_json) if suite == "injection" else _agent(settings, cases, as_json)
    if as_json:
        print_json(report)
    else:
        told()
    if report["accuracy"] < at_least:
        raise typer.Exit(1)


def _agent(settings: "Settings", cases: list[Path] | None, quiet: bool) -> tuple[dict[str, Any], Callable[[], None]]:
    from eval.agent_suite import HELD_APART, run_agent_suite
    from ui.cli.show_eval import show_suite

    with opened_shop(settings) as shop, progress_bar(not quiet) as progress:
        report = run_agent_suite(cases or HELD_APART, shop, settings, progress)
    return report, lambda: show_suite(report)


def _injection(settings: "Settings", quiet: bool) -> tuple[dict[str, Any], Callable[[], None]]:
    """In a shop of its own, with and without the defence."""
    from eval.reviews.injection import run_injection_suite
    from eval.reviews.injection.figures import told

    with progress_bar(not quiet) as progress:
        report = run_injection_suite(settings, progress=progress)
    return report, lambda: typer.echo(told(report))
