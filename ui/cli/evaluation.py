"""`winback eval`: scripted evaluation with an exit code."""

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.common import Home, Json, open_shop, print_json, settings_for
from ui.cli.data import progress_bar

app = typer.Typer(help="Score the assistant on a file of requests.", no_args_is_help=True)


@app.callback()
def suites() -> None:
    """Score the assistant on a file of requests."""


@app.command("run")
def run(
    suite: Annotated[str, typer.Argument(help="The suite: agent.")],
    cases: Annotated[Path, typer.Option(help="A JSONL file of cases.")],
    at_least: Annotated[float, typer.Option(help="Fail when accuracy is below this share.")] = 0.0,
    model_url: Annotated[
        str | None, typer.Option(help="An OpenAI-compatible server instead of the bundled model.")
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Run a suite and print its figures."""
    if suite != "agent":
        raise typer.BadParameter(f"there is no suite {suite!r}; the suites are: agent.", param_hint="SUITE")
    from eval.agent_suite import run_agent_suite

    settings = settings_for(home, model_url=model_url)
    with progress_bar(not as_json) as progress:
        report = run_agent_suite(cases, open_shop(settings), settings, progress=progress)
    if as_json:
        print_json(report)
    else:
        from ui.cli.show_eval import show_suite

        show_suite(report)
    if report["accuracy"] < at_least:
        raise typer.Exit(1)
