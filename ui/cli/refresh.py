"""`winback refresh`: labels, indexes, trains and scores, and tells what is new."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.cli.common import Home, Json, opened_shop, print_json, settings_for
from ui.cli.progress import progress_bar, progress_lines

if TYPE_CHECKING:
    from store.shop import Shop
    from tools.churn.refresh import ScoreReport
    from tools.offers.policy import LearnReport
    from tools.refresh import RefreshReport
    from tools.reviews.refresh import LabelReport


def refresh(
    relabel: Annotated[bool, typer.Option("--relabel", help="Label reviews of older model versions anew.")] = False,
    model_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible server, for what is unsure.")] = None,
    escalate: Annotated[
        float, typer.Option(min=0, max=1, help="The share of reviews that the server labels, least sure first.")
    ] = 0.1,
    concurrency: Annotated[int, typer.Option(min=1, max=100, help="Requests to the model at a time.")] = 16,
    lines: Annotated[bool, typer.Option("--progress-lines", help="Print the progress as JSON objects.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Score, label and index what is new."""
    settings = settings_for(home, model_url=model_url)
    with opened_shop(settings) as shop:
        report, taken = run_refresh(
            shop, relabel=relabel, escalate=escalate, concurrency=concurrency, shown=not as_json, lines=lines
        )
    if as_json:
        print_json({**_figures(report), "labeller": taken})
    else:
        show(report)


def run_refresh(
    shop: "Shop",
    *,
    relabel: bool = False,
    escalate: float = 0.1,
    concurrency: int = 16,
    shown: bool = True,
    lines: bool = False,
) -> "tuple[RefreshReport, dict[str, Any]]":
    """The report, and what labelling took."""
    from tools.refresh import refresh_shop
    from ui.cli.labelling import Bar, labelling

    with progress_lines() if lines else progress_bar(shown) as draw:
        bar = Bar(draw)
        with labelling(shop.settings, escalate, concurrency, bar) as by:
            report = refresh_shop(shop, by.labeller, datetime.now(), relabel=relabel, progress=bar.rows)
    return report, by.figures((0, 0))


def show(report: "RefreshReport") -> None:
    if report.labels:
        _show_labels(report.labels)
    if report.index:
        index = report.index
        typer.echo(f"Review index: {index.added:,} added, {index.changed:,} changed, {index.removed:,} removed.")
    if report.scores:
        _show_scores(report.scores)
    if report.policy:
        _show_policy(report.policy)
    for sentence in report.left_out:
        typer.echo(sentence)
    for warning in [*(report.scores.warnings if report.scores else []), *report.alerts]:
        typer.secho(warning, fg="yellow")


def _show_labels(labels: "LabelReport") -> None:
    moods = ", ".join(f"{count:,} {mood}" for mood, count in labels.by_sentiment.most_common())
    typer.echo(f"{labels.labelled:,} reviews labelled{f' ({moods})' if moods else ''}, {labels.kept:,} as they were.")
    if labels.outdated:
        typer.echo(f"{labels.outdated:,} labels are of an older version; `winback refresh --relabel` makes them anew.")
    if labels.contradicting:
        typer.echo(f"{labels.contradicting:,} of them have stars that contradict their words.")


def _show_scores(scores: "ScoreReport") -> None:
    typer.echo(
        f"{scores.customers:,} customers scored: {scores.leaving:,} are more likely than not to buy nothing within "
        f"{scores.horizon_days} days; value at risk {scores.value_at_risk:,.2f}."
    )
    sizes = ", ".join(f"{count:,} {name}" for name, count in scores.segments.items())
    typer.echo(f"Segments: {sizes or 'none'}.")
    for check in scores.checks:
        typer.echo(check)
    if scores.note:
        typer.secho(scores.note, fg="yellow")


def _show_policy(policy: "LearnReport") -> None:
    if policy.known:
        return
    typer.echo(
        f"Policy {policy.version} learned from {policy.decisions:,} decisions; `winback campaign policy show` tells "
        "what it is estimated to gain, and nothing changes before somebody deploys it."
    )


def _figures(report: "RefreshReport") -> dict[str, Any]:
    parts = {"labels": report.labels, "index": report.index, "scores": report.scores, "policy": report.policy}
    filled = {
        "labels": ["review_labels"],
        "index": ["review_index"],
        "scores": ["churn_scores", "segments"],
        "policy": ["policy"],
    }
    done = [table for name, part in parts.items() if part for table in filled[name]]
    figures = {name: vars(part) if part else None for name, part in parts.items()}
    return {"refreshed": done, **figures, "alerts": report.alerts, "left_out": report.left_out}
