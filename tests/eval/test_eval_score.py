from datetime import datetime
from typing import Any

import pytest

from eval.cases import Alternative
from eval.score import Made, score
from tools.result import Artifact

NOW = datetime(2011, 12, 9)
TABLE = Artifact(columns=["customer_id", "risk"], rows=[["17850", 0.9], ["12748", 0.8]])


def passes(tool: str | None, given: dict[str, Any], wanted: dict[str, Any], earlier: list[Made] | None = None) -> bool:
    return score(Made(tool, given), [Alternative(tool=tool, args=wanted)], earlier or [], NOW).passed


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"metric": "revenue"}, {}),
        ({"metric": "Revenue "}, {"metric": "revenue"}),
        ({"metric": "revenue", "limit": "ten"}, {"limit": 10}),
        ({"metric": "revenue", "period": "last month"}, {"period": "2011-11"}),
        ({"metric": "revenue", "group_by": ["month"]}, {"group_by": "month"}),
        ({"metric": "revenue", "filters": {"country": "the UK"}}, {"filters": {"country": "United Kingdom"}}),
        ({"metric": "revenue", "order": "desc"}, {"metric": "revenue"}),
        ({"metric": "revenue"}, {"order": "desc"}),
    ],
)
def test_equal_after_normalisation(given: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert passes("query_metric", given, wanted)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"metric": "orders"}, {"metric": "revenue"}),
        ({"metric": "revenue"}, {"period": "2011-11"}),
        ({"metric": "revenue", "filters": {"country": "UK", "category": "toys"}}, {"filters": {"country": "UK"}}),
        ({"metric": "revenue", "filters": {"country": "Spain"}}, {"filters": {"country": "UK"}}),
    ],
)
def test_unequal(given: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert not passes("query_metric", given, wanted)


def test_contains_ignores_case() -> None:
    assert passes("search_reviews", {"query": "the Zip broke"}, {"query": {"~": "zip BROKE"}})
    assert not passes("search_reviews", {"query": "the zip"}, {"query": {"~": "broke"}})


def test_a_reference_is_the_cell_of_the_earlier_table() -> None:
    earlier = [Made("churn_risk", {}, TABLE)]
    wanted = {"customer_id": {"ref": "turn1.row2.customer_id"}}
    assert passes("customer_profile", {"customer_id": "#12748"}, wanted, earlier)
    assert not passes("customer_profile", {"customer_id": "17850"}, wanted, earlier)
    assert not passes("customer_profile", {"customer_id": "12748"}, wanted, [])
    assert not passes("customer_profile", {}, wanted, [])


@pytest.mark.parametrize(
    "reference", ["turn1.row3.customer_id", "turn1.row0.risk", "turn0.row1.risk", "turn1.row1.x", ""]
)
def test_a_reference_to_no_cell_is_never_right(reference: str) -> None:
    earlier = [Made("churn_risk", {}, TABLE)]
    for given in ({}, {"customer_id": "17850"}, {"customer_id": None}):
        assert not passes("customer_profile", given, {"customer_id": {"ref": reference}}, earlier)


def test_references_and_contains_inside_filters() -> None:
    earlier = [Made("query_metric", {}, Artifact(columns=["country"], rows=[["France"]]))]
    wanted = {"filters": {"country": {"ref": "turn1.row1.country"}, "product": {"~": "mug"}}}
    assert passes("query_metric", {"filters": {"country": "france", "product": "Blue MUG"}}, wanted, earlier)
    assert not passes("query_metric", {"filters": {"country": "france", "product": "lamp"}}, wanted, earlier)
    assert not passes("query_metric", {"filters": {"product": "Blue mug"}}, wanted, earlier)
    assert not passes("query_metric", {}, wanted, earlier)


def test_what_the_tool_cannot_read_is_compared_as_it_stands() -> None:
    given = {"metric": "flurbs", "period": "last month"}
    assert not passes("query_metric", given, {"metric": "revenue"})
    assert passes("query_metric", given, {"period": "2011-11"})


def test_empty_filters_are_no_filters() -> None:
    assert passes("query_metric", {"metric": "revenue", "filters": {}}, {"metric": "revenue"})
    assert passes("query_metric", {"metric": "revenue"}, {"metric": "revenue", "filters": {}})
    assert not passes("query_metric", {"filters": {"country": "France"}}, {"filters": {}})


def test_any_alternative_passes_and_inventions_are_counted_apart() -> None:
    expect = [Alternative(tool="run_sql"), Alternative(tool="query_metric", args={"metric": "units"})]
    made = Made("query_metric", {"metric": "units", "period": "2011", "order": "desc"})
    verdict = score(made, expect, [], NOW)
    assert verdict.passed
    assert verdict.invented == ("period",)


def test_no_call_where_none_is_wanted() -> None:
    assert passes(None, {}, {})
    assert not score(Made("churn_risk"), [Alternative(tool=None, kind="greeting")], [], NOW).tool_right
