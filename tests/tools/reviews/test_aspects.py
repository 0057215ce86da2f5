"""Aspects: what a text speaks of and how, in both languages; any text at all; and the figures of the evaluation."""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.reviews.aspects import JUDGED, Case, judged_cases, score
from tools.reviews.aspects import clauses_about, find_aspects
from tools.reviews.aspects.lexicon import FILE, spellings, terms_of
from tools.reviews.aspects.text import MOST, folded, shown
from tools.reviews.labels import ASPECTS, SENTIMENTS

DATA = Path(__file__).parents[4] / "shared" / "data"
NAMES = {"q": "quality", "d": "delivery", "p": "price", "s": "service", "k": "packaging", "f": "fit", "g": "design"}
SIGNS = {"+": "positive", "-": "negative", "0": "neutral"}


class Fixed:
    """Gives every text the same probabilities and remembers what it was asked."""

    def __init__(self, *row: float) -> None:
        self.row = row or (1 / 3, 1 / 3, 1 / 3)
        self.calls: list[list[str]] = []

    def probabilities(self, texts):
        self.calls.append(list(texts))
        return np.tile(np.float32(self.row), (len(texts), 1))


def read(marks: str) -> dict[str, str]:
    return {NAMES[mark[0]]: SIGNS[mark[1]] for mark in marks.split()}


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Lovely fabric but it took three weeks and the box was crushed", "q+ d- k-"),
        ("Great quality and fast shipping", "q+ d+"),
        ("Runs small, order a size up, but the colour is gorgeous", "f- g+"),
        ("Not worth the money. Customer service never replied to my emails", "p- s-"),
        ("The room was spotless and the staff friendly, although a bit pricey", "q+ s+ p-"),
        ("Pizza arrived an hour late, the driver was rude", "d- s-"),
        ("Soup had spilled all over the bag", "k-"),
        ("The ukulele stays in tune, what a bargain", "q+ p+"),
        ("Gripping plot but the binding came apart", "q0"),
        ("The serum gave me a rash; the pump leaked", "q- k-"),
        ("Shoes fit true to size.Shipping was quick!", "f+ d+"),
        ("quality is good delivery was slow", "q+ d-"),
        ("fabric and colour are great", "q+ g+"),
        ("质量很好物流很快就是有点贵", "q+ d+ p-"),
        ("衣服偏大一码，面料舒服，没有色差", "f- q+ g+"),
        ("酒店房间干净，前台态度冷淡，价格偏贵", "q+ s- p-"),
        ("外卖送晚了一个小时，汤洒了，骑手还不接电话", "d- k- s-"),
        ("性價比高，做工精細，包裝完好", "p+ q+ k+"),
        ("手机续航不行 外观漂亮 客服不理人", "q- g+ s-"),
        ("Quality 很好 but 物流太慢", "q+ d-"),
    ],
)
def test_aspects_and_how_they_are_spoken_of(text, marks):
    found = find_aspects([text], Fixed())[0]
    wanted = read(marks)
    assert {aspect: found.get(aspect) for aspect in wanted} == wanted
    assert len(found) <= len(wanted) + 1


@pytest.mark.parametrize(
    ("said", "denied", "aspect"),
    [
        ("It was late", "It was not late", "delivery"),
        ("这个包裹有破损", "这个包裹没有破损", "packaging"),
        ("It is overpriced", "It isn't overpriced", "price"),
        ("衣服掉色", "衣服不掉色", "quality"),
    ],
)
def test_a_denied_complaint_is_praise(said, denied, aspect):
    first, second = find_aspects([said, denied], Fixed())
    assert (first[aspect], second[aspect]) == ("negative", "positive")


def test_a_verb_counts_as_a_complaint_only_where_it_is_denied():
    first, second = find_aspects(["I wear it to work", "It doesn't work"], Fixed())
    assert "quality" not in first
    assert second["quality"] == "negative"


@pytest.mark.parametrize(
    "text", ["My fitness coach boxed and the pricelessness of it", "一个月前的评价而已", "👍👍👍", "?!"]
)
def test_nothing_is_found_where_nothing_is_said(text):
    assert find_aspects([text], Fixed()) == [{}]


def test_size_is_fit_only_of_what_is_worn():
    apples, trousers = find_aspects(["苹果太小了", "裤子太小了"], Fixed())
    assert "fit" not in apples
    assert trousers == {"fit": "negative"}


@pytest.mark.parametrize(("row", "sentiment"), [((0.8, 0.1, 0.1), "negative"), ((0.1, 0.1, 0.8), "positive")])
def test_the_model_decides_what_terms_leave_open(row, sentiment):
    model = Fixed(*row)
    found = find_aspects(["The fabric is what it is", "Overpriced.", "The delivery man came by"], model)
    assert found == [{"quality": sentiment}, {"price": "negative"}, {"delivery": sentiment}]
    assert len(model.calls) == 1
    assert "Overpriced." not in model.calls[0]


def test_the_model_is_left_alone_where_terms_are_clear():
    model = Fixed()
    find_aspects(["Overpriced.", None, "", "物流很快"], model)
    assert model.calls == []


def test_clauses_that_contradict_one_another_are_neutral_unless_the_whole_leans():
    text = "The sleeves were too long. Fits like a glove at the waist."
    leanings = [Fixed(), Fixed(0.05, 0.05, 0.9), Fixed(0.9, 0.05, 0.05)]
    assert [find_aspects([text], model)[0]["fit"] for model in leanings] == ["neutral", "positive", "negative"]


def test_a_text_gets_the_same_aspects_whatever_stands_beside_it():
    texts = ["Lovely fabric but it took three weeks", "颜色很正，尺码偏小", "The box was there"]
    together = find_aspects(texts, Fixed(0.2, 0.3, 0.5))
    assert together == [find_aspects([text], Fixed(0.2, 0.3, 0.5))[0] for text in texts]


BAD = {
    "none": None,
    "empty": "",
    "one character": "x",
    "emoji": "😀😡",
    "surrogate": "\ud800 late",
    "controls": "\x00\x1b[31m\u202e",
    "spaces": " \n\t\u3000",
    "unclosed": "<div <b>&#xZZ; &lt;price",
    "long word": "a" * 50_000,
    "long": "The delivery was late. " * 2200,
    "long zh": "物流慢，" * 12_000,
    "dotted": "İİİ price 价格 ﬀ",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_any_text_is_read(text):
    found = find_aspects([text], Fixed())[0]
    assert set(found) <= set(ASPECTS)
    assert all(isinstance(clause, str) for aspect in ASPECTS for clause in clauses_about(text, aspect))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("不没 ,.，。<>&;late贵好")), max_size=200))
def test_every_aspect_found_has_a_clause_of_the_text(text):
    plain = shown(text)
    assert len(folded(plain)) == len(plain)
    for aspect, sentiment in find_aspects([text], Fixed())[0].items():
        assert sentiment in SENTIMENTS
        said = clauses_about(text, aspect)
        assert said
        assert all(clause in plain for clause in said)


def test_a_long_text_is_read_at_its_beginning_and_its_end():
    text = "Overpriced. " + "Nothing to say here. " * 4000 + "It arrived late."
    assert len(shown(text)) == MOST
    assert find_aspects([text], Fixed())[0] == {"price": "negative", "delivery": "negative"}


def test_markup_is_not_read_and_entities_are():
    assert shown("<p class='price'>Fabric &amp; colour</p>\u200b<br>ok").split() == ["Fabric", "&", "colour", "ok"]
    assert "price" not in find_aspects(["<p class='price'>lovely</p>"], Fixed())[0]
    assert find_aspects(["It doesn&#39;t fit"], Fixed())[0] == {"fit": "negative"}


def test_clauses_are_quoted_in_order_as_they_were_written():
    text = "LOVELY Fabric, but it took THREE weeks. The box was crushed; shipping cost the earth."
    assert clauses_about(text, "delivery") == ["it took THREE weeks", "shipping cost the earth"]
    assert clauses_about("面料舒服，快递太慢", "delivery") == ["快递太慢"]
    assert clauses_about(text, "fit") == []


def test_spellings_are_written_out_and_folded():
    assert spellings("fabric(|s), true-to-SIZE, don't (ship|send)*") == [
        "fabric",
        "fabrics",
        "true to size",
        "don't ship*",
        "don't send*",
        "dont ship*",
        "dont send*",
    ]


def test_no_term_of_the_lexicon_contradicts_itself():
    book = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    clashing = defaultdict(set)
    for spelt, term in terms_of(book).items():
        for senses in (term.aspects, term.hints):
            for aspect in ASPECTS:
                if {1, -1} <= {value for name, value in senses if name == aspect}:
                    clashing[aspect].add(spelt)
    assert not clashing
    for sheet in (book, book["zh"]):
        assert all(len(spellings(sheet[aspect][kind])) >= 20 for aspect in ASPECTS for kind in ("names", "good", "bad"))


def test_scoring_counts_what_was_found_missed_and_mistaken():
    cases = [
        Case("It was late and overpriced", "en", {"delivery": "negative", "price": "positive"}),
        Case("掉色", "zh", {"quality": "negative", "fit": "negative"}),
        Case("Rude staff", "en", {}),
    ]
    figures = score(cases, Fixed())
    assert figures["all"] == {"there": 4, "precision": 0.75, "recall": 0.75, "f1": 0.75, "polarity": 0.667}
    assert figures["by_aspect"]["en"]["service"]["precision"] == 0
    assert figures["by_aspect"]["zh"]["fit"] == {
        "there": 1,
        "precision": None,
        "recall": 0.0,
        "f1": 0.0,
        "polarity": None,
    }


def test_judgements_hold_keys_and_no_text():
    rows = [json.loads(line) for line in JUDGED.read_text(encoding="utf-8").splitlines()]
    assert {frozenset(row) for row in rows} == {frozenset(("key", "language", "split", "aspects"))}
    assert len({row["key"] for row in rows}) == len(rows) >= 240
    assert all(len(row["key"]) == 16 and int(row["key"], 16) >= 0 for row in rows)
    halves = {(row["language"], row["split"]): 0 for row in rows}
    assert set(halves) == {(language, split) for language in ("en", "zh") for split in ("dev", "test")}
    assert all(set(row["aspects"]) <= set(ASPECTS) and set(row["aspects"].values()) <= set(SENTIMENTS) for row in rows)


@pytest.mark.skipif(not DATA.exists(), reason="the real reviews of ../shared/data are not there")
def test_real_reviews_are_read_well_enough():
    from tools.reviews.polarity import Polarity

    cases = judged_cases(DATA, "test")
    figures = score(cases, Polarity.bundled())
    assert len(cases) == 120
    for language in ("en", "zh"):
        assert figures["by_language"][language]["f1"] >= 0.75
        assert figures["by_language"][language]["polarity"] >= 0.8
