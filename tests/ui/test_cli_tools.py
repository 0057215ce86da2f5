"""`winback tools` and `winback eval`."""

import json
from pathlib import Path

from sqlmodel import select

from store.ledger import Ledger, ToolCallAudit
from tests.agent.model_server import Script, said
from tests.ui.conftest import Run
from tools.contract import CONTRACT
from tools.registry import REGISTRY


def test_a_tool_is_called_without_a_model(winback: Run, home: Path) -> None:
    ran = winback(
        "tools", "call", "query_metric", "--args", '{"metric": "revenue", "period": "2011-11"}', "--home", home
    )
    assert (ran.code, ran.err) == (0, "")
    assert "64.50" in ran.out


def test_as_json_a_call_has_text_artifact_and_error(winback: Run, home: Path) -> None:
    args = '{"metric": "revenue", "group_by": "country"}'
    result = json.loads(winback("tools", "call", "query_metric", "--args", args, "--home", home, "--json").out)
    assert set(result) == {"text", "artifact", "error"}
    assert result["error"] is None
    assert len(result["artifact"]["rows"]) == 2


def test_a_failed_call_is_one_sentence_and_as_json_still_an_object(winback: Run, home: Path) -> None:
    for name, args in (("query_metric", '{"metric": "flurbs"}'), ("churn_risk", "{}"), ("unheard_of", "{}")):
        shown = winback("tools", "call", name, "--args", args, "--home", home)
        assert (shown.code, shown.out, len(shown.err.splitlines())) == (1, "", 1)
        as_json = winback("tools", "call", name, "--args", args, "--home", home, "--json")
        assert as_json.code == 1
        assert json.loads(as_json.out)["error"] == shown.err.strip()


def test_a_contact_finds_the_customer_and_is_kept_nowhere(winback: Run, home: Path) -> None:
    args = '{"contact": "Ann@Example.com"}'
    ran = winback("tools", "call", "customer_profile", "--args", args, "--home", home, "--json")
    assert "17850" in json.loads(ran.out)["text"]
    assert "ann@example" not in ran.out.lower()
    with Ledger.open(home).session() as session:
        assert session.exec(select(ToolCallAudit)).one().arguments == {"contact": "<email-1>"}


def test_the_list_names_every_tool_of_the_contract(winback: Run) -> None:
    ran = winback("tools", "list")
    assert all(name in ran.out for name in CONTRACT)
    assert ran.out.count("not built") == len(CONTRACT) - len(REGISTRY)


CASES = [
    {"id": "a", "lang": "en", "role": "care", "user": "hi", "expect": [{"tool": None, "kind": "greeting"}]},
    {"id": "b", "lang": "zh", "role": "care", "user": "销售额", "expect": [{"tool": "query_metric", "args": {}}]},
]


def _cases(folder: Path) -> Path:
    path = folder / "cases.jsonl"
    path.write_text("\n".join(json.dumps(case) for case in CASES), encoding="utf-8")
    return path


def test_an_evaluation_prints_one_object_or_tables(
    winback: Run, home: Path, script: Script, url: str, tmp_path: Path
) -> None:
    script.replies = [said("Hello.")]
    where = ("--cases", _cases(tmp_path), "--home", home, "--model-url", url)
    report = json.loads(winback("eval", "run", "agent", *where, "--json").out)
    documented = {"suite", "cases", "accuracy", "tool_accuracy", "per_tool", "failures"}
    assert documented < set(report)
    assert (report["cases"], report["accuracy"], len(report["failures"])) == (2, 0.5, 1)
    shown = winback("eval", "run", "agent", *where)
    assert "tool and all arguments right 50.0%" in shown.out
    assert "query_metric answered by none" in shown.out


def test_an_evaluation_below_the_mark_fails(winback: Run, home: Path, script: Script, url: str, tmp_path: Path) -> None:
    script.replies = [said("Hello.")]
    where = ("--cases", _cases(tmp_path), "--home", home, "--model-url", url)
    assert winback("eval", "run", "agent", *where, "--at-least", 0.5).code == 0
    assert winback("eval", "run", "agent", *where, "--at-least", 0.6).code == 1


def test_a_bad_case_is_named_by_its_line(winback: Run, home: Path, script: Script, url: str, tmp_path: Path) -> None:
    path = _cases(tmp_path)
    path.write_text(path.read_text("utf-8") + "\n{}", encoding="utf-8")
    ran = winback("eval", "run", "agent", "--cases", path, "--home", home, "--model-url", url)
    assert ran.code == 1
    assert "line 3 is not a case" in ran.err
