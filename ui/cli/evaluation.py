"""`winback eval`: scripted evaluation with an exit code."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ui.cli.common import Home, Json, ModelUrl, opened_shop, print_json, settings_for
from ui.cli.progress import progress_bar

app = typer.Typer(no_args_is_help=True)


@app.callback()
def suites() -> None:
    """Score the assistant on requests."""


@app.command("run")
def run(
    suite: Annotated[Literal["agent"], typer.Argument(help="The suite.")],
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
    from eval.agent_suite import HELD_APART, run_agent_suite

    with opened_shop(settings) as shop, progress_bar(not as_json) as progress:
        report = run_agent_suite(cases or HELD_APART, shop, settings, progress)
    if as_json:
        print_json(report)
    else:
        from ui.cli.show_eval import show_suite

        show_suite(report)
    if report["accuracy"] < at_least:
        raise typer.Exit(1)
