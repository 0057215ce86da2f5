"""`winback churn`: how well leaving is foretold."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.common import Json, print_json

if TYPE_CHECKING:
    from store.warehouse import Warehouse

app = typer.Typer(no_args_is_help=True)
_HEADINGS = ("auc", "c_index", "brier", "calibration_error", "rmse", "r", "bias")


@app.callback()
def churn() -> None:
    """Who leaves, checked on the past."""


@app.command("backtest")
def backtest(
    source: Annotated[Path, typer.Argument(help="A file or folder that `winback load` reads, or a shop's folder.")],
    cutoff: Annotated[str, typer.Option(help="The last day to learn from, such as 2011-09-10.")],
    horizon: Annotated[int, typer.Option(min=1, help="Days after it to foretell.")],
    history: Annotated[int | None, typer.Option(min=1, help="Days before it to learn from (default: all).")] = None,
    preset: Annotated[str | None, typer.Option(help="A known layout, as for `winback load`.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="A YAML file from columns to the canonical tables.")] = None,
    as_json: Json = False,
) -> None:
    """Train up to a day of the past and compare what was foretold with what came, beside simpler methods."""
    moment = _end_of_day(cutoff)
    from tools.churn.backtest import backtest as run

    with _opened(source, preset, mapping) as warehouse:
        found = run(warehouse, moment, horizon, history)
    content = found.flat() | {"cutoff": moment.date().isoformat()}
    if as_json:
        print_json(content)
    else:
        _show(content)


def _end_of_day(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text.strip()), time.max)
    except ValueError as problem:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2011-09-10.", param_hint="--cutoff") from problem


@contextmanager
def _opened(source: Path, preset: str | None, mapping: Path | None) -> "Generator[Warehouse]":
    """A shop's folder as it is; anything else loaded into a folder that vanishes."""
    from store.loading import load
    from store.warehouse import Warehouse

    if (source / "warehouse").is_dir():
        if preset or mapping:
            raise typer.BadParameter(f"{source} is a shop already; leave out --preset and --mapping.")
        yield Warehouse.open(source)
        return
    with tempfile.TemporaryDirectory(prefix="winback-backtest-") as folder:
        load(source, Path(folder), preset=preset, mapping=mapping)
        warehouse = Warehouse.open(Path(folder))
        try:
            yield warehouse
        finally:
            warehouse.close()


def _show(content: dict[str, Any]) -> None:
    from rich.console import Console

    from ui.cli.tables import table

    console = Console(highlight=False, soft_wrap=True)
    about = "{customers:,} customers at {cutoff}, {churn_rate:.1%} without an order in the next {horizon_days} days"
    console.print(about.format(**content), markup=False)
    methods = {content["kind"]: content, **content["baselines"]}
    rows = [[name, *(_cell(one[key]) for key in _HEADINGS)] for name, one in methods.items()]
    console.print(table(["method", *_HEADINGS], rows))
    if content["spend_bias"] is not None:
        console.print(f"spend: rmse {content['spend_rmse']:,.2f}, bias {content['spend_bias']:+.1%}", markup=False)
    for note in [content["note"], *content["notes"].values()]:
        if note:
            console.print(note, markup=False)


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"
