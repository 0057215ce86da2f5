"""The runner of the agent suite, with a model that says what it is told to."""

import json
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage
from sqlmodel import select

from eval.agent_suite import run_agent_suite, run_case, scorable
from eval.cases import Case
from store.ledger import ToolCallAudit
from store.settings import Settings
from store.shop import Shop
from tests.agent.scripted import ScriptedModel, call
from tests.small_shop import small_shop
from tools.registry import REGISTRY

REVENUE = {"tool": "query_metric", "args": {"metric": "revenue"}}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop.open(small_shop(tmp_path / "shop"), Settings(home=tmp_path / "shop"))


def run(shop: Shop, cases: list[dict[str, Any]], *replies: Any, progress: Any = None) -> dict[str, Any]:
    path = shop.home / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in cases), encoding="utf-8")
    return run_agent_suite([path], shop, shop.settings, progress, ScriptedModel(replies=list(replies)))


def case(id: str, *expect: dict[str, Any], lang: str = "en", user: str = "and?") -> dict[str, Any]:
    return {"id": id, "lang": lang, "role": "care", "user": user, "expect": list(expect)}


def test_the_first_call_is_scored_and_the_report_adds_up(shop: Shop) -> None:
    seen: list[float] = []
    report = run(
        shop,
        [case("right", REVENUE), case("wrong", REVENUE, lang="zh"), case("words", {"tool": None, "kind": "greeting"})],
        call("query_metric", metric="revenue", limit=3),
        call("query_metric", "c2", metric="orders"),
        "Revenue was 73.50.",
        call("churn_risk"),
        "I cannot say.",
        "Hello.",
        progress=lambda share, text: seen.append(round(share, 2)),
    )
    assert (report["suite"], report["cases"], report["accuracy"], report["tool_accuracy"]) == (
        "agent",
        3,
        0.6667,
        0.6667,
    )
    assert report["per_tool"]["query_metric"] == {"cases": 2, "tool": 0.5, "all": 0.5}
    assert report["by_language"]["zh"] == {"cases": 1, "tool": 0.0, "all": 0.0}
    assert report["invented_arguments"] == 1
    assert report["malformed_calls"] == 0
    failure = report["failures"][0]
    assert (failure["id"], failure["user"], failure["expected"]) == ("wrong", "and?", [REVENUE])
    assert failure["got"] == {"tool": "churn_risk", "args": {}}
    assert seen == [0.33, 0.67, 1.0]


def test_the_commonest_faults_name_what_differs_from_the_nearest_right_answer(shop: Shop) -> None:
    expect = [
        {"tool": "query_metric", "args": {"metric": "orders", "period": "2011", "limit": 3}},
        {"tool": "query_metric", "args": {"metric": "revenue", "period": "2011", "group_by": "month"}},
    ]
    report = run(shop, [case("a", *expect), case("b", REVENUE)], call("query_metric", metric="revenue", period="2010"))
    assert report["commonest_faults"] == [("query_metric: period differs, group_by missing", 1)]


def audited(shop: Shop) -> list[ToolCallAudit]:
    with shop.ledger.session() as session:
        return list(session.exec(select(ToolCallAudit)).all())


def test_built_tools_run_and_the_others_say_that_they_are_not_there(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(REGISTRY, "campaign_results", raising=False)
    replies = [call("query_metric", metric="revenue"), call("campaign_results", "c2"), "Done."]
    one = Case.model_validate(case("a", REVENUE))
    list(run_case(one, shop, shop.settings, ScriptedModel(replies=replies)))
    first, second = audited(shop)
    assert (first.tool, first.error) == ("query_metric", None)
    assert second.error is not None
    assert "not available" in second.error


def test_a_case_of_several_turns_passes_when_all_do_and_may_point_back(shop: Shop) -> None:
    turns = [
        {"user": "top countries", "expect": [{"tool": "query_metric", "args": {"group_by": "country"}}]},
        {
            "user": "the second",
            "expect": [{"tool": "query_metric", "args": {"filters": {"country": {"ref": "turn1.row2.country"}}}}],
        },
    ]
    several = {"id": "s", "lang": "en", "role": "care", "turns": turns}
    grouped = call("query_metric", metric="revenue", group_by="country")
    second = "United Kingdom"
    report = run(
        shop,
        [several, several | {"id": "t"}],
        grouped,
        "So.",
        call("query_metric", "c2", metric="revenue", filters={"country": second}),
        "So.",
        grouped,
        "So.",
        call("query_metric", "c2", metric="revenue", filters={"country": "France"}),
        "So.",
    )
    assert (report["accuracy"], report["tool_accuracy"]) == (0.5, 1.0)
    assert [(f["id"], f["turn"]) for f in report["failures"]] == [("t", 2)]


def test_malformed_calls_and_failed_turns_are_counted(shop: Shop) -> None:
    unreadable = AIMessage('<tool_call>\n{"name": "query_metric", "arguments": {"metric": \n</tool_call>')
    report = run(
        shop,
        [case("bad", REVENUE), case("empty", {"tool": None, "kind": "clarify"}, user="???")],
        unreadable,
        call("query_metric", wrong="revenue"),
        "No.",
    )
    assert report["malformed_calls"] == 2
    assert report["failed_turns"] == 1
    assert report["accuracy"] == 0.0


def test_what_the_evaluation_says_and_calls_is_not_kept_in_the_shop(shop: Shop) -> None:
    report = run(shop, [case("a", REVENUE)], call("query_metric", metric="revenue"), "Hello.")
    assert report["accuracy"] == 1.0
    assert not (shop.home / "conversations.db").exists()
    assert not audited(shop)


@pytest.mark.parametrize(
    ("first", "second", "can"),
    [
        ("churn_risk", {"customer_id": {"ref": "turn1.row1.customer_id"}}, False),
        ("query_metric", {"customer_id": {"ref": "turn1.row1.customer"}}, True),
        ("churn_risk", {"customer_id": "1"}, True),
    ],
)
def test_a_case_that_points_at_a_missing_tools_table_cannot_be_scored(
    first: str, second: dict[str, Any], can: bool
) -> None:
    turns = [
        {"user": "x", "expect": [{"tool": first}]},
        {"user": "y", "expect": [{"tool": "customer_profile", "args": second}]},
    ]
    whole = Case.model_validate({"id": "a", "lang": "en", "role": "care", "turns": turns})
    assert scorable(whole, {"query_metric"}) is can
