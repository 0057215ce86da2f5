"""The tool's words and tables on the small shop, every figure worked out by hand."""

from typing import Any

import pytest

from store.errors import WinbackError
from tools.behaviour.query_metric import query_metric
from tools.contract import QueryMetric
from tools.result import ToolResult

NOTHING = "Nothing matches; the shop's orders run from 2026-01-05 to 2026-06-30."
OUTSIDE = "That is outside the data; the shop's orders run from 2026-01-05 to 2026-06-30."


def ask(context: Any, metric: str, **arguments: Any) -> ToolResult:
    return query_metric(context, QueryMetric(metric=metric, **arguments))


def lines(context: Any, metric: str, **arguments: Any) -> list[str]:
    return ask(context, metric, **arguments).text.splitlines()


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("revenue", "Revenue, all time: £76.00."),
        ("gmv", "GMV, all time: £102.00."),
        ("orders", "Orders, all time: 5."),
        ("units", "Units, all time: 11."),
        ("customers", "Customers, all time: 3."),
        ("new_customers", "New customers, all time: 3."),
        ("visitors", "Visitors, all time: 3."),
        ("repeat_rate", "Repeat rate, all time: 33.3%."),
        ("average_order_value", "Average order value, all time: £15.20."),
        ("items_per_order", "Items per order, all time: 2.20."),
        ("gross_margin", "Gross margin, all time: 60.0%."),
        ("refund_rate", "Refund rate, all time: 28.6%."),
        ("refund_amount", "Refund amount, all time: £15.00."),
        ("views", "Views, all time: 4."),
        ("cart_adds", "Cart adds, all time: 3."),
        ("cart_abandonment_rate", "Cart abandonment rate, all time: 50.0%."),
        ("conversion_rate", "Conversion rate, all time: 25.0%."),
        ("reviews", "Reviews, all time: 4."),
        ("average_rating", "Average rating, all time: 3.67."),
        ("negative_share", "Share of negative reviews, all time: 33.3%."),
        ("complaints", "Complaints, all time: 1."),
    ],
)
def test_every_metric_in_total(small: Any, metric: str, told: str) -> None:
    assert ask(small, metric).text == told


@pytest.mark.parametrize(("metric", "told"), [("complaints", "2."), ("negative_share", "50.0%.")])
def test_labels_outrank_ratings(refreshed: Any, metric: str, told: str) -> None:
    """r3 has four stars and a negative label, r2 two stars and none, r4 no stars and a neutral label."""
    assert ask(refreshed, metric).text.endswith(f"all time: {told}")


def test_rows_are_numbered_and_highest_first(small: Any) -> None:
    assert lines(small, "revenue", group_by="country") == [
        "Revenue by country, all time, highest first, 3 rows:",
        "1. France: £33.00",
        "2. United Kingdom: £33.00",
        "3. Germany: £10.00",
    ]


@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        ({"group_by": "hour"}, ["14:00: £31.00", "10:00: £25.00", "11:00: £10.00", "23:00: £10.00"]),
        ({"group_by": "weekday"}, ["Monday: £25.00", "Wednesday: £23.00", "Tuesday: £18.00", "Sunday: £10.00"]),
        ({"group_by": "day", "period": "2026-02"}, ["2026-02-11: £23.00", "2026-02-10: £8.00"]),
        ({"group_by": "week", "period": "2026-02"}, ["2026-02-09: £31.00"]),
        ({"group_by": "month"}, ["2026-02: £31.00", "2026-01: £25.00", "2026-03: £10.00", "2026-06: £10.00"]),
        ({"group_by": "quarter"}, ["2026-Q1: £66.00", "2026-Q2: £10.00"]),
        ({"group_by": "language"}, ["en: £33.00", "fr: £33.00", "unknown: £10.00"]),
        ({"group_by": "category"}, ["kitchen: £43.00", "home: £30.00"]),
        ({"group_by": "product"}, ["Red Mug: £35.00", "White Lantern: £30.00", "Blue Mug: £8.00"]),
        ({"group_by": "channel"}, ["web: £58.00", "app: £18.00"]),
        ({"group_by": "channel", "order": "lowest first"}, ["app: £18.00", "web: £58.00"]),
        ({"group_by": ["country", "month"], "period": "Q1"}, ["United Kingdom, 2026-01: £25.00"]),
        ({"group_by": "month", "filters": {"country": "FR"}}, ["2026-02: £23.00", "2026-06: £10.00"]),
    ],
)
def test_every_kind_of_member(small: Any, arguments: dict[str, Any], rows: list[str]) -> None:
    told = lines(small, "revenue", **arguments)[1:]
    assert told[: len(rows)] == [f"{place}. {row}" for place, row in enumerate(rows, 1)]


def test_guests_are_left_out_of_a_list_of_customers_and_named(small: Any) -> None:
    assert lines(small, "revenue", group_by="customer") == [
        "Revenue by customer, all time, highest first, 3 rows:",
        "1. c1: £33.00",
        "2. c2: £23.00",
        "3. c3: £10.00",
        "Guests, who have no customer id, are left out: £10.00.",
    ]


def test_segments_as_refreshed_overlap(refreshed: Any) -> None:
    assert lines(refreshed, "revenue", group_by="segment") == [
        "Revenue by segment, all time, highest first, 3 rows:",
        "1. high_value: £43.00",
        "2. loyal: £33.00",
        "3. lapsed: £23.00",
        "A customer counts in each of their segments.",
    ]


def test_segments_by_rule_until_refreshed(small: Any) -> None:
    """c1 spent most (top fifth) and last bought 140 days ago; c2 139 days ago; c3 came today; c2 wrote a bad review."""
    result = ask(small, "customers", group_by="segment")
    assert result.text.splitlines()[1:-1] == ["1. at_risk: 1", "2. high_value: 1", "3. new: 1", "4. unhappy: 1"]
    assert result.artifact is not None
    assert "at_risk: at least 2 orders, the last 90 to 180 days ago" in (result.artifact.definition or "")
    assert ask(small, "revenue", filters={"segment": ["VIPs", "at risk"]}).text.startswith(
        "Revenue, all time, segment at_risk and high_value: £33.00."
    )
    assert ask(small, "orders", filters={"segment": "everyone"}).text.startswith("Orders, all time: 5.")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"period": "2026-02"}, ["Revenue, 2026-02-01 to 2026-02-28: £31.00."]),
        ({"period": "2026-02-11"}, ["Revenue, 2026-02-11 to 2026-02-11: £23.00."]),
        ({"period": "2026-02-11..2026-03-15"}, ["Revenue, 2026-02-11 to 2026-03-15: £33.00."]),
        ({"period": "2026-03.."}, ["Revenue, 2026-03-01 to 2026-06-30: £20.00."]),
        ({"period": "..2026-02"}, ["Revenue, 2026-01-05 to 2026-02-28: £56.00."]),
        (
            {"period": "last quarter"},
            [
                "Revenue, 2026-01-01 to 2026-03-31: £66.00.",
                '"last quarter" was taken to mean 2026-01-01 to 2026-03-31.',
            ],
        ),
        ({"period": "all"}, ["Revenue, all time: £76.00."]),
        ({"period": "2026-06-30"}, ["Revenue, 2026-06-30 to 2026-06-30: £10.00."]),
        ({"filters": {"country": ["France", "Germany"]}}, ["Revenue, all time, country France or Germany: £43.00."]),
        (
            {"filters": {"country": "France & Germany"}},
            [
                "Revenue, all time, country France or Germany: £43.00.",
                '"France & Germany" was taken to mean France and Germany.',
            ],
        ),
        (
            {"filters": {"country": "the UK"}},
            [
                "Revenue, all time, country United Kingdom: £33.00.",
                '"the UK" was taken to mean United Kingdom.',
            ],
        ),
        ({"filters": {"language": "fr"}}, ["Revenue, all time, language fr: £33.00."]),
        ({"filters": {"category": "KITCHEN"}}, ["Revenue, all time, category kitchen: £43.00."]),
        (
            {"filters": {"product": "p2"}},
            ["Revenue, all time, product p2: £35.00.", '"p2" was taken to mean the product Red Mug.'],
        ),
        (
            {"filters": {"product": "mugs"}},
            [
                "Revenue, all time, product mugs: £43.00.",
                '"mugs" was taken to mean 2 products: Blue Mug and Red Mug.',
            ],
        ),
        ({"filters": {"channel": "app"}}, ["Revenue, all time, channel app: £18.00."]),
        ({"filters": {"customer": "c1"}}, ["Revenue, all time, customer c1: £33.00."]),
        (
            {"filters": {"country": "France", "channel": "app"}, "period": "2026-06"},
            ["Revenue, 2026-06-01 to 2026-06-30, country France, channel app: £10.00."],
        ),
    ],
)
def test_periods_and_filters(small: Any, arguments: dict[str, Any], told: list[str]) -> None:
    assert lines(small, "revenue", **arguments) == told


@pytest.mark.parametrize(
    ("metric", "arguments", "told"),
    [
        (
            "revenue",
            {"period": "2025"},
            [
                "Revenue, 2025-01-01 to 2025-12-31: £0.00.",
                OUTSIDE,
            ],
        ),
        ("revenue", {"period": "2026-04"}, ["Revenue, 2026-04-01 to 2026-04-30: £0.00.", NOTHING]),
        ("repeat_rate", {"period": "2026-04"}, ["Repeat rate, 2026-04-01 to 2026-04-30: none.", NOTHING]),
        (
            "orders",
            {"group_by": "country", "period": "2026-04"},
            ["Orders by country, 2026-04-01 to 2026-04-30: none.", NOTHING],
        ),
        (
            "complaints",
            {"period": "2026-01"},
            [
                "Complaints, 2026-01-01 to 2026-01-31: 0.",
                "Nothing matches; the shop's reviews run from 2026-01-20 to 2026-06-29.",
            ],
        ),
    ],
)
def test_nothing_is_said_plainly(small: Any, metric: str, arguments: dict[str, Any], told: list[str]) -> None:
    assert lines(small, metric, **arguments) == told


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"metric": "revenue", "filters": {"country": "Finland"}},
            "This shop has no country 'Finland'; known are France, Germany and United Kingdom.",
        ),
        (
            {"metric": "revenue", "filters": {"product": "read mig"}},
            "This shop has no product 'read mig'; known are Blue Mug, Red Mug and White Lantern.",
        ),
        (
            {"metric": "revenue", "filters": {"customer": "c9"}},
            "There is no customer c9; the nearest ids are c1, c2 and c3.",
        ),
        (
            {"metric": "revenue", "filters": {"month": "2026-01"}},
            "A month is chosen with period, not with filters.",
        ),
        (
            {"metric": "revenue", "group_by": ["country", "month", "product"]},
            "A metric is broken down by two dimensions at most, not 3; leave some out.",
        ),
        (
            {"metric": "visitors", "group_by": "channel"},
            "Visitors cannot be told by channel: events have none, only orders do.",
        ),
        (
            {"metric": "reviews", "filters": {"channel": "web"}},
            "Reviews cannot be told by channel: reviews have none, only orders do.",
        ),
        ({"metric": "revenue", "limit": "none"}, "I need a whole number such as 10 where you wrote 'none'."),
        ({"metric": "revenue", "limit": 0}, "Ask for one row or more."),
    ],
)
def test_what_cannot_be_told_is_one_sentence(small: Any, arguments: dict[str, Any], sentence: str) -> None:
    with pytest.raises(WinbackError) as problem:
        query_metric(small, QueryMetric(**arguments))
    assert str(problem.value) == sentence


@pytest.mark.parametrize(
    ("metric", "arguments", "word"),
    [
        ("views", {}, "events"),
        ("complaints", {}, "reviews"),
        ("gross_margin", {}, "cost"),
        ("revenue", {"filters": {"segment": "unhappy"}}, "reviews"),
    ],
)
def test_what_the_shop_lacks_is_one_sentence(
    sales_only: Any, metric: str, arguments: dict[str, Any], word: str
) -> None:
    with pytest.raises(WinbackError, match=word):
        ask(sales_only, metric, **arguments)


def test_the_limit_cuts_words_and_table(small: Any) -> None:
    result = ask(small, "revenue", group_by="country", limit="two")
    assert result.text.splitlines()[0] == "Revenue by country, all time, highest first, 2 of 3 rows:"
    assert result.artifact is not None
    assert [row[0] for row in result.artifact.rows] == ["France", "United Kingdom"]


def test_ten_rows_are_told_and_all_are_in_the_table(make_shop: Any, tables: Any) -> None:
    facts = tables[0]
    orders = [(f"x{n}", f"k{n}", facts["orders"][0][2], "web", "completed", n, None) for n in range(1, 1203)]
    result = ask(make_shop(facts | {"orders": orders}), "revenue", group_by="customer")
    assert result.text.splitlines()[0] == "Revenue by customer, all time, highest first, 10 of 1,202 rows:"
    assert len(result.text.splitlines()) == 11
    assert result.artifact is not None
    assert len(result.artifact.rows) == 1000
    assert result.artifact.rows[0] == ["k1202", 1202.0]


def test_the_table_says_where_it_comes_from(small: Any) -> None:
    artifact = ask(small, "revenue", group_by=["product", "customer"]).artifact
    assert artifact is not None
    assert artifact.columns == ["product", "customer_id", "product_id", "revenue"]
    assert artifact.rows[0] == ["White Lantern", "c1", "p1", 20.0]
    assert (artifact.definition or "").startswith("Revenue: What completed orders were worth")
    rows = small.shop.warehouse.backend.raw_sql(artifact.sql).fetchall()
    assert len(rows) == len(artifact.rows)


def test_months_stand_in_time_order_in_the_table_unless_an_order_is_asked_for(small: Any) -> None:
    tables = [
        ask(small, "revenue", group_by="month", **more).artifact for more in ({}, {"order": "desc"}, {"limit": 2})
    ]
    months = [[row[0] for row in artifact.rows] for artifact in tables if artifact]
    assert months == [
        ["2026-01", "2026-02", "2026-03", "2026-06"],
        ["2026-02", "2026-01", "2026-03", "2026-06"],
        ["2026-02", "2026-01"],
    ]


def test_words_are_reported_as_canonical_arguments(small: Any) -> None:
    result = ask(small, "takings", group_by="按月", period="上个月", filters={"country": "英国"}, order="从低到高")
    assert result.interpreted == {
        "metric": "revenue",
        "group_by": ["month"],
        "period": "2026-05-01..2026-05-31",
        "filters": {"country": ["United Kingdom"]},
        "order": "asc",
    }
    assert ask(small, "revenue", period="2026").interpreted == {}
