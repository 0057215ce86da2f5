"""churn_risk on a shop whose scores were written by hand: what it says, in which order, and in which language."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from store.errors import WinbackError
from store.settings import Settings
from store.shop import Shop
from store.warehouse import Warehouse, building
from tools.churn.risk.scores import Made, Purchases
from tools.churn.risk.text import Telling
from tools.churn.tool import churn_risk
from tools.context import Actor, ToolContext
from tools.contract import ChurnRisk
from tools.result import ToolError, ToolResult

NOW = datetime(2026, 6, 30, 18, 0)
LATE = {
    "reason": "lateness",
    "effect": 1.2,
    "toward": "leaving",
    "numbers": {"since": 71, "gap": 23, "orders": 6},
}
UPSET = {
    "reason": "complaints",
    "effect": 0.4,
    "toward": "leaving",
    "numbers": {"reviews": 2, "complaints": 1, "complaint": "2026-06-03", "aspect": "delivery", "delivery": 1},
}
VISITS = {
    "reason": "browsing",
    "effect": -0.3,
    "toward": "staying",
    "numbers": {"visits": 9, "before": 2, "half_year": 20, "visit": "2026-06-29"},
}
COUNTRIES = ["France", "Germany", "France", "Spain"]


def write(
    home: Path,
    version: str = "churn-lightgbm-90d-1",
    as_of: datetime = NOW,
    scored: bool = True,
    step: int = 1,
    worth: bool = True,
    status: str = "completed",
    chance: Callable[[int], float] = lambda n: 0.95 - 0.04 * n,
) -> None:
    """Customer n last ordered n steps of days ago; the higher n, the more there is to lose and the less likely."""
    with building(home, "facts", name="Small", currency="GBP", timezone="Europe/London") as connection:
        customers = [(f"c{n}", COUNTRIES[n % 4], "en", NOW, None) for n in range(1, 14)]
        connection.executemany("INSERT INTO customers VALUES (?, ?, ?, ?, ?)", customers)
        connection.execute("INSERT INTO products VALUES ('p1', 'Mug', 'kitchen', 5, 2), ('p2', 'Lamp', 'home', 9, 3)")
        for n in range(1, 13):
            order = (
                f"o{n}",
                f"c{n}",
                NOW - timedelta(days=step * n),
                "web",
                status if n < 12 else "cancelled",
                10 * n,
                None,
            )
            connection.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)", order)
            connection.execute(f"INSERT INTO order_items VALUES ('o{n}', 1, 'p{1 + n % 2}', 1, {10 * n})")
        connection.execute(f"INSERT INTO orders VALUES ('o0', 'c1', '{NOW}', 'app', '{status}', 7, NULL)")
    if scored:
        with building(home, "insights") as connection:
            for n in range(1, 11):
                reasons = json.dumps([LATE, UPSET, VISITS] if n > 1 else [VISITS])
                spend, likely = 100 * n, chance(n)
                money = ((1 - likely) * spend, spend, likely * spend) if worth else (None, None, None)
                row = (f"c{n}", as_of, 90, likely, 1.5, *money, reasons, version)
                connection.execute(f"INSERT INTO churn_scores VALUES ({', '.join('?' * 10)})", row)
            segments = [(f"c{n}", "loyal", NOW) for n in range(1, 6)] + [(f"c{n}", "high_value", NOW) for n in (3, 9)]
            connection.executemany("INSERT INTO segments VALUES (?, ?, ?)", segments)


def opened(home: Path) -> ToolContext:
    warehouse = Warehouse.open(home)
    ledger: Any = SimpleNamespace()
    shop = Shop(Settings(home=home, as_of=None), home, warehouse, ledger)
    return ToolContext(shop, Actor("test", "marketer"), NOW)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToolContext]:
    home = tmp_path_factory.mktemp("risk")
    write(home)
    context = opened(home)
    yield context
    context.shop.warehouse.close()


def risk(context: ToolContext, language: Any = "en", **arguments: Any) -> ToolResult:
    return churn_risk(replace(context, language=language), ChurnRisk.model_validate(arguments))


def ids(result: ToolResult) -> list[Any]:
    assert result.artifact
    assert result.artifact.columns[0] == "customer_id"
    return [row[0] for row in result.artifact.rows]


def by_value(n: int) -> float:
    return (0.95 - 0.04 * n) * 100 * n


def test_a_list_is_ranked_by_money_at_risk_with_totals_first_and_a_line_for_each(shop: ToolContext) -> None:
    result = risk(shop)
    ranked = sorted(range(1, 11), key=by_value, reverse=True)[:5]
    assert ids(result) == [f"c{n}" for n in ranked]
    head, *rows = result.text.splitlines()[:6]
    likely = sum(0.95 - 0.04 * n > 0.5 for n in range(1, 11))
    total = sum(by_value(n) for n in range(1, 11))
    assert head == (
        f"{likely} of 10 customers who ordered in the last 90 days will probably buy nothing in the next 90 days, "
        f"£{total:,.2f} at risk in all; the 5 with most at risk:"
    )
    assert rows[0] == (
        f"1. c{ranked[0]}: £{by_value(ranked[0]):,.2f} at risk, {95 - 4 * ranked[0]}% likely to leave; usually "
        "orders every 23 days, last order 71 days ago; complained about delivery on 2026-06-03."
    )
    assert all(len(row) <= 160 for row in rows)


def test_a_little_risk_of_losing_a_lot_comes_after_more_than_the_usual_risk(tmp_path: Path) -> None:
    write(tmp_path, chance=lambda n: 0.9 if n == 1 else 0.3 if n < 4 else 0.02 if n > 8 else 0.1)
    lines = risk(opened(tmp_path), limit=3).text.splitlines()
    assert lines[0].endswith("; the 3 with most at risk of those riskier than average:")
    assert [line.split(":")[0] for line in lines[1:4]] == ["1. c1", "2. c3", "3. c2"]  # 90, 90 and 60 of 80 for c8
    everybody = risk(opened(tmp_path), limit=10)
    assert ids(everybody)[3:] == ["c8", "c7", "c6", "c5", "c4", "c10", "c9"]
    assert everybody.text.splitlines()[0].endswith("; the 10 with most at risk:")


def test_sort_by_risk_leads_with_the_likelihood(shop: ToolContext) -> None:
    result = risk(shop, sort="riskiest first", limit="three")
    assert ids(result) == ["c1", "c2", "c3"]
    assert result.text.splitlines()[1] == "1. c1: 91% likely to leave, £91.00 at risk."
    assert "the 3 likeliest to leave" in result.text.splitlines()[0]


def test_the_next_five_follow_on_and_say_where_they_stand(shop: ToolContext) -> None:
    first, following = ids(risk(shop)), risk(shop, offset=5)
    assert len(set(first) | set(ids(following))) == 10
    assert following.text.startswith(
        "Numbers 6 to 10 by money at risk of 10 customers who ordered in the last 90 days, 90 days ahead:\n6. "
    )
    assert risk(shop, offset=10).text.startswith("There are no more: that was all 10 customers who ordered")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"segment": "regulars"}, {1, 2, 3, 4, 5}),
        ({"segment": ["loyal", "VIPs"]}, {3}),
        ({"segment": "everyone"}, set(range(1, 11))),
        ({"filters": {"country": "Germany"}}, {1, 5, 9}),
        ({"filters": {"country": ["FR", "Spain"]}}, {2, 3, 4, 6, 7, 8, 10}),
        ({"filters": {"category": "home"}}, {1, 3, 5, 7, 9}),
        ({"filters": {"product": "mug"}}, {2, 4, 6, 8, 10}),
        ({"filters": {"channel": "app"}}, {1}),
        ({"segment": "loyal", "filters": {"country": "Germany", "category": "home"}}, {1, 5}),
    ],
)
def test_lists_are_narrowed_by_segments_and_dimensions(
    shop: ToolContext, arguments: dict[str, Any], expected: set[int]
) -> None:
    result = risk(shop, limit=50, **arguments)
    assert set(ids(result)) == {f"c{n}" for n in expected}
    assert f"of {len(expected)} customer" in result.text.splitlines()[0]


def test_what_was_chosen_is_said(shop: ToolContext) -> None:
    text = risk(shop, segment="VIPs", filters={"country": "Deutschland"}).text
    assert "(country Germany, segment high_value)" in text.splitlines()[0]
    assert '"VIPs" was taken to mean high_value.' in text
    assert '"Deutschland" was taken to mean Germany.' in text


def test_more_rows_than_are_told_stay_in_the_table(shop: ToolContext) -> None:
    assert len(ids(risk(shop, limit=50))) == 10
    assert risk(shop, segment=["loyal"], filters={"country": "Spain"}).text.startswith(
        "1 of 1 customer (country Spain, segment loyal) who ordered"
    )


def test_one_customer_is_told_with_reasons_of_both_directions(shop: ToolContext) -> None:
    result = risk(shop, customer_id="#C2")
    assert result.text.splitlines() == [
        "Customer c2 is 87% likely to buy nothing in the next 90 days; £174.00 is at risk.",
        "Signs of leaving: usually orders every 23 days, last order 71 days ago; complained about delivery on "
        "2026-06-03.",
        "Signs of staying: visits rose from 2 to 9 in 4 weeks.",
        "Expected to spend £26.00 in the next 90 days; £200.00 if they buy again at all.",
        "80% of customers are less likely to leave.",
        "Last order 2026-06-28; 1 completed, worth £20.00.",
        "Segments: loyal.",
        '"#C2" was taken to mean c2.',
    ]
    assert ids(result) == ["c2"]
    assert result.interpreted == {"customer_id": "c2"}


def test_who_will_probably_stay_is_told_why_first(tmp_path: Path) -> None:
    write(tmp_path, chance=lambda n: 0.2)
    lines = risk(opened(tmp_path), customer_id="c10").text.splitlines()
    assert lines[1].startswith("Signs of staying")
    assert lines[2].startswith("Signs of leaving")


def test_a_customer_filter_means_that_customer(shop: ToolContext) -> None:
    assert risk(shop, filters={"customer": "c2"}).text.startswith("Customer c2 is 87% likely")


def test_nearest_ids_where_there_is_no_such_customer(shop: ToolContext) -> None:
    with pytest.raises(ToolError, match=r"There is no customer 99; the nearest ids are c\d"):
        risk(shop, customer_id=99)


@pytest.mark.parametrize("customer", ["c12", "c13"])
def test_who_never_completed_an_order_has_no_risk(shop: ToolContext, customer: str) -> None:
    said = f"Customer {customer} has not bought anything yet, so there is no risk of leaving to tell."
    assert risk(shop, customer_id=customer).text == said
    assert f"客户 {customer} 还没有买过东西" in risk(shop, "zh", customer_id=customer).text


def test_who_is_not_scored_yet_is_said_to_be(shop: ToolContext) -> None:
    assert risk(shop, customer_id="c11").text == "Customer c11 has no score yet; run `winback refresh`."


def test_chinese_answers_chinese(shop: ToolContext) -> None:
    head, first, *_ = risk(shop, "zh", limit=10).text.splitlines()
    assert head.startswith("最近 90 天下过单的 10 位客户中，10 位未来 90 天多半不再买，可能损失共 £")
    assert head.endswith("损失最大的 10 位：")
    assert first == "1. c10：可能损失 £550.00，流失概率 55%；通常 23 天一单，已 71 天未下单；2026-06-03 投诉物流。"
    one = risk(shop, "zh", customer_id="c2").text.splitlines()
    assert one[0] == "客户 c2 未来 90 天不再购买的概率为 87%，可能损失 £174.00。"
    assert one[1] == "流失的迹象：通常 23 天一单，已 71 天未下单；2026-06-03 投诉物流。"


def test_nobody_matches_is_a_sentence(shop: ToolContext) -> None:
    text = risk(shop, segment=["loyal", "high_value"], filters={"country": "Germany"}).text
    assert text.startswith("No scored customer matches; only those who have bought")


@pytest.mark.parametrize(("limit", "words"), [(0, "one row or more"), ("many", "whole number")])
def test_a_limit_that_is_none_is_refused(shop: ToolContext, limit: Any, words: str) -> None:
    with pytest.raises(ToolError, match=words):
        risk(shop, limit=limit)


def test_a_shop_without_scores_says_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, scored=False)
    context = opened(tmp_path)
    with pytest.raises(WinbackError, match="run `winback refresh` first"):
        risk(context)
    with pytest.raises(WinbackError, match="请先运行"):
        risk(context, "zh", customer_id="c1")


def test_who_has_been_silent_for_a_horizon_is_lost_rather_than_about_to_be(tmp_path: Path) -> None:
    write(tmp_path, step=20)
    context = opened(tmp_path)
    result = risk(context)
    assert ids(result) == ["c4", "c3", "c2", "c1"]  # 80 days ago and less
    assert "of 4 customers who ordered in the last 90 days" in result.text.splitlines()[0]
    said = "6 others have not ordered for 90 days and count as lost; ask for everyone to include them."
    assert said in result.text.splitlines()
    assert len(ids(risk(context, segment="everyone", limit=20))) == 10
    assert "others have not ordered" not in risk(context, segment="everyone").text
    assert ids(risk(context, segment="high_value")) == ["c3"]
    assert ids(risk(context, filters={"customer": ["c8", "c9"]})) == ["c9", "c8"]  # nobody is left otherwise


def test_unknown_amounts_are_said_to_be(tmp_path: Path) -> None:
    write(tmp_path, worth=False)
    context = opened(tmp_path)
    lines = risk(context, limit=3).text.splitlines()
    assert lines[1].startswith("1. c1: an unknown sum at risk, 91% likely to leave")
    assert not any("nan" in line or "None" in line or line.startswith("At risk is") for line in lines)
    assert "Expected to spend" not in risk(context, customer_id="c1").text
    assert "未知金额" in risk(context, "zh", customer_id="c1").text


def test_nothing_is_told_as_certain(shop: ToolContext) -> None:
    telling = Telling("en", "GBP", Made(NOW, 90, "churn-lightgbm-90d-1"))
    row = {"customer_id": "c1", "reasons": "[]", "horizon_days": 90, "safer": 0.5}
    row |= {"expected_spend": 1, "spend_if_retained": 2, "value_at_risk": 3}
    for chance, said in ((0.9999, "over 99%"), (0.0001, "under 1%"), (0.424, "42%")):
        assert f"is {said} likely" in telling.one({**row, "churn_probability": chance}, [], Purchases(1, 5, NOW))[0]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_ten_rows_with_reasons_fit_a_reply(shop: ToolContext, language: str) -> None:
    lines = risk(shop, language, limit=10).text.splitlines()[:11]
    units = sum(len(re.findall(r"[一-鿿]|\d+|[^\W\d_]+|[^\w\s]", line)) for line in lines)
    assert units <= 480  # what the bundled model can quote
    assert all("71" in line for line in lines[1:] if " c1:" not in line and " c1：" not in line)


def test_a_shop_where_nobody_has_bought_is_not_sent_to_refresh(tmp_path: Path) -> None:
    write(tmp_path, scored=False, status="cancelled")
    with pytest.raises(WinbackError, match="Nobody with a customer id has bought anything yet"):
        risk(opened(tmp_path))


def test_old_scores_and_fallbacks_are_told(tmp_path: Path) -> None:
    write(tmp_path, version="churn-pooled-90d-1", as_of=NOW - timedelta(days=12))
    lines = risk(opened(tmp_path)).text.splitlines()
    assert (
        "The scores are of 2026-06-18 and the facts go on to 2026-06-30; run `winback refresh` for new ones." in lines
    )
    assert any(line.startswith("There is too little history") for line in lines)
