"""The tool `review_sentiment` on a shop that can be counted by hand (see conftest)."""

from dataclasses import replace
from typing import Any

import pytest

from store.errors import WinbackError
from tools.context import ToolContext
from tools.contract import ReviewSentiment
from tools.result import ToolError, ToolResult
from tools.reviews.sentiment import review_sentiment
from tools.reviews.sentiment.counts import _at_least


def ask(context: ToolContext, **arguments: Any) -> ToolResult:
    return review_sentiment(context, ReviewSentiment(**arguments))


def test_all_reviews_are_counted_by_sentiment_and_aspect(reviewed: ToolContext) -> None:
    result = ask(reviewed)
    first, complaints, praise, *_ = result.text.splitlines()
    assert first == "8 reviews, all time: 25.0% positive, 25.0% neutral, 50.0% negative."
    assert complaints == (
        "Most complaints are about delivery (3 of the 4 reviews that speak of it), "
        "quality (2 of 3) and service (1 of 1)."
    )
    assert praise == "Most praise is for quality (1 of 3), delivery (1 of 4) and price (1 of 1)."
    assert "1 reviews have stars that contradict their words." in result.text
    assert result.artifact is not None
    rows = {row[0]: row[1:] for row in result.artifact.rows}
    assert rows["all"] == [8, 4, 2, 2, 0.5]
    assert rows["delivery"] == [4, 3, 0, 1, 0.75]
    assert "packaging" not in rows


def test_an_aspect_counts_the_reviews_that_speak_of_it(reviewed: ToolContext) -> None:
    result = ask(reviewed, aspect="shipping")
    assert result.text.splitlines()[0] == (
        "Delivery, all time: 4 of 8 reviews speak of it: 25.0% positive, 0.0% neutral, 75.0% negative."
    )
    assert "Complaints are commonest for Germany (3 of 5 reviews)." in result.text
    assert result.interpreted == {"aspect": "delivery"}


def test_an_aspect_nobody_speaks_of(reviewed: ToolContext) -> None:
    assert ask(reviewed, aspect="fit").text == "None of the 8 reviews, all time, speaks of fit."


@pytest.mark.parametrize(
    ("arguments", "total"),
    [
        ({"period": "2026-05"}, 2),
        ({"period": "2026-06-02..2026-06-04"}, 3),
        ({"product": "lamp"}, 3),
        ({"filters": {"country": "germany"}}, 5),
        ({"filters": {"language": "Chinese"}}, 2),
        ({"filters": {"category": ["kitchen", "home"]}, "period": "June 2026"}, 3),
    ],
)
def test_words_choose_the_reviews(reviewed: ToolContext, arguments: dict[str, Any], total: int) -> None:
    artifact = ask(reviewed, **arguments).artifact
    assert artifact is not None
    assert artifact.rows[0][1] == total


def test_a_customer_is_told_review_by_review_complaints_first(reviewed: ToolContext) -> None:
    lines = ask(reviewed, customer_id="C4").text.splitlines()
    assert lines == [
        "Customer c4 wrote 2 reviews, all time: 0 positive, 1 neutral, 1 negative.",
        "2026-06-03, Red Lamp: negative; complains about delivery and service.",
        "2026-06-04, [b]Rug[/b]: neutral.",
    ]


def test_a_customer_with_one_review_and_one_with_none(reviewed: ToolContext) -> None:
    assert ask(reviewed, customer_id="c1").text.startswith("Customer c1 wrote 1 review, all time: it is positive.")
    none = ask(reviewed, customer_id="c1", period="2026-06").text
    assert none.startswith("Customer c1 has written no reviews, 2026-06-01 to 2026-06-30;")


def test_chinese_questions_get_chinese_statements(reviewed: ToolContext) -> None:
    chinese = replace(reviewed, language="zh")
    assert ask(chinese, aspect="物流").text.splitlines()[0] == (
        "全部时间的 8 条评价中有 4 条谈到物流：好评 25.0%，中评 0.0%，差评 75.0%。"
    )
    assert ask(chinese, customer_id="c4").text.splitlines()[1] == "2026-06-03，Red Lamp：差评，不满物流和服务。"
    assert "国家 Germany" in ask(chinese, filters={"country": "德国"}).text


def test_customers_words_stand_apart_from_the_statements(reviewed: ToolContext) -> None:
    result = ask(reviewed, aspect="delivery")
    assert {quote.words for quote in result.quotes} >= {"物流很快，灯也好看"}
    assert any("c2" in quote.source or "c4" in quote.source for quote in result.quotes)
    assert not any(quote.words in result.text for quote in result.quotes)
    assert not any("bad.example" in quote.words for quote in ask(reviewed, product="lamp").quotes)


def test_quotes_are_in_the_readers_language_where_there_are_any(reviewed: ToolContext) -> None:
    assert ask(reviewed).quotes[-1].words == "Lovely mug, well made and a bargain"
    assert ask(replace(reviewed, language="zh")).quotes[-1].words == "物流很快，灯也好看"


def test_nothing_is_quoted_twice(reviewed: ToolContext) -> None:
    words = [quote.words for quote in ask(reviewed).quotes]
    assert len(words) == len(set(words)) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"aspect": "weather"}, "weather"),
        ({"customer_id": "c9"}, "the nearest ids are"),
        ({"filters": {"channel": "web"}}, "only orders have one"),
        ({"filters": {"country": "Narnia"}}, "Narnia"),
        ({"period": "when pigs fly"}, "as a period"),
    ],
)
def test_what_is_not_known_is_one_sentence(reviewed: ToolContext, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ToolError, match=sentence):
        ask(reviewed, **arguments)


def test_without_labels_the_sentence_says_what_to_do(unlabelled: ToolContext) -> None:
    with pytest.raises(WinbackError, match="winback refresh"):
        ask(unlabelled)


def test_few_reviews_rank_below_many_with_the_same_share() -> None:
    assert _at_least(3, 6) < _at_least(50, 100) < _at_least(80, 100)
