"""The judged queries and the arithmetic on them; the real reviews where they are."""

import math
from collections import Counter
from pathlib import Path
from statistics import fmean

import pytest

from eval.reviews.search import JUDGED, SOURCES, corpus, figures_of, measure, read_queries, review_key
from store.review_index import MODES, ReviewIndex, ReviewRow
from store.settings import Settings

DATA = Path(__file__).parents[3] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the shared review data is not here")


def test_there_are_enough_judged_queries_of_each_language_and_half():
    queries = read_queries()
    counts = Counter((one.language, one.half) for one in queries)
    assert all(counts[language, half] >= 30 for language in SOURCES for half in ("dev", "test"))
    assert len(queries) >= 120
    assert len({one.id for one in queries}) == len({one.query for one in queries}) == len(queries)
    for one in queries:
        assert set(one.grades.values()) <= {0, 1, 2}
        assert max(one.grades.values()) > 0
        assert len(one.grades) >= 12


def test_no_review_is_kept_with_the_grades():
    text = JUDGED.read_text("utf-8")
    assert max(len(one.query) for one in read_queries()) < 60
    assert all(len(key) == 16 and int(key, 16) >= 0 for one in read_queries() for key in one.grades)
    assert len(text) < 400_000


def test_figures_by_hand():
    figures = figures_of(["b", "x", "a"], {"a": 2, "b": 1, "c": 2, "d": 0})
    best = 3 + 3 / math.log2(3) + 1 / math.log2(4)
    assert figures["ndcg"] == pytest.approx((1 + 3 / math.log2(4)) / best)
    assert figures["recall"] == pytest.approx(2 / 3)
    assert figures["mrr"] == 1
    assert figures["unjudged"] == pytest.approx(1 / 3)
    assert figures_of(["x"], {"a": 1})["mrr"] == figures_of([], {"a": 1})["ndcg"] == 0


@needs_data
def test_every_judged_review_is_in_the_corpus():
    for language in SOURCES:
        texts = corpus(DATA, language)
        judged = {key for one in read_queries() if one.language == language for key in one.grades}
        assert len(texts) == 8500
        assert judged <= texts.keys()
        assert all(review_key(texts[key]) == key for key in judged)


@needs_data
def test_the_measure_on_the_judged_reviews_alone(tmp_path):
    """A small index, for speed: only what was judged for a few queries of each language."""
    queries = [
        one for one in read_queries() if one.id in ("en-02", "en-31", "en-06", "zh-08", "zh-25", "zh-03", "zh-20")
    ]
    texts = {language: corpus(DATA, language) for language in SOURCES}
    rows = {
        key: ReviewRow(key, texts[one.language][key], language=one.language) for one in queries for key in one.grades
    }
    index = ReviewIndex.open(tmp_path, Settings(home=tmp_path, embedder_url=None))
    index.sync([list(rows.values())])
    report = measure(index, [*queries])
    for language in SOURCES:
        halves = report[language].values()
        least = {"fused": 0.6, "lexical": 0.6, "vector": 0.5}
        assert all(fmean(half[mode]["ndcg"] for half in halves) > least[mode] for mode in MODES)
        assert all(half[mode]["unjudged"] < 0.6 for half in halves for mode in MODES)
