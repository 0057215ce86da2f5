"""The cascade's curve, the flag's two shares, and the labelling benchmark, on small made data."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eval.bench import labelling as bench
from eval.bench import review_texts
from eval.reviews import cascade, contradiction
from eval.reviews.kept_apart import NEGATIVE, NEUTRAL, POSITIVE, Reviews, kept_apart
from tools.reviews.labels import SENTIMENTS, Label
from tools.reviews.polarity.splits import split_of


def label(spread: tuple[float, float, float]) -> Label:
    best = int(np.argmax(spread))
    return Label(SENTIMENTS[best], spread[best], spread, {}, "embedded:x")


TRUTH = [POSITIVE, NEGATIVE, POSITIVE, NEUTRAL, NEGATIVE, POSITIVE, NEGATIVE, POSITIVE, NEGATIVE, POSITIVE]
SURE, LIKELY, WRONG = (0.02, 0.03, 0.95), (0.2, 0.1, 0.7), (0.45, 0.1, 0.45 - 1e-6)
LABELS = [
    label(one) for one in (SURE, SURE[::-1], LIKELY, LIKELY, WRONG[::-1], WRONG, SURE[::-1], SURE, SURE[::-1], SURE)
]
REVIEWS = Reviews("made", [f"text {at}" for at in range(10)], np.array(TRUTH), np.array([3.0] * 10))


class Half:
    """Right about one text, silent on the others."""

    version = "model:half"

    def answers(self, texts: Sequence[str | None]) -> Iterator[tuple[int, Label | None]]:
        for at, text in enumerate(texts):
            yield at, label((0.9, 0.05, 0.05)) if text == "text 4" else None


def test_a_perfect_second_labeller_mends_what_goes_on() -> None:
    rows = {row["share"]: row for row in cascade.curve(REVIEWS, LABELS, list(range(10)), False, None, 0)}
    assert (rows[0.0]["perfect"], rows[0.0]["embedded_right"]) == (0.7, None)
    assert (rows[0.2]["perfect"], rows[0.2]["embedded_right"]) == (0.9, 0.0)
    assert rows[0.3]["perfect"] == 0.9
    assert rows[1.0]["perfect"] == 1.0
    assert rows[0.2]["cascade"] is None


def test_a_real_second_labeller_is_scored_on_what_it_was_asked() -> None:
    rows = {row["share"]: row for row in cascade.curve(REVIEWS, LABELS, list(range(10)), False, Half(), 3)}
    assert (rows[0.2]["cascade"], rows[0.2]["second_right"]) == (0.8, 0.5)
    assert rows[0.5]["cascade"] is None


def test_of_two_classes_neutral_is_no_answer() -> None:
    texts = np.array([NEGATIVE, POSITIVE])
    assert cascade.correct([label((0.3, 0.6, 0.1)), label((0.3, 0.6, 0.1))], texts, True).tolist() == [True, False]


def test_flags_are_counted_as_they_are_and_turned_round() -> None:
    stars = np.array([5.0, 5.0, 1.0, 3.0])
    truth = np.array([POSITIVE, POSITIVE, NEGATIVE, NEUTRAL])
    labels = [label(SURE), label(SURE[::-1]), label(SURE[::-1]), label(SURE)]
    row = next(
        row for row in contradiction.shares(Reviews("made", [""] * 4, truth, stars), labels) if row["threshold"] == 0.9
    )
    assert (row["reviews"], row["flagged"], row["found"]) == (3, 0.3333, 0.6667)


def test_only_texts_of_the_split_are_read(tmp_path: Path) -> None:
    texts = [f"review number {at}" for at in range(200)]
    pd.DataFrame({"review": texts, "label": [1, 0] * 100}).to_parquet(tmp_path / "online_shopping_10_cats.parquet")
    (found,) = kept_apart(tmp_path)
    assert found.texts == [text for text in texts if split_of(text) == "test"]
    assert 10 < len(found.texts) < 60
    assert set(found.truth.tolist()) == {NEGATIVE, POSITIVE}
    assert kept_apart(tmp_path / "none") == []


def test_the_benchmark_labels_a_file_in_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(review_texts, "SHARED", Path("/none"))
    report = bench.run(40, None)
    assert report["source"] == "made texts"
    assert report["winback"]["rows"] == 40
    assert report["winback"]["rows_per_s"] > 0
    assert 50 < report["winback"]["peak_mb"] < 1500
    assert report["encoder"] is None
    bench.show(report)
    assert "left out: no interpreter with torch was given" in capsys.readouterr().out
    assert json.loads(json.dumps(report)) == report


def test_an_interpreter_without_torch_is_said(tmp_path: Path) -> None:
    found, reason = bench.encode(tmp_path / "x.csv", 1, "/bin/false")
    assert found is None
    assert reason


def test_no_two_reviews_are_alike() -> None:
    texts = review_texts.texts()
    first = [next(texts) for _ in range(5000)]
    assert len(set(first)) == 5000
