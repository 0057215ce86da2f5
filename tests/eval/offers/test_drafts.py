"""The measures of drafts: what is planted is wrong, what is called correct is, and every text is counted."""

from collections import Counter
from collections.abc import Iterator

import pytest
from langchain_core.language_models import FakeListChatModel

from eval.offers.drafts import UNTIL, Share, briefs, found, passed, written
from eval.offers.drafts_planted import LENGTH, Text, bases, faults, planted
from tools.offers.catalogue import Catalogue, parse_catalogue
from tools.offers.catalogue.demo import demo_catalogue

LANGUAGES = {"en", "zh", "de", "fr", "es", "nl"}
_PROMISES = ("promise", "deadline", "name", "second code")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return parse_catalogue(demo_catalogue())


@pytest.fixture(scope="module")
def some(catalogue: Catalogue) -> list[Text]:
    """Sound texts of one offer with every kind of term, in every language."""
    return [text for text in bases(catalogue, UNTIL) if text.brief.offer.id == "twenty_percent_off"]


def test_every_text_to_start_from_is_sound_in_six_languages(catalogue: Catalogue) -> None:
    texts = bases(catalogue, UNTIL)
    assert {text.brief.language for text in texts} == LANGUAGES
    assert [(text.brief.offer.id, text.brief.language, text.found()) for text in texts if text.found()] == []


def test_a_template_stands_ready_for_every_offer_language_and_channel(catalogue: Catalogue) -> None:
    none_answers = FakeListChatModel(responses=["no JSON"])
    assert list(written(catalogue, none_answers))[:1] == [f"{'template after all':<36}{624:>7,} of {624:>7,}"]
    assert {(one.language, one.channel) for one in briefs(catalogue)} >= {(one, "sms") for one in LANGUAGES}


def test_faults_of_figures_form_and_language_are_all_found(some: list[Text]) -> None:
    share = Share()
    for text in planted(some):
        if not text.kind.startswith(_PROMISES):
            share.add(text.kind, bool(text.found()), text)
    assert len(share.of) >= 18
    assert [(one.kind, one.brief.language, one.changed) for one in share.others] == []


def test_most_promises_are_found_in_every_language(some: list[Text]) -> None:
    of, hit = Counter[str](), Counter[str]()
    for text in planted([one for one in some if one.brief.channel == "email"]):
        if text.kind.startswith(_PROMISES):
            of[text.brief.language] += 1
            hit[text.brief.language] += bool(text.found())
    assert of.keys() == LANGUAGES
    assert all(hit[language] >= 0.7 * number for language, number in of.items()), (hit, of)


def test_length_alone_does_not_count_as_finding_a_promise(some: list[Text]) -> None:
    short = next(one for one in some if one.brief.channel == "sms" and one.brief.language == "zh")
    long = Text(short.brief, None, short.body + "很高兴再次见到您。" * 20, "promise")
    assert long.found() == []
    assert set(Text(long.brief, None, long.body, "too long").found()) & LENGTH


def test_correct_texts_mostly_pass(catalogue: Catalogue) -> None:
    share = passed(catalogue)
    assert share.of["first, all"] >= 60 <= share.of["later, all"]
    assert share.hit["first, all"] + share.hit["later, all"] >= 118


def test_sentences_are_there_for_every_language() -> None:
    def tables() -> Iterator[tuple[str, set[str]]]:
        for name in ("words", "dates", "reviews", "quoted", "long"):
            yield name, set(faults()[name])
        for name, some in faults()["added"].items():
            yield name, set(some) - {"held_by"}

    assert [name for name, languages in tables() if languages != LANGUAGES] == []


def test_the_count_of_faults_covers_all_sound_texts(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "eval.offers.drafts.planted", lambda sound: [Text(sound[0].brief, None, "", "opt-out left out")]
    )
    number, share = found(catalogue)
    assert (number, share.hit["opt-out left out"]) == (132, 1)
