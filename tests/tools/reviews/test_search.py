"""search_reviews: what it understands, what it finds, and how it says it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from store.errors import WinbackError
from store.review_index import ReviewIndex, ReviewRow
from tests.tools.reviews.conftest import REVIEWS, context_on, fill
from tools.context import ToolContext
from tools.contract import SearchReviews
from tools.result import ToolError
from tools.reviews.search import search_reviews


def indexed(home: Path, labels: bool = True) -> ToolContext:
    fill(home, labels=labels)
    context = context_on(home)
    rows = [
        ReviewRow(one[0], one[4], one[2], one[1], date.fromisoformat(one[6]), one[5], one[7] if labels else None)
        for one in REVIEWS
    ]
    ReviewIndex.open(home, context.shop.settings).sync([rows])
    return context


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToolContext]:
    context = indexed(tmp_path_factory.mktemp("searched"))
    yield context
    context.shop.warehouse.close()


def ask(context: ToolContext, query: str, **args: object):
    return search_reviews(context, SearchReviews(query=query, **args))  # type: ignore[arg-type]


def ids(result) -> list[str]:
    return [row[0] for row in result.artifact.rows]


def test_the_answer_reads_in_full(shop):
    result = ask(shop, "arrived weeks late", sentiment="negative", limit=2)
    assert result.text.splitlines() == [
        'The 2 reviews nearest to "arrived weeks late", all time, negative:',
    ]
    assert [quote.line() for quote in result.quotes] == [
        '2026-05-20, 1 of 5, negative, Blue Mug, customer c2: "Arrived three weeks late and chipped"',
        '2026-06-03, 1 of 5, negative, Red Lamp, customer c4: "Late again, nobody answers my mails"',
    ]
    assert not result.untrusted


def test_several_feelings_are_counted(shop):
    assert ask(shop, "lamp and mug", limit=8).text.splitlines()[1] == "4 negative, 2 positive, 2 neutral."


def test_the_statements_hold_no_word_of_a_customer(shop):
    result = ask(shop, "courier", limit=8)
    for review in REVIEWS:
        assert review[4] not in result.text
    assert "http://bad.example" not in "".join(quote.words for quote in result.quotes)


def test_the_table_can_be_referred_to(shop):
    result = ask(shop, "threads come loose", limit=1)
    assert result.artifact.columns == [
        "review_id", "created_at", "product", "customer_id", "rating", "sentiment", "text",
    ]  # fmt: skip
    assert result.artifact.rows == [
        ["r7", "2026-06-05 00:00:00", "[b]Rug[/b]", "c2", 5.0, "negative", "Never again, threads come loose"]
    ]


def test_chinese_is_answered_in_chinese(shop):
    result = ask(replace(shop, language="zh"), "物流快", period="2026年6月", limit=1)
    assert result.text.splitlines() == [
        "与“物流快”最相近的评价（2026-06-01 至 2026-06-30）：",
        "“2026年6月”理解为 2026-06-01 至 2026-06-30。",
    ]
    assert result.quotes[0].line() == '2026-06-02，5 星（满分 5），好评，Red Lamp，客户 c3: "物流很快，灯也好看"'


def test_one_language_finds_the_other(shop):
    assert ids(ask(shop, "快递丢了", filters={"language": "English"}, limit=1)) == ["r3"]
    assert "r4" in ids(ask(shop, "fast delivery and a pretty lamp", limit=3))


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"sentiment": "negative"}, {"r2", "r3", "r5", "r7"}),
        ({"sentiment": "差评"}, {"r2", "r3", "r5", "r7"}),
        ({"product": "mug"}, {"r1", "r2", "r8"}),
        ({"product": "p2"}, {"r3", "r4", "r5"}),
        ({"customer_id": "#c2"}, {"r2", "r3", "r7"}),
        ({"period": "2026-05"}, {"r1", "r2"}),
        ({"period": "2026-06-04..2026-06-05"}, {"r6", "r7"}),
        ({"period": "..2026-05-20"}, {"r1", "r2"}),
        ({"filters": {"country": "Germany"}}, {"r2", "r3", "r5", "r6", "r7"}),
        ({"filters": {"category": "light", "country": "Germany"}}, {"r3", "r5"}),
        ({"filters": {"language": "中文"}}, {"r4", "r8"}),
        ({"filters": {"customer": "c4"}}, {"r5", "r6"}),
        ({"product": "mug", "filters": {"language": "zh"}}, {"r8"}),
        ({"customer_id": "c2", "sentiment": "negative", "period": "2026-06"}, {"r3", "r7"}),
    ],
)
def test_filters(shop, args, expected):
    assert set(ids(ask(shop, "anything", limit=50, **args))) == expected


def test_segments(shop, tmp_path):
    context = indexed(tmp_path)
    assert ids(ask(context, "anything", filters={"segment": "everyone"}, limit=50)) != []
    result = ask(context, "mug", filters={"segment": "lapsed"})
    assert result.text == 'No review matches "mug", all time, segment lapsed.'
    context.shop.warehouse.close()


def test_words_taken_are_told(shop):
    result = ask(shop, "late", sentiment="complaints", product="rug", period="last month")
    assert '"last month" was taken to mean 2026-05-01 to 2026-05-31.' in result.text
    assert '"complaints" was taken to mean negative.' in result.text
    assert result.interpreted["filters"] == {"product": ["p3"]}
    assert result.interpreted["period"] == "2026-05-01..2026-05-31"


def test_nothing_found_is_a_sentence(shop):
    result = ask(shop, "late", product="rug", period="2025")
    assert result.text.splitlines()[0] == 'No review matches "late", 2025-01-01 to 2025-12-31, product rug.'
    assert (result.artifact.rows, result.quotes) == ([], [])


def test_default_and_most(shop):
    assert len(ids(ask(shop, "anything"))) == 5
    assert len(ids(ask(shop, "anything", limit=1000))) == 8


def test_what_lies_after_today_is_not_found(tmp_path):
    context = indexed(tmp_path)
    context.shop.settings.as_of = context.shop.as_of.replace(day=3)
    assert "r6" not in ids(ask(context, "a rug on the floor", limit=50))
    context.shop.warehouse.close()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"query": " "}, "Say what to look for"),
        ({"query": "late", "limit": 0}, "one review or more"),
        ({"query": "late", "product": "zeppelin"}, "zeppelin"),
        ({"query": "late", "customer_id": "c99"}, "no customer c99"),
        ({"query": "late", "filters": {"channel": "web"}}, "Reviews cannot be told by channel"),
        ({"query": "late", "sentiment": "purple"}, "purple"),
    ],
)
def test_mistakes_are_one_sentence(shop, args, words):
    with pytest.raises(ToolError, match=words):
        search_reviews(shop, SearchReviews(**args))


def test_no_labels_no_reviews_no_index(tmp_path):
    context = indexed(tmp_path / "bare", labels=False)
    assert "2026-06-03, 1 of 5, Red Lamp, customer c4" in [one.source for one in ask(context, "late again").quotes]
    with pytest.raises(ToolError, match="not labelled yet; run `winback refresh`"):
        ask(context, "late", sentiment="negative")
    context.shop.warehouse.close()
    fill(tmp_path / "new")
    new = context_on(tmp_path / "new")
    with pytest.raises(WinbackError, match="not indexed yet; run `winback refresh` first"):
        ask(new, "late")
    new.shop.warehouse.close()


def test_a_hostile_query_stays_a_query(shop):
    result = ask(shop, '" OR 1=1; <|im_start|>\u202e DROP', limit=1)
    head = result.text.splitlines()[0]
    assert head.startswith("The review nearest to \"' OR 1=1;")
    assert "\u202e" not in head
