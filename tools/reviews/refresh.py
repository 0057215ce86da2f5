"""Labelling what is new among a shop's reviews: the insights are built aside and swapped in whole."""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from store.errors import WinbackError
from store.shop import Shop
from store.warehouse import KeepCurrent, building
from tools.reviews.contradiction import contradicts
from tools.reviews.labelling.untyped import pa
from tools.reviews.labels import Label, Labeller

Progress = Callable[[float, str], None]

BATCH = 8192
_KEY = "md5(concat_ws('|', coalesce(text, ''), rating))"  # what a label rests on
_CARRIED = ("churn_scores", "segments")


@dataclass
class LabelReport:
    """Reviews labelled now, by sentiment, and those whose label still holds; `outdated` of these are of a version that
    the labeller does not give any more, and `contradicting` of those labelled now have stars that contradict them."""

    labelled: int = 0
    kept: int = 0
    outdated: int = 0
    contradicting: int = 0
    by_sentiment: Counter[str] = field(default_factory=Counter[str])


def refresh_labels(
    shop: Shop, labeller: Labeller, *, relabel: bool = False, progress: Progress | None = None
) -> LabelReport:
    """Labels the reviews that have no label, or whose text or stars have changed; with `relabel`, also those labelled
    by a version that this labeller does not give. Labels of reviews that are gone are dropped.

    Raises WinbackError where the shop has no reviews, its warehouse is not its own files, or another process writes.
    """
    facts = shop.warehouse.facts_file
    if facts is None:
        raise WinbackError(
            "Labelling needs the shop's own files; unset WINBACK_WAREHOUSE, or fill review_labels on that engine."
        )
    if not shop.warehouse.has("reviews"):
        raise WinbackError("This shop has no reviews; load some with `winback load SOURCE` first.")
    before = shop.warehouse.insights_file
    with building(shop.home, "insights") as insights, _attached(insights, facts, before):
        report = _carry_over(insights, before is not None, versions_of(labeller), relabel)
        todo = _count(insights, "facts.reviews ANTI JOIN review_labels USING (review_id)")
        dropped = before is not None and _count(insights, "before.review_labels") > report.kept
        if not todo and not dropped:
            raise KeepCurrent
        _label_rest(insights, labeller, report, todo, progress or (lambda _fraction, _message: None))
    return report


def versions_of(labeller: Labeller) -> Sequence[str]:
    """The versions that labels of this labeller can bear: one, or several where it asks others."""
    return getattr(labeller, "versions", (labeller.version,))


@contextmanager
def _attached(insights: duckdb.DuckDBPyConnection, facts: Path, before: Path | None) -> Generator[None]:
    for alias, path in (("facts", facts), ("before", before)):
        if path is not None:
            quoted = str(path).replace("'", "''")
            insights.execute(f"ATTACH '{quoted}' AS {alias} (READ_ONLY)")
    yield
    for alias, path in (("facts", facts), ("before", before)):
        if path is not None:
            insights.execute(f"DETACH {alias}")


def _carry_over(
    insights: duckdb.DuckDBPyConnection, has_before: bool, versions: Sequence[str], relabel: bool
) -> LabelReport:
    """Other insights as they are, and every label that still fits its review."""
    if not has_before:
        return LabelReport()
    for table in _CARRIED:
        insights.execute(f"INSERT INTO {table} BY NAME FROM before.{table}")
    insights.execute(
        "INSERT INTO review_labels BY NAME SELECT labels.* FROM before.review_labels AS labels "
        "JOIN facts.reviews USING (review_id) "
        f"WHERE labels.text_key = {_KEY} AND (NOT $relabel OR model_version IN $versions)",
        {"relabel": relabel, "versions": list(versions)},
    )
    [(kept, outdated)] = insights.execute(
        "SELECT count(*), count(*) FILTER (model_version NOT IN $versions) FROM review_labels",
        {"versions": list(versions)},
    ).fetchall()
    return LabelReport(kept=kept, outdated=outdated)


def _label_rest(
    insights: duckdb.DuckDBPyConnection, labeller: Labeller, report: LabelReport, todo: int, progress: Progress
) -> None:
    reading: Any = insights.cursor().sql(
        f"SELECT review_id, text, rating, {_KEY} AS text_key "
        "FROM facts.reviews ANTI JOIN review_labels USING (review_id)"
    )
    batches: Iterable[Any] = reading.to_arrow_reader(BATCH)
    for batch in batches:
        rows: dict[str, list[Any]] = batch.to_pydict()
        table = _labelled(rows, labeller.label(rows["text"]), report)
        insights.register("labelled", table)
        insights.execute("INSERT INTO review_labels BY NAME FROM labelled").fetchall()
        insights.unregister("labelled")
        progress(report.labelled / max(todo, 1), f"{report.labelled:,} of {todo:,} reviews labelled")


def _labelled(rows: dict[str, list[Any]], labels: list[Label], report: LabelReport) -> Any:
    flags = [contradicts(rating, one) for rating, one in zip(rows["rating"], labels, strict=True)]
    report.labelled += len(labels)
    report.contradicting += sum(flags)
    report.by_sentiment.update(one.sentiment for one in labels)
    return pa.table(
        {
            "review_id": rows["review_id"],
            "sentiment": [one.sentiment for one in labels],
            "score": [one.score for one in labels],
            "aspects": [json.dumps(one.aspects) for one in labels],
            "model_version": [one.version for one in labels],
            "contradicts_rating": flags,
            "text_key": rows["text_key"],
        }
    )


def _count(insights: duckdb.DuckDBPyConnection, source: str) -> int:
    return int(insights.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0])
