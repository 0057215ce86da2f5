"""`winback demo`, `winback load`, `winback refresh`: what fills a shop."""

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.common import Home, Json, Role, open_shop, print_json, settings_for

QUESTIONS = (
    "What was our revenue by country last quarter?",
    "Tell me about customer c000042",
    "上个月哪个品类的退款率最高？",
)


@contextmanager
def progress_bar(wanted: bool) -> Generator[Callable[[float, str], None]]:
    """A function of (fraction, message) that draws a bar on a terminal and nothing elsewhere."""
    if not (wanted and sys.stderr.isatty()):
        yield lambda fraction, message: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda fraction, message: bar.update(task, completed=fraction, description=message)


def load(
    source: Annotated[Path, typer.Argument(help="A CSV, Parquet or Excel file, or a folder of them.")],
    preset: Annotated[str | None, typer.Option(help="A known layout: canonical, uci-online-retail, olist.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A YAML file from columns to the canonical tables.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the mapping and ten rows; load nothing.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Load a shop's data; every row read is loaded or rejected with its reason."""
    from store.loading import load as load_source

    settings = settings_for(home)
    with progress_bar(not as_json) as progress:
        report = load_source(source, settings.home, preset=preset, mapping=mapping, dry_run=dry_run, progress=progress)
    if as_json:
        print_json(asdict(report))
        return
    from ui.cli.show_load import show_report

    show_report(report)


def refresh(home: Home = None, as_json: Json = False) -> None:
    """Score, label and index what is new."""
    shop = open_shop(settings_for(home))
    sentence = "There is nothing to refresh yet: this version computes no insights; loaded data is asked directly."
    shop.close()
    if as_json:
        print_json({"refreshed": [], "message": sentence})
    else:
        typer.echo(sentence)


def demo(
    customers: Annotated[int, typer.Option(min=1, help="How many customers the demo shop has.")] = 5000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same shop.")] = 7,
    home: Home = None,
    role: Role = "marketer",
) -> None:
    """Make the demo shop, ask it three questions, and leave a prompt on a terminal."""
    from ui.cli.ask import interactive, start

    settings = settings_for(home)
    if not (settings.home / "warehouse" / "facts.json").exists():
        from store.demo import make_demo

        with progress_bar(True) as progress:
            make_demo(settings.home, customers=customers, seed=seed, progress=progress)
        typer.echo(f"The demo shop is in {settings.home}.")
    for question in QUESTIONS:
        typer.echo()
        start(settings, role).answer(question, echo=True)
    if sys.stdin.isatty() and sys.stdout.isatty():
        interactive(start(settings, role))
