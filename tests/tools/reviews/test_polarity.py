"""The bundled polarity model: what callers rely on, plain cases in both languages, and the bars it is held to."""

import os
from pathlib import Path

import numpy as np
import pytest

from tools.reviews.polarity import Polarity, decide
from tools.reviews.polarity.ngrams import ngrams
from tools.reviews.polarity.splits import split_of
from tools.reviews.polarity.text import MOST, clean

DATA = Path(os.environ.get("WINBACK_SHARED", Path(__file__).parents[4] / "shared")) / "data"
ODD = [
    None, "", " ", "\n\t", "x", "好", "!", "😀", "😡😡😡", "\ud800", "ok \udfff bad", "\x00\x01", "\u200b\u200d",
    "a" * 50_000, "好评" * 25_000, "no good " * 6_000, "<p>Great &amp; <b>cheap</b></p>", "&#128512;", "<script>",
    "12345", "质量 very good 但是 delivery 太慢", "ＦＵＬＬ　ＷＩＤＴＨ",
    "مرحبا", "привет", "\U0010ffff", "é" * 300, "1\n2\n3",
]  # fmt: skip
POSITIVE = [
    "love it", "works perfectly, very happy with it", "Great quality and fast delivery!", "not bad at all, I like it",
    "很好用，很喜欢", "质量不错，物流很快", "性价比很高，推荐购买", "房间干净，服务热情", "味道很好，送餐快",
]  # fmt: skip
NEGATIVE = [
    "not good", "delivery took three weeks", "it broke after two days", "do not buy this", "waste of money",
    "The strings snapped on the first day.", "不好用", "但是物流太慢了", "质量太差了，再也不买了", "房间很脏，隔音差",
    "送来的时候都凉了", "客服态度很差",
]  # fmt: skip
NEUTRAL = ["I bought this on Monday.", "It is a gift for my brother.", "商品已收到", "昨天下单，今天到", "给妈妈买的"]


@pytest.fixture(scope="module")
def model() -> Polarity:
    return Polarity.bundled()


def labels(model: Polarity, texts: list[str]) -> list[str]:
    return decide(model.probabilities(texts))[0]


def test_every_row_is_a_distribution(model: Polarity) -> None:
    found = model.probabilities(ODD + POSITIVE + NEGATIVE)
    assert found.shape == (len(ODD + POSITIVE + NEGATIVE), 3)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


def test_no_texts_give_no_rows(model: Polarity) -> None:
    found = model.probabilities([])
    assert found.shape == (0, 3)
    assert decide(found)[0] == []


def test_a_text_scores_the_same_alone_in_a_crowd_and_again(model: Polarity) -> None:
    texts = (ODD + POSITIVE + NEGATIVE + NEUTRAL) * 3
    together = model.probabilities(texts)
    alone = np.concatenate([model.probabilities([text]) for text in texts[:45]])
    np.testing.assert_allclose(together[:45], alone, atol=1e-4)
    np.testing.assert_array_equal(together, model.probabilities(texts))


def test_the_score_is_the_probability_of_the_label(model: Polarity) -> None:
    found = model.probabilities(POSITIVE + NEGATIVE)
    names, scores = decide(found)
    columns = {"negative": 0, "neutral": 1, "positive": 2}
    assert [found[i, columns[name]] for i, name in enumerate(names)] == scores.tolist()


@pytest.mark.parametrize("text", POSITIVE)
def test_praise(model: Polarity, text: str) -> None:
    assert labels(model, [text]) == ["positive"]


@pytest.mark.parametrize("text", NEGATIVE)
def test_complaints(model: Polarity, text: str) -> None:
    assert labels(model, [text]) == ["negative"]


@pytest.mark.parametrize("text", NEUTRAL)
def test_facts_without_opinion(model: Polarity, text: str) -> None:
    assert labels(model, [text]) == ["neutral"]


@pytest.mark.parametrize("text", [None, "", "   ", "\u200b", "\ud800"])
def test_nothing_is_neutral_and_unsure(model: Polarity, text: str | None) -> None:
    found = model.probabilities([text])
    assert decide(found)[0] == ["neutral"]
    assert found.max() < 0.9


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("good", "not good"),
        ("好用", "不好用"),
        ("好吃", "不好吃"),
        ("I would recommend it", "I would not recommend it"),
    ],
)
def test_negation_lowers_the_score(model: Polarity, good: str, bad: str) -> None:
    found = model.probabilities([good, bad])
    assert found[0, 2] - found[1, 2] > 0.25


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("质量很好", "質量很好"),
        ("great product", "GREAT  PRODUCT"),
        ("great", "<b>great</b>"),
        ("good & cheap", "good &amp; cheap"),
    ],
)
def test_spellings_that_do_not_matter(one: str, same: str) -> None:
    assert clean(one) == clean(same)


def test_cleaning_keeps_both_ends_of_a_long_text() -> None:
    cleaned = clean("begin " + "ab " * 5_000 + " end")
    assert len(cleaned) <= MOST
    assert cleaned.startswith("begin")
    assert cleaned.endswith("end")


def test_ngrams_do_not_depend_on_the_neighbours() -> None:
    texts = ["good", "", "不好用", "a b", "x"]
    hashes, counts = ngrams(texts)
    parts = [ngrams([text])[0] for text in texts]
    assert counts.tolist() == [len(part) for part in parts]
    np.testing.assert_array_equal(hashes, np.concatenate(parts))


def test_a_split_follows_the_words_and_nothing_else() -> None:
    assert split_of("Great  product!!") == split_of("great product") == split_of("GREAT-PRODUCT")
    shares = [split_of(f"review number {i}") for i in range(4000)]
    assert shares.count("test") / 4000 == pytest.approx(0.15, abs=0.02)
    assert shares.count("dev") / 4000 == pytest.approx(0.10, abs=0.02)


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data is absent")
def test_bars_on_reviews_kept_apart(model: Polarity) -> None:
    pd = pytest.importorskip("pandas")
    chinese = pd.read_parquet(DATA / "online_shopping_10_cats.parquet").iloc[:16_000]
    chinese = chinese[[split_of(text) == "test" for text in chinese["review"]]]
    found = model.probabilities(chinese["review"].tolist())
    right = (np.array(decide(found)[0]) == "positive") == (chinese["label"].to_numpy() == 1)
    assert right.mean() >= 0.93
    english = pd.read_parquet(DATA / "womens_clothing_reviews.parquet").dropna(subset=["Review Text"])
    english = english[english["Rating"] != 3].iloc[:12_000]
    english = english[[split_of(text) == "test" for text in english["Review Text"]]]
    found, praised = model.probabilities(english["Review Text"].tolist()), english["Rating"].to_numpy() > 3
    hits = (
        found[:, 2] * (~praised).mean() > found[:, 0] * praised.mean()
    ) == praised  # the classes' frequencies divided out
    assert (hits[praised].mean() + hits[~praised].mean()) / 2 >= 0.9
