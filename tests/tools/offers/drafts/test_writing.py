"""The model writes, is told what is wrong, and the offer's template stands where it fails twice."""

import json

from tests.tools.offers.drafts.briefs import GOOD, Chooser, brief, free_model
from tools.offers.drafts import writer

BAD = ("Free!", GOOD.replace("10%", "90%"))
FINE = ("10% off your next order", GOOD)


def test_a_good_text_stands_with_the_models_name() -> None:
    model = free_model(FINE)
    written = writer(model)(brief(reviews=("A terrible kettle.",), names=("Ottoline",), recommendations=["Blue mug"]))
    assert (written.subject, written.body, written.note, written.tries) == (*FINE, None, 1)
    told = "\n".join(message.text for message in model.seen[0])
    assert "Blue mug" in told
    assert "kettle" not in told
    assert "Ottoline" not in told


def test_a_failing_text_is_written_once_more_with_the_problems_told() -> None:
    model = free_model(BAD, FINE)
    written = writer(model)(brief())
    assert (written.body, written.tries, written.note) == (GOOD, 2, None)
    assert "the percentage 90% is not the offer's (10%, £15)" in model.seen[1][-1].text


def test_the_template_stands_after_two_failures_and_says_so() -> None:
    for replies in ((BAD,), ("Here it is.",), ('{"subject": 1, "body": null}',)):
        model = free_model(*replies)
        written = writer(model)(brief())
        assert (written.author, len(model.seen), written.problems) == ("template", 2, [])
        assert "template stands here" in (written.note or "")
    assert "no language model" in (writer(None)(brief()).note or "")


def test_a_model_that_only_chooses_gets_sentences_of_the_language_and_tone() -> None:
    model = Chooser()
    written = writer(model)(brief(language="de", tone="formal", situation=["segment: lapsed"]))
    assert written.author != "template"
    assert "Guten Tag {{first_name}}" in written.body
    assert written.body.endswith("{{opt_out}}")
    schema = model.schemas[0]
    assert list(schema["properties"]) == ["subject", "opening", "offer", "closing"]
    assert (
        len(json.dumps({name: max(one["enum"], key=len) for name, one in schema["properties"].items()}).encode()) < 864
    )


def test_an_apology_sells_nothing() -> None:
    written = writer(Chooser())(brief(tone="apologetic", offer="apology_credit"))
    assert "sorry" in written.body
    assert "You might like" not in written.body
