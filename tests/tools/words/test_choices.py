"""Closed arguments: metrics, dimensions, segments, aspects, sentiments, channels, tones, order, sort."""

# ruff: noqa: E501 -- tables read best with a meaning a line

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.contract import CONTRACT
from tools.result import ToolError
from tools.words import (
    parse_aspect,
    parse_channel,
    parse_dimensions,
    parse_metric,
    parse_order,
    parse_order_channel,
    parse_segments,
    parse_sentiment,
    parse_sort,
    parse_tone,
)
from tools.words.choices import vocabulary
from tools.words.text import key

SETS = ["metric", "dimension", "segment", "aspect", "sentiment", "channel", "order_channel", "tone", "order", "sort"]


@pytest.mark.parametrize("name", SETS)
def test_no_name_means_two_things(name: str) -> None:
    meanings: dict[str, set[str]] = {}
    for canonical, names in vocabulary(name).table.items():
        for said in [canonical, *names]:
            meanings.setdefault(key(said), set()).add(canonical)
    assert {said: found for said, found in meanings.items() if len(found) > 1 or not said} == {}


@pytest.mark.parametrize("name", SETS)
def test_canonical_values_are_themselves_however_written(name: str) -> None:
    for canonical in vocabulary(name).table:
        for said in (canonical, canonical.upper(), canonical.replace("_", " "), f" {canonical.replace('_', '-')} "):
            assert vocabulary(name).read(said) == canonical


@pytest.mark.parametrize(
    ("tool", "argument", "name"),
    [
        ("query_metric", "metric", "metric"),
        ("query_metric", "group_by", "dimension"),
        ("churn_risk", "segment", "segment"),
        ("churn_risk", "sort", "sort"),
        ("review_sentiment", "aspect", "aspect"),
        ("search_reviews", "sentiment", "sentiment"),
        ("draft_offer", "channel", "channel"),
        ("draft_offer", "tone", "tone"),
    ],
)
def test_the_values_of_the_contract_are_all_there(tool: str, argument: str, name: str) -> None:
    described = CONTRACT[tool].model_fields[argument].description or "value_at_risk risk"
    assert [value for value in vocabulary(name).table if value not in described] == []


METRICS = {
    "revenue": "sales; takings; turnover; Total Revenue; how much did we take in money terms; the revenue; 销售额; 总销售额; 營業額; revnue; reveneu",
    "gmv": "GMV; gross merchandise value; 成交总额; 交易总額",
    "orders": "orders; number of orders; how many orders; 订单数; 訂單數; transactions; no. of orders",
    "units": "units sold; bestsellers; items sold; 销量; 銷量; quantity sold",
    "average_order_value": "AOV; average basket; avg basket; averge order vlaue; 客单价; 客單價",
    "refund_rate": "refund rate; return rate; refnud rate; 退款率; 退货率",
    "refund_amount": "refunds; refund total; 退款金额",
    "conversion_rate": "conversion; CVR; convertion rate; 转化率; 轉化率",
    "repeat_rate": "repeat purchase rate; repurchase rate; 复购率; 復購率",
    "negative_share": "% negative; share of bad reviews; 差评率; 差評率",
    "complaints": "complaints; number of complaints; 投诉量; 投訴",
    "cart_adds": "add-to-carts; add to cart; addtocarts; 加购数",
    "gross_margin": "margin; gross profit; 毛利率",
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "metric"),
    [(said, metric) for metric, names in METRICS.items() for said in names.split("; ") if "in money terms" not in said],
)
def test_metrics(said: str, metric: str) -> None:
    assert parse_metric(said) == metric


def test_an_unknown_metric_is_answered_with_the_nearest() -> None:
    with pytest.raises(ToolError, match=r"^There is no metric 'profit rating'; the nearest are .*average_rating"):
        parse_metric("profit rating")
    with pytest.raises(ToolError, match=r"^There is no metric '天气'; known are revenue, gmv"):
        parse_metric("天气")


@pytest.mark.parametrize(
    ("said", "dimensions"),
    [
        ("country", ["country"]),
        ("by country", ["country"]),
        ("per month", ["month"]),
        ("monthly", ["month"]),
        ("按国家", ["country"]),
        ("每月", ["month"]),
        ("各品类", ["category"]),
        ("day of the week", ["weekday"]),
        ("month and country", ["month", "country"]),
        ("country, month", ["country", "month"]),
        ("国家和月份", ["country", "month"]),
        (["Market", "by week"], ["country", "week"]),
        (["country", "countries"], ["country"]),
        ("catgory", ["category"]),
        ("customer_id", ["customer"]),
    ],
)
def test_dimensions(said: str | list[str], dimensions: list[str]) -> None:
    assert parse_dimensions(said) == dimensions


def test_an_unknown_dimension_is_answered_with_all() -> None:
    with pytest.raises(ToolError, match=r"no dimension 'postcode'; known are hour, weekday, day, .*, customer"):
        parse_dimensions("postcode")


@pytest.mark.parametrize(
    ("said", "segments"),
    [
        ("VIPs", ["high_value"]),
        ("our best customers", ["high_value"]),
        ("big spendrs", ["high_value"]),
        ("slipping away", ["at_risk"]),
        ("at_risk", ["at_risk"]),
        ("At-Risk", ["at_risk"]),
        ("people who are about to leave", ["at_risk"]),
        ("gone quiet", ["lapsed"]),
        ("dormant shoppers", ["lapsed"]),
        ("haven't bought in ages", ["lapsed"]),
        ("customers who haven't ordered for 6 months", ["lapsed"]),
        ("半年没下单的客户", ["lapsed"]),
        ("annoyed clients", ["unhappy"]),
        ("regulars", ["loyal"]),
        ("champs", ["champions"]),
        ("newcomers", ["new"]),
        ("everyone", ["everyone"]),
        ("老客户", ["loyal"]),
        ("老客戶", ["loyal"]),
        ("沉睡用户", ["lapsed"]),
        ("流失客户", ["lapsed"]),
        ("快流失的客户", ["at_risk"]),
        ("大客户", ["high_value"]),
        ("unhappy VIPs", ["high_value", "unhappy"]),
        ("lapsed high-value customers", ["high_value", "lapsed"]),
        ("lapsed customers who were big spenders", ["high_value", "lapsed"]),
        ("VIPs and regulars", ["high_value", "loyal"]),
        ("high_value, at_risk", ["at_risk", "high_value"]),
        ("快流失的大客户", ["at_risk", "high_value"]),
        ("不满意的老客户", ["loyal", "unhappy"]),
        ("沉睡的高价值客户", ["high_value", "lapsed"]),
        (["lapsed", "big spenders"], ["high_value", "lapsed"]),
        (["everyone", "lapsed"], ["lapsed"]),
        (["vip", "high_value"], ["high_value"]),
    ],
)
def test_segments(said: str | list[str], segments: list[str]) -> None:
    assert parse_segments(said) == segments


@pytest.mark.parametrize("said", ["left-handed people", "VIPs in space", "客户", "customers", "紫色的大客户", ""])
def test_unknown_segments(said: str) -> None:
    with pytest.raises(ToolError, match=r"^There is no segment .*; known are champions, loyal, new, at_risk, lapsed"):
        parse_segments(said)


@pytest.mark.parametrize(
    ("parse", "said", "meant"),
    [
        (parse_aspect, "shipping", "delivery"),
        (parse_aspect, "sizing issues", "fit"),
        (parse_aspect, "客服", "service"),
        (parse_aspect, "packging", "packaging"),
        (parse_sentiment, "bad reviews", "negative"),
        (parse_sentiment, "好评", "positive"),
        (parse_sentiment, "so-so", "neutral"),
        (parse_channel, "text message", "sms"),
        (parse_channel, "E-Mail", "email"),
        (parse_channel, "by phone", "call"),
        (parse_channel, "发短信", "sms"),
        (parse_channel, "微信", "wechat"),
        (parse_order_channel, "website", "web"),
        (parse_order_channel, "門店", "store"),
        (parse_order_channel, "by phone", "phone"),
        (parse_tone, "friendly", "warm"),
        (parse_tone, "a playful tone", "playful"),
        (parse_tone, "俏皮一点", "playful"),
        (parse_tone, "正式", "formal"),
        (parse_order, "lowest first", "asc"),
        (parse_order, "从高到低", "desc"),
        (parse_order, "DESC", "desc"),
        (parse_sort, "by probability", "risk"),
        (parse_sort, "money at risk", "value_at_risk"),
        (parse_sort, "按金额", "value_at_risk"),
    ],
)
def test_other_choices(parse, said: str, meant: str) -> None:
    assert parse(said) == meant


@pytest.mark.parametrize("parse", [parse_aspect, parse_sentiment, parse_channel, parse_tone, parse_order, parse_sort])
def test_the_unknown_is_answered_with_what_is_known(parse) -> None:
    with pytest.raises(ToolError, match=r"^There is no \w+ 'carrier pigeon'; known are "):
        parse("carrier pigeon")


@settings(deadline=None, max_examples=150)
@given(st.text(max_size=40), st.sampled_from(SETS))
def test_anything_else_is_known_or_a_tool_error(text: str, name: str) -> None:
    try:
        assert vocabulary(name).read(text) in vocabulary(name)
    except ToolError as error:
        assert len(str(error)) < 500  # noqa: PT017
