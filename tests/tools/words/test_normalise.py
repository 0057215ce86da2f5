"""Canonical arguments: the same call said in different ways compares as equal."""

# ruff: noqa: E501 -- tables read best with a meaning a line

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.contract import CONTRACT
from tools.words import normalise_arguments

AS_OF = datetime(2011, 12, 9, 12, 50)


def normal(tool: str, **args: Any) -> dict[str, Any]:
    return normalise_arguments(tool, args, AS_OF)


SAME = [
    ("query_metric", {"period": "last month"}, {"period": "2011-11"}),
    ("query_metric", {"period": "上个月"}, {"period": "last_month"}),
    ("query_metric", {"period": "this year"}, {"period": "2011"}),
    ("query_metric", {"period": "YTD"}, {"period": "2011"}),
    ("query_metric", {"period": "since January"}, {"period": "今年以来"}),
    ("query_metric", {"period": "since September"}, {"period": "2011-09.."}),
    ("query_metric", {"period": "2011-09.."}, {"period": "2011-09..2011-12"}),
    ("query_metric", {"period": "all time"}, {}),
    ("query_metric", {"period": "until now"}, {}),
    ("query_metric", {"period": 2011}, {"period": "2011"}),
    ("query_metric", {"period": "2013"}, {"period": "2013-01-01..2013-12-31"}),
    ("query_metric", {"metric": "takings"}, {"metric": "revenue"}),
    ("query_metric", {"metric": " REVENUE "}, {"metric": ["revenue"]}),
    ("query_metric", {"group_by": ["country"]}, {"group_by": "by country"}),
    ("query_metric", {"group_by": "country and month"}, {"group_by": ["country", "month"]}),
    ("query_metric", {"order": "highest first", "filters": {}, "limit": None}, {}),
    ("query_metric", {"order": "lowest"}, {"order": "asc"}),
    ("query_metric", {"limit": "top five"}, {"limit": 5.0}),
    ("query_metric", {"limit": "5"}, {"limit": "五"}),
    ("query_metric", {"filters": {"country": "the UK"}}, {"filters": {"Country": ["GB"]}}),
    ("query_metric", {"filters": {"countries": ["Spain", "法国"]}}, {"filters": {"country": ["FRANCE", "Spanish"]}}),
    ("query_metric", {"filters": {"country": "France and Spain"}}, {"filters": {"country": ["ES", "FR"]}}),
    ("query_metric", {"filters": {"国家": "德国"}}, {"filters": {"country": "Germany"}}),
    ("query_metric", {"filters": {"customer": "#17850"}}, {"filters": {"customer": 17850}}),
    ("query_metric", {"filters": {"product": "SKU 85123A"}}, {"filters": {"product": "85123a"}}),
    ("query_metric", {"filters": {"segment": "VIPs"}}, {"filters": {"segment": ["high_value"]}}),
    ("query_metric", {"filters": {"segment": "everyone", "category": ""}}, {}),
    ("query_metric", {"filters": {"category": " Kitchen"}}, {"filters": {"category": "kitchen"}}),
    ("query_metric", {"filters": {"channel": "website"}}, {"filters": {"channel": "web"}}),
    ("query_metric", {"filters": {"language": "German"}}, {"filters": {"language": "de"}}),
    ("query_metric", {"filters": {"country": "Channel Islands"}}, {"filters": {"country": "channel islands"}}),
    ("churn_risk", {"segment": ["VIPs", "lapsed"]}, {"segment": ["lapsed", "high_value"]}),
    ("churn_risk", {"segment": "lapsed VIPs"}, {"segment": ["lapsed", "high_value"]}),
    ("churn_risk", {"segment": "everyone", "offset": 0, "sort": "by money"}, {}),
    ("churn_risk", {"sort": "riskiest first"}, {"sort": "risk"}),
    ("churn_risk", {"customer_id": 17850.0}, {"customer_id": "customer no. 17850"}),
    ("customer_profile", {"order_id": "order #536365"}, {"order_id": 536365}),
    ("customer_profile", {"customer_id": "C001042"}, {"customer_id": "c001042"}),
    ("plan_campaign", {"segment": "everyone", "budget": "£2,000"}, {"segment": "所有客户", "budget": "2k"}),
    ("plan_campaign", {"budget": "两千块"}, {"budget": 2000.0}),
    ("draft_offer", {"channel": "text message", "tone": "friendly"}, {"channel": "SMS", "tone": "warm"}),
    ("draft_offer", {"language": "plain German"}, {"language": "de"}),
    ("draft_offer", {"draft": "#d0012", "instruction": "Make it  shorter"}, {"draft": "D0012", "instruction": "make it shorter"}),
    ("review_sentiment", {"aspect": "shipping"}, {"aspect": "物流"}),
    ("search_reviews", {"sentiment": "bad reviews", "query": "Zip broke"}, {"sentiment": "negative", "query": "zip broke "}),
    ("campaign_results", {"campaign": "#cmp-18"}, {"campaign": "CMP-18"}),
    ("campaign_results", {"campaign": "the Spring Comeback campaign"}, {"campaign": "spring comeback"}),
    ("pending_drafts", {"segment": "everyone"}, {}),
]  # fmt: skip


@pytest.mark.parametrize(("tool", "one", "two"), SAME)
def test_two_ways_of_saying_the_same(tool: str, one: dict[str, Any], two: dict[str, Any]) -> None:
    assert normal(tool, **one) == normal(tool, **two)


DIFFERENT = [
    ("query_metric", {"period": "last month"}, {"period": "this month"}),
    ("query_metric", {"period": "since September"}, {"period": "September"}),
    ("query_metric", {"filters": {"country": "Austria"}}, {"filters": {"country": "Australia"}}),
    ("query_metric", {"filters": {"country": "France"}}, {"filters": {"country": ["France", "Spain"]}}),
    ("query_metric", {"group_by": "month"}, {"group_by": ["month", "country"]}),
    ("query_metric", {"metric": "orders"}, {"metric": "units"}),
    ("query_metric", {"order": "asc"}, {}),
    ("plan_campaign", {"segment": "everyone"}, {}),
    ("customer_profile", {"customer_id": "1042"}, {"customer_id": "c001042"}),
    ("churn_risk", {"limit": 5}, {}),
]


@pytest.mark.parametrize(("tool", "one", "two"), DIFFERENT)
def test_what_differs_stays_different(tool: str, one: dict[str, Any], two: dict[str, Any]) -> None:
    assert normal(tool, **one) != normal(tool, **two)


def test_the_canonical_form() -> None:
    assert normal(
        "query_metric",
        metric="sales",
        group_by="by month",
        period="Q3",
        filters={"country": ["UK", "French"], "Segment": "unhappy VIPs", "product": "White Hanging Heart"},
        order="top",
        limit="ten",
    ) == {
        "metric": "revenue",
        "group_by": "month",
        "period": "2011-07-01..2011-09-30",
        "filters": {"country": ["FR", "GB"], "product": "white hanging heart", "segment": ["high_value", "unhappy"]},
        "limit": 10,
    }


def test_what_cannot_be_read_stays_trimmed_and_without_case() -> None:
    args = {
        "metric": " Foo ",
        "period": "The  Recall",
        "limit": "Many",
        "budget": "Lots",
        "filters": "NONE",
        "new": ["B", "a"],
    }
    assert normal("query_metric", **args) == {
        "metric": "foo",
        "period": "the recall",
        "limit": "many",
        "budget": "lots",
        "filters": "none",
        "new": ["b", "a"],
    }


WORDS = (
    "last month;march;2011..;the UK;France, Spain;VIPs;lapsed;by country;top 5;£2k;#17850;c001042;shipping;SMS;de;desc;risk;"
    "value_at_risk;everyone;all;;product 85123A;campaign 客户 5;revenue and orders;İstanbul;ﬃ; x ;的;#;id id 7;5号客户 5号"
).split(";")
scalars = st.one_of(st.sampled_from(WORDS), st.text(max_size=15), st.integers(), st.floats(), st.booleans(), st.none())
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["country", "Segment", "客户", "x"]), inner)
    ),
    max_leaves=6,
)
names = sorted({name for model in CONTRACT.values() for name in model.model_fields})


@settings(deadline=None, max_examples=400)
@given(
    st.sampled_from([*CONTRACT, "unknown"]),
    st.dictionaries(st.one_of(st.sampled_from(names), st.text(max_size=5)), values, max_size=4),
    st.datetimes(),
)
def test_it_never_raises_and_leaves_its_own_output_alone(tool: str, args: dict[str, Any], as_of: datetime) -> None:
    once = normalise_arguments(tool, args, as_of)
    assert repr(normalise_arguments(tool, once, as_of)) == repr(once)
