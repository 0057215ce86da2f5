"""Reviews read as people's: many different texts, that say what the truth says they say."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.demo.catalogue import ASPECTS, Catalogue, read_catalogue
from store.demo.process import Process
from store.demo.prose.grammar import Grammar
from store.demo.prose.noise import roughen
from store.demo.prose.slots import Slots
from store.demo.prose.writer import NEGATIVE, POSITIVE, Intent, Writer

Query = Callable[[str], list[tuple[Any, ...]]]
LANGUAGES = ("en", "zh")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue(Process(), 1)


def intent(catalogue: Catalogue, row: int, sentiment: int, **changes: Any) -> Intent:
    fields = {
        "product": catalogue.products[row % len(catalogue.products)],
        "sentiment": sentiment,
        "aspects": ("quality", "delivery", "price"),
        "other": "service",
        "mixed": False,
        "wronged": False,
        "contradicts": False,
        "price": 12.5,
        "month": 3,
        "abroad": False,
    }
    return Intent(**(fields | changes))


def test_most_reviews_of_a_shop_are_distinct(shop: Query) -> None:
    texts, distinct = shop("SELECT count(*), count(DISTINCT text) FROM reviews WHERE length(text) > 12")[0]
    assert texts > 3000
    assert distinct > 0.9 * texts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sentiment", [NEGATIVE, 1, POSITIVE])
def test_nothing_is_left_unfilled(catalogue: Catalogue, language: str, sentiment: int) -> None:
    writer = Writer(language, sarcasm=0.3, injection=0.0)
    rng = random.Random(5)
    for row in range(1500):
        aspects = tuple(rng.sample(ASPECTS, 3))
        other = next(a for a in ASPECTS if a not in aspects)
        meant = intent(catalogue, row, sentiment, aspects=aspects, other=other, mixed=row % 5 == 0, abroad=row % 2 == 0)
        text = writer.write(meant, rng).text
        assert not re.search(r"[{}\[\]\0\1|]", text), text
        assert text.strip()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_grammar_is_well_formed(catalogue: Catalogue, language: str) -> None:
    """Brackets pair up, slots are known, and tags name something in the range."""
    grammar = Grammar(language)
    tags = {tag for product in catalogue.products for tag in product.tags} | {"any", "abroad", "winter"}
    clauses = [
        line for a in grammar.aspects.values() for p in a.values() for t in p.values() for line in t.splitlines()
    ]
    pieces = [p for pool in (grammar.whole, grammar.short, grammar.contrary) for ps in pool.values() for p in ps]
    pieces += grammar.sarcasm
    used = {tag for a in grammar.aspects.values() for p in a.values() for tag in p} | {
        t for p in pieces for t in p.tags
    }
    assert used <= tags
    assert {aspect for piece in pieces for aspect in piece.aspects} <= set(ASPECTS)
    frames = [
        line for name, lines in grammar.frames.items() if name not in ("joiners", "ands", "leads") for line in lines
    ]
    slots = Slots(random.Random(0), grammar.fills, catalogue.products[0], language, 9.0, 0)
    for line in clauses + [piece.text for piece in pieces] + frames:
        assert line.count("[") == line.count("]"), line
        assert "{" not in slots.fill(line), line


def test_plural_products_are_spoken_of_in_the_plural(catalogue: Catalogue) -> None:
    boots = next(product for product in catalogue.products if product.noun == "desert boots")
    skillet = next(product for product in catalogue.products if product.noun == "skillet")
    said = [
        Slots(random.Random(0), {}, product, "en", 9.5, 0).fill(
            "{this_cap} {thing} feel{s} right and {it} {is} {price}"
        )
        for product in (boots, skillet)
    ]
    assert said == [
        "These desert boots feel right and they are £9.50",
        "This skillet feels right and it is £9.50",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_somebody_wronged_says_so(catalogue: Catalogue, language: str) -> None:
    writer, rng = Writer(language, sarcasm=0.2, injection=0.0), random.Random(1)
    for row in range(300):
        said = writer.write(
            intent(catalogue, row, NEGATIVE, wronged=True, aspects=("delivery", "price", "design")), rng
        )
        assert said.aspects["delivery"] == "negative"


@pytest.mark.parametrize("language", LANGUAGES)
def test_mixed_feelings_have_both_sides(catalogue: Catalogue, language: str) -> None:
    writer, rng = Writer(language, sarcasm=0.0, injection=0.0), random.Random(1)
    said = [writer.write(intent(catalogue, row, POSITIVE, mixed=True), rng) for row in range(50)]
    assert all(prose.aspects == {"quality": "positive", "service": "negative"} for prose in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_injections_come_as_written(catalogue: Catalogue, language: str) -> None:
    writer, rng = Writer(language, sarcasm=0.0, injection=1.0), random.Random(1)
    said = {writer.write(intent(catalogue, 0, POSITIVE), rng).text for _ in range(200)}
    assert len(said) == len(Grammar(language).injections) >= 8


def test_a_shop_has_all_styles_and_few_injections(shop: Query) -> None:
    styles = dict(shop("SELECT style, count(*) FROM truth_reviews GROUP BY style"))
    assert set(styles) >= {"plain", "mixed", "sentence", "short", "whole", "ramble", "sarcasm", "contrary", "injection"}
    assert styles["injection"] < 0.01 * sum(styles.values())


def test_ratings_mostly_agree_with_the_words(shop: Query) -> None:
    agree = """
        SELECT avg(((sentiment = 'positive') = (rating >= 4) OR sentiment = 'neutral')::INT) FROM reviews
        JOIN truth_reviews USING (review_id)"""
    assert 0.94 < shop(agree)[0][0] < 0.995


def test_chinese_speakers_write_chinese(shop: Query) -> None:
    wrong = """
        SELECT count(*) FROM reviews AS r JOIN customers AS c USING (customer_id)
        WHERE (r.language = 'zh') <> (c.language = 'zh')"""
    assert shop(wrong) == [(0,)]
    plain = "SELECT avg(regexp_matches(text, '[一-鿿]')::INT) FROM reviews WHERE language = '{}'"
    assert shop(plain.format("zh"))[0][0] > 0.97
    assert shop(plain.format("en"))[0][0] == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_noise_leaves_most_texts_alone(language: str) -> None:
    text = {"en": "The quality is great. Really happy.", "zh": "质量很好，物流也快。"}[language]
    rng = random.Random(2)
    typed = [roughen(rng, text, language, ["👍"]) for _ in range(1000)]
    assert 0.5 < typed.count(text) / 1000 < 0.8
    assert len(set(typed)) > 20


def test_the_prose_is_as_large_as_it_claims() -> None:
    folder = Path(__file__).parents[3] / "store" / "demo" / "prose"
    lines = {
        lang: sum(len(f.read_text("utf-8").splitlines()) for f in folder.glob(f"{lang}_*.yaml")) for lang in LANGUAGES
    }
    assert lines["en"] > 900
    assert lines["zh"] > 600
