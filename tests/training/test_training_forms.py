"""The training material is sound: forms parse, calls fit the contract, copied values stand in the conversation."""

import json
import random
from datetime import datetime

import pytest

from agent.bundled.vocabulary import CLOSED
from tools.behaviour.sql.guard import check
from tools.contract import CONTRACT
from training.dialogues import Composer, Dialogue, Skip, sql_family
from training.extra import listed
from training.forms import Form, parse_turn, read_forms

FORMS, FAULTS = read_forms()
COMPUTED = {*CLOSED, "filters", "offset", "sql"}


def dialogues() -> list[Dialogue]:
    rng = random.Random(11)
    made: list[Dialogue] = []
    for form in FORMS:
        try:
            made.append(Composer(form, rng).dialogue())
        except Skip:
            continue
    return made + [listed(language, rng) for language in ("en", "zh") for _ in range(300)]


@pytest.fixture(scope="module")
def composed() -> list[Dialogue]:
    return dialogues()


def test_every_form_is_read() -> None:
    assert FAULTS == []


def test_there_is_breadth_in_both_languages() -> None:
    requests = {lang: {f.turns[0].request for f in FORMS if f.language == lang} for lang in ("en", "zh")}
    assert len(requests["en"]) > 2600
    assert len(requests["zh"]) > 1300


def test_all_tools_and_kinds_occur_in_both_languages() -> None:
    for language in ("en", "zh"):
        turns = [t for f in FORMS if f.language == language for t in f.turns]
        assert {t.tool for t in turns if t.tool} == set(CONTRACT)
        assert {t.kind for t in turns if t.kind} == {
            "greeting",
            "capability",
            "offtopic",
            "refuse",
            "clarify",
            "from_context",
        }


def test_nearly_every_form_can_be_filled(composed: list[Dialogue]) -> None:
    assert len(composed) - 600 > 0.97 * len(FORMS)


def test_calls_fit_the_contract_and_copied_values_were_said(composed: list[Dialogue]) -> None:
    for dialogue in composed:
        said = ""
        for message in dialogue.messages:
            if message.role == "assistant" and message.text.startswith("<tool_call>"):
                call = json.loads(message.text.split("\n")[1])
                CONTRACT[call["name"]].model_validate(call["arguments"])
                copied = {k: v for k, v in call["arguments"].items() if k not in COMPUTED}
                assert all(value in said for value in copied.values()), (dialogue.source, said, call)
            said += message.text + "\n"


@pytest.mark.parametrize("name", sorted(sql_family()))
def test_the_sql_that_is_taught_is_sql_that_may_run(name: str) -> None:
    slots = {
        "product": "mug",
        "product2": "jug",
        "category": "toys",
        "category2": "home",
        "n": 3,
        "money": 100,
        "year": 2011,
    }
    check(" ".join(sql_family()[name].split()).format(**slots), datetime(2011, 12, 9))


def test_a_malformed_form_is_said() -> None:
    with pytest.raises(ValueError, match="no =>"):
        parse_turn("revenue please")
    with pytest.raises(ValueError, match="cannot read"):
        parse_turn("revenue => query_metric metric")


def test_the_same_seed_makes_the_same_dialogue() -> None:
    form: Form = FORMS[100]
    first, second = (Composer(form, random.Random(4)).dialogue() for _ in range(2))
    assert first == second
