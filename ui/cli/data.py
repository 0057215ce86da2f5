"""`winback load`: what fills a shop."""

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.common import Home, Json, print_json, settings_for
from ui.cli.progress import progress_bar


def load(
    source: Annotated[Path, typer.Argument(help="A CSV, Parquet or Excel file, or a folder of them.")],
    preset: Annotated[str | None, typer.Option(help="A known layout: canonical, uci-online-retail, olist.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A YAML file from columns to the canonical tables.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the mapping and ten rows; load nothing.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Load a shop's data; every row read is loaded or rejected with its reason."""
    settings = settings_for(home)
    from store.loading import load as load_source

    with progress_bar(not as_json) as progress:
        report = load_source(source, settings.home, preset=preset, mapping=mapping, dry_run=dry_run, progress=progress)
    if as_json:
        print_json(vars(report))
        return
    from ui.cli.show_load import show_report

    show_report(report)
