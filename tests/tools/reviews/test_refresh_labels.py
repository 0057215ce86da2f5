"""Labelling what is new among a shop's reviews."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from store.errors import WinbackError
from store.warehouse import building
from tests.tools.reviews.conftest import REVIEWS, context_on, fill
from tools.reviews.labels import Label
from tools.reviews.refresh import refresh_labels


class Loud:
    """Calls what shouts positive, all else negative; remembers what it was asked, and fails when told to."""

    def __init__(self, version: str = "loud:1", fails_at: str | None = None) -> None:
        self.version = version
        self.fails_at = fails_at
        self.asked: list[str | None] = []

    def label(self, texts: Sequence[str | None]) -> list[Label]:
        self.asked += texts
        if self.fails_at is not None and self.fails_at in texts:
            raise WinbackError("The server went away.")
        return [self._one("!" in (text or "")) for text in texts]

    def _one(self, loud: bool) -> Label:
        if loud:
            return Label("positive", 0.95, (0.02, 0.03, 0.95), {"quality": "positive"}, self.version)
        return Label("negative", 0.95, (0.95, 0.03, 0.02), {}, self.version)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    fill(tmp_path, labels=False)
    return tmp_path


def labels(home: Path) -> dict[str, dict[str, Any]]:
    context = context_on(home)
    rows = context.shop.warehouse.table("review_labels").to_pyarrow().to_pylist()
    context.shop.warehouse.close()
    return {row["review_id"]: row for row in rows}


def rewrite(home: Path, rows: list[tuple[Any, ...]]) -> None:
    """Other facts: the same shop with these reviews."""
    with building(home, "facts", name="Small", currency="GBP", timezone="Europe/London") as facts:
        facts.execute("INSERT INTO orders VALUES ('o1', 'c1', '2026-06-30 12:00', 'web', 'completed', 5, NULL)")
        for row in rows:
            facts.execute("INSERT INTO reviews VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def test_every_review_is_labelled_once(home: Path) -> None:
    shop, labeller = context_on(home).shop, Loud()
    first = refresh_labels(shop, labeller)
    again = refresh_labels(shop, labeller)
    assert (first.labelled, first.kept) == (len(REVIEWS), 0)
    assert (again.labelled, again.kept) == (0, len(REVIEWS))
    assert len(labeller.asked) == len(REVIEWS)
    assert first.by_sentiment == {"negative": len(REVIEWS)}
    assert first.contradicting == sum((row[3] or 0) >= 4 for row in REVIEWS)
    assert labels(home)["r1"]["contradicts_rating"] is True


def test_only_new_and_changed_reviews_are_asked_about(home: Path) -> None:
    refresh_labels(context_on(home).shop, Loud())
    rows = [row[:7] for row in REVIEWS]
    changed = [
        *rows[1:-1],
        (*rows[-1][:4], "Wonderful!", *rows[-1][5:]),
        ("r9", "c1", "p1", 4, None, "en", "2026-06-07"),
    ]
    rewrite(home, changed)
    labeller = Loud()
    report = refresh_labels(context_on(home).shop, labeller)
    assert labeller.asked == ["Wonderful!", None]
    assert (report.labelled, report.kept) == (2, len(REVIEWS) - 2)
    found = labels(home)
    assert "r1" not in found
    assert found["r8"]["sentiment"] == "positive"
    assert json.loads(found["r8"]["aspects"]) == {"quality": "positive"}


def test_other_stars_are_looked_at_anew(home: Path) -> None:
    refresh_labels(context_on(home).shop, Loud())
    rewrite(home, [(*row[:3], 1, *row[4:7]) for row in REVIEWS])
    refresh_labels(context_on(home).shop, Loud())
    assert not any(row["contradicts_rating"] for row in labels(home).values())


def test_another_version_changes_nothing_unless_told_to(home: Path) -> None:
    refresh_labels(context_on(home).shop, Loud())
    newer = Loud("loud:2")
    kept = refresh_labels(context_on(home).shop, newer)
    assert (kept.labelled, kept.outdated, newer.asked) == (0, len(REVIEWS), [])
    anew = refresh_labels(context_on(home).shop, newer, relabel=True)
    assert (anew.labelled, anew.outdated) == (len(REVIEWS), 0)
    assert {row["model_version"] for row in labels(home).values()} == {"loud:2"}


def test_a_failure_leaves_the_labels_as_they_were(home: Path) -> None:
    refresh_labels(context_on(home).shop, Loud())
    with pytest.raises(WinbackError, match="went away"):
        refresh_labels(context_on(home).shop, Loud("loud:2", fails_at=REVIEWS[3][4]), relabel=True)
    assert {row["model_version"] for row in labels(home).values()} == {"loud:1"}


def test_other_insights_are_carried_over(home: Path) -> None:
    with building(home, "insights") as insights:
        insights.execute("INSERT INTO segments VALUES ('c1', 'loyal', ?)", [datetime(2026, 6, 30)])
    shop = context_on(home).shop
    refresh_labels(shop, Loud())
    assert shop.warehouse.table("segments").to_pyarrow().num_rows == 1


def test_a_shop_without_reviews_says_so(home: Path) -> None:
    rewrite(home, [])
    with pytest.raises(WinbackError, match="has no reviews"):
        refresh_labels(context_on(home).shop, Loud())
