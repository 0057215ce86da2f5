"""`winback reviews`: label a file of reviews."""

import time
from pathlib import Path
from typing import Annotated

import typer

from store.errors import WinbackError
from ui.cli.common import Home, Json, print_json, settings_for
from ui.cli.progress import progress_bar

app = typer.Typer(no_args_is_help=True)
ESCALATED = 0.1
Share = Annotated[
    float | None, typer.Option(min=0, max=1, help=f"The share that the model labels, least sure first [{ESCALATED}].")
]


@app.callback()
def reviews() -> None:
    """Label reviews: how customers feel, and what about."""


@app.command("label")
def label(
    file: Annotated[Path, typer.Argument(help="A CSV, TSV, Excel or Parquet file.")],
    text: Annotated[str, typer.Option(help="The column that holds the reviews.")],
    out: Annotated[Path, typer.Option(help="Where the labelled rows go: .csv, .tsv, .txt or .parquet.")],
    rating: Annotated[str | None, typer.Option(help="The column of stars: flags texts that contradict them.")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace --out if it holds anything.")] = False,
    model_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible server, for what is unsure.")] = None,
    escalate: Share = None,
    concurrency: Annotated[int, typer.Option(min=1, max=100, help="Requests to the model at a time.")] = 16,
    price: Annotated[tuple[float, float], typer.Option(help="Price of a million tokens in and out.")] = (0, 0),
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Add sentiment, score and aspects to every row; all columns and the order of the rows stay.

    What a model server has answered is kept: after an interruption, the same command goes on from there.
    """
    settings = settings_for(home, model_url=model_url)
    if escalate and not settings.model_url:
        raise typer.BadParameter("no language model is configured; give --model-url.", param_hint="--escalate")
    _check_out(out, overwrite)
    from tools.reviews.labelling.label_file import label_file
    from ui.cli.labelling import Bar, labelling

    started = time.perf_counter()
    share = ESCALATED if escalate is None else escalate
    with progress_bar(not as_json) as draw:
        bar = Bar(draw)
        with labelling(settings, share, concurrency, bar) as by:
            report = label_file(file, out, text, by.labeller, rating=rating, progress=bar.rows)
    seconds = time.perf_counter() - started
    rate = {"labelled": report.rows, "seconds": round(seconds, 2), "rows_per_s": round(report.rows / seconds)}
    figures = {"out": str(out), **vars(report), **by.figures(price), **rate}
    if as_json:
        print_json(figures)
    else:
        from ui.cli.show_reviews import show_labelled

        show_labelled(figures)


def _check_out(out: Path, overwrite: bool) -> None:
    from tools.reviews.labelling.table_out import SUFFIXES

    if out.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"give a name that ends in {', '.join(SUFFIXES)}.", param_hint="--out")
    if out.is_dir() or not out.parent.is_dir():
        raise WinbackError(f"{out} cannot be written; give --out a file name in a folder that exists.")
    if not overwrite and out.exists() and out.stat().st_size:
        raise WinbackError(f"{out} exists already; add --overwrite to replace it, or give another --out.")
