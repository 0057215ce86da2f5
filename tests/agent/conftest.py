"""A shop without data, whose three tools say what a test wants them to say."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from agent.answer import Conversation
from store.errors import WinbackError
from store.settings import Settings
from tests.agent.scripted import ScriptedModel
from tools.context import Actor
from tools.registry import REGISTRY, Tool
from tools.result import Artifact, ToolResult

REVENUE = "Revenue, 2011-11-01 to 2011-11-30: £1,456,145.80. Orders: 2,884. Refund rate: 12.3 %."


class FakeLedger:
    """Keeps the audit in a list; knows the customers it is told of."""

    def __init__(self) -> None:
        self.audit: list[Any] = []
        self.names: set[str] = set()

    def record_tool_call(self, entry: Any) -> None:
        self.audit.append(entry)

    def customers_by_contact(self, value: str) -> list[str]:
        return ["c1"] if value in self.names else []


@pytest.fixture
def shop(tmp_path: Path) -> Any:
    return SimpleNamespace(
        home=tmp_path,
        as_of=datetime(2011, 12, 9, 12, 50),
        currency="GBP",
        timezone="Europe/London",
        ledger=FakeLedger(),
    )


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What each tool returns: a ToolResult, or an exception to raise. `calls` lists the arguments it got."""
    answers: dict[str, Any] = {
        "query_metric": ToolResult(
            text=REVENUE, artifact=Artifact(columns=["value"], rows=[[1]], definition="completed orders")
        ),
        "run_sql": ToolResult(text="3 rows."),
        "customer_profile": ToolResult(text="Customer 17850, United Kingdom."),
        "calls": [],
    }

    def runner(name: str) -> Callable[[Any, Any], ToolResult]:
        def run(context: Any, args: Any) -> ToolResult:
            answers["calls"].append((name, args.model_dump(exclude_none=True), context))
            if isinstance(answers[name], WinbackError | RuntimeError):
                raise answers[name]
            return answers[name]

        return run

    for name in ("query_metric", "run_sql", "customer_profile"):
        monkeypatch.setitem(REGISTRY, name, Tool(name, runner(name)))
    return answers


@pytest.fixture
def talk(shop: Any, tools: dict[str, Any]) -> Callable[..., tuple[Conversation, ScriptedModel]]:
    """A conversation with a model that gives these replies."""

    def start(
        *replies: Any, conversation_id: str | None = None, actor: str = "ann", window: int = 8192, **more: Any
    ) -> Any:
        model = ScriptedModel(replies=list(replies), profile={"max_input_tokens": window}, **more)
        return Conversation(shop, Actor(actor, "care"), Settings(), conversation_id, model), model

    return start
