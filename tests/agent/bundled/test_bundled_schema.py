"""Answers of a given form, by the real bundled model through its own server and through the client of the shop."""

import json
from typing import Any

import httpx
import pytest

from agent.bundled import serve
from agent.bundled.schema import SchemaError, schema_grammar
from agent.client import chat_model
from store.settings import Settings

SENTENCES = {
    "en": ["It has been a while, and we miss you!", 'Say "hello" again \\ soon.'],
    "zh": ["好久不见，我们很想念您！", "欢迎回来，这里有一份小礼物给您。"],
    "de": ["Schön, dass es Sie gibt – wir haben Sie vermisst!", "Wir würden Sie gern wiedersehen."],
    "fr": ["Cela fait longtemps ! Vous nous avez manqué.", "Voici un petit cadeau, à bientôt."],
    "es": ["¡Cuánto tiempo! Le echamos de menos.", "Nos encantaría volver a verle, ¿y a usted?"],
    "nl": ["Het is even geleden: we hebben u gemist.", "We zien u graag terug, één keer of vaker."],
    "other": ["😀 «ok»\tтест\u2028", "ąęłżć"],
}


@pytest.fixture(scope="module")
def url() -> str:
    return serve()


def form(schema: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "form", "strict": True, "schema": schema}}


def asked(url: str, schema: Any, question: str = "Write to a customer", **more: Any) -> httpx.Response:
    body = {"messages": [{"role": "user", "content": question}], "response_format": form(schema), **more}
    return httpx.post(f"{url}/chat/completions", json=body, timeout=60)


def written(response: httpx.Response) -> Any:
    choice = response.json()["choices"][0]
    assert choice["finish_reason"] == "stop"
    return json.loads(choice["message"]["content"])


@pytest.mark.parametrize("language", SENTENCES)
def test_every_part_is_one_of_its_sentences_letter_by_letter(url: str, language: str) -> None:
    options = SENTENCES[language]
    schema = {
        "type": "object",
        "properties": {
            "subject": {"type": "string", "enum": options},
            "parts": {"type": "array", "items": {"enum": options[::-1]}, "minItems": 2, "maxItems": 2},
            "inner": {"type": "object", "properties": {"last": {"const": options[0]}, "sure": {"type": "boolean"}}},
        },
        "required": ["subject", "parts", "inner"],
        "additionalProperties": False,
    }
    told = written(asked(url, schema))
    assert list(told) == ["subject", "parts", "inner"]
    assert told["subject"] in options
    assert len(told["parts"]) == 2
    assert set(told["parts"]) <= set(options)
    assert told["inner"]["last"] == options[0]
    assert told["inner"]["sure"] in (True, False)


def test_the_question_bears_on_the_choice(url: str) -> None:
    schema = {"type": "object", "properties": {"topic": {"enum": ["revenue", "reviews"]}}}
    topics = [written(asked(url, schema, f"show me {word} for last month"))["topic"] for word in ("revenue", "reviews")]
    assert topics == ["revenue", "reviews"]


@pytest.mark.parametrize("filler", ["Wir möchten Sie zurückgewinnen. ", "我们想挽回这位客户。"])
def test_the_longest_answer_that_fits_is_never_cut(url: str, filler: str) -> None:
    options = [f"{number} {'Ünglück ' * 13}" for number in range(3)]
    schema = {"type": "object", "properties": {f"p{n}": {"enum": options} for n in range(6)}}
    assert set(written(asked(url, schema, filler * 90)).values()) <= set(options)


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "object", "properties": {"subject": {"type": "string"}}}, "is not spelt out"),
        ({"type": "object", "properties": {"n": {"enum": ["a"], "pattern": "b"}}}, "uses pattern"),
        ({"type": "object", "properties": {}, "required": ["subject"]}, "requires 'subject'"),
        ({"type": "array", "items": {"enum": ["a"]}}, "no maxItems"),
        ({"anyOf": [{"enum": ["a"]}]}, "is not spelt out"),
        ({"enum": []}, "without values"),
        ({"enum": ["x" * 2000]}, "has room for"),
        (None, "has no schema"),
    ],
)
def test_what_cannot_be_promised_is_refused_in_a_sentence(url: str, schema: Any, says: str) -> None:
    response = asked(url, schema)
    assert response.status_code == 400
    assert says in response.json()["error"]["message"]


def test_other_forms_are_refused_and_text_is_none(url: str) -> None:
    with pytest.raises(SchemaError, match="json_schema"):
        schema_grammar({"type": "json_object"}, 100)
    body = {"messages": [{"role": "user", "content": "hello"}], "response_format": {"type": "text"}}
    assert httpx.post(f"{url}/chat/completions", json=body, timeout=60).json()["choices"][0]["message"]["content"]


@pytest.mark.parametrize("streamed", [False, True])
def test_the_client_of_the_shop_asks_for_a_form(tmp_path: Any, streamed: bool) -> None:
    model = chat_model(Settings(home=tmp_path, model_url=None)).bind(
        response_format=form({"type": "object", "properties": {"s": {"enum": SENTENCES["de"]}}, "required": ["s"]})
    )
    text = "".join(chunk.text for chunk in model.stream("Hallo")) if streamed else model.invoke("Hallo").text
    assert json.loads(text)["s"] in SENTENCES["de"]
