"""`winback refresh`: labels and indexes what is new, and tells of surges of complaints."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.common import Home, Json, opened_shop, print_json, settings_for
from ui.cli.progress import progress_bar

if TYPE_CHECKING:
    from store.shop import Shop
    from tools.refresh import RefreshReport

NOTHING = "There is nothing to refresh: this shop has no reviews, and questions read the facts."


def refresh(
    relabel: Annotated[bool, typer.Option("--relabel", help="Label reviews of older model versions anew.")] = False,
    model_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible server, for what is unsure.")] = None,
    escalate: Annotated[
        float, typer.Option(min=0, max=1, help="The share of reviews that the server labels, least sure first.")
    ] = 0.1,
    concurrency: Annotated[int, typer.Option(min=1, max=100, help="Requests to the model at a time.")] = 16,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Score, label and index what is new."""
    settings = settings_for(home, model_url=model_url)
    with opened_shop(settings) as shop:
        if not shop.warehouse.has("reviews"):
            _tell_nothing(as_json)
            return
        report, taken = run_refresh(
            shop, relabel=relabel, escalate=escalate, concurrency=concurrency, shown=not as_json
        )
    if as_json:
        print_json({"refreshed": ["review_labels", "review_index"], **_figures(report), "labeller": taken})
    else:
        show(report)


def run_refresh(
    shop: "Shop", *, relabel: bool = False, escalate: float = 0.1, concurrency: int = 16, shown: bool = True
) -> "tuple[RefreshReport, dict[str, Any]]":
    """The report, and what labelling took."""
    from tools.refresh import refresh_shop
    from ui.cli.labelling import Bar, labelling

    with progress_bar(shown) as draw:
        bar = Bar(draw)
        with labelling(shop.settings, escalate, concurrency, bar) as by:
            report = refresh_shop(shop, by.labeller, relabel=relabel, progress=bar.rows)
    return report, by.figures((0, 0))


def show(report: "RefreshReport") -> None:
    labels, index = report.labels, report.index
    moods = ", ".join(f"{count:,} {mood}" for mood, count in labels.by_sentiment.most_common())
    typer.echo(f"{labels.labelled:,} reviews labelled{f' ({moods})' if moods else ''}, {labels.kept:,} as they were.")
    if labels.outdated:
        typer.echo(f"{labels.outdated:,} labels are of an older version; `winback refresh --relabel` makes them anew.")
    if labels.contradicting:
        typer.echo(f"{labels.contradicting:,} of them have stars that contradict their words.")
    typer.echo(f"Review index: {index.added:,} added, {index.changed:,} changed, {index.removed:,} removed.")
    for alert in report.alerts:
        typer.secho(alert, fg="yellow")


def _tell_nothing(as_json: bool) -> None:
    if as_json:
        print_json({"refreshed": [], "message": NOTHING})
    else:
        typer.echo(NOTHING)


def _figures(report: "RefreshReport") -> dict[str, Any]:
    return {"labels": vars(report.labels), "index": vars(report.index), "alerts": report.alerts}
