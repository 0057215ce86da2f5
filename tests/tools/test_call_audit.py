from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from tools.call import call_tool
from tools.context import Actor, ToolContext


class Deaf:
    def record_tool_call(self, _: Any) -> None:
        raise OSError("disk full")


def test_what_cannot_be_audited_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    shop: Any = SimpleNamespace(ledger=Deaf())
    outcome = call_tool("no_such_tool", {}, ToolContext(shop, Actor("a", "care"), datetime(2026, 1, 1)))
    assert outcome.error is not None
    assert "audit could not be written" in outcome.text
    assert "disk full" in caplog.text
