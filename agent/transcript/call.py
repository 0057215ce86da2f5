"""A tool call as it is kept: plain values, without anybody's e-mail address or phone number."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any, cast

from agent.events import CallRecord
from agent.privacy import Vault, mask_text
from tools.call import ToolOutcome
from tools.contract import EFFECTS, Effect
from tools.result import Artifact

_ROWS = 500


class KeptCall(CallRecord):
    """A call with its table, of which the first 500 rows are kept (`rows` counts all). `running`: it is not over."""

    artifact: Artifact | None = None
    running: bool = False

    @property
    def saved(self) -> dict[str, int] | None:
        """The draft or campaign that the call proposed: `{"draft_id": 12}`."""
        from agent.review.request import proposed

        proposes = EFFECTS.get(self.tool) is Effect.PROPOSE and self.error is None
        return proposed(self.artifact) if proposes else None


def keep(outcome: ToolOutcome, vault: Vault) -> KeptCall:
    """The call as it is stored and shown; personal data is masked as in what the model reads."""
    return KeptCall(
        tool=outcome.tool,
        arguments=outcome.arguments,
        text=mask_text(outcome.whole, vault),
        error=mask_text(outcome.error, vault) if outcome.error else None,
        duration_ms=outcome.duration_ms,
        rows=outcome.rows,
        artifact=_artifact(outcome.artifact, vault) if outcome.artifact else None,
    )


def _artifact(artifact: Artifact, vault: Vault) -> Artifact:
    rows = [[_plain(cell, vault) for cell in row] for row in artifact.rows[:_ROWS]]
    return artifact.model_copy(update={"rows": rows})


def _plain(value: Any, vault: Vault) -> Any:
    """What JSON can hold, so that a table looks the same before and after it was stored."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (float, Decimal)):
        return float(value) if isfinite(value) else None
    if isinstance(value, (date, datetime, timedelta)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(one, vault) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {str(name): _plain(one, vault) for name, one in cast("dict[Any, Any]", value).items()}
    return mask_text(str(value), vault)
