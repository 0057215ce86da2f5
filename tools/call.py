"""One way to call a tool: validate, run, audit, and turn every failure into one sentence."""

import logging
import time
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from store.errors import WinbackError
from store.ledger import ToolCallAudit
from tools.context import ToolContext
from tools.contract import CONTRACT
from tools.registry import REGISTRY
from tools.result import Artifact, Quote, ToolResult

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ToolOutcome:
    """What came of a call. `error` is one sentence, or None when all went well; `rows` counts the table's rows.

    `text` is the tool's statements; `quotes` are customers' words that go with them, `whole` is both.
    """

    tool: str
    arguments: dict[str, Any]
    text: str
    artifact: Artifact | None = None
    error: str | None = None
    duration_ms: float = 0.0
    rows: int = 0
    interpreted: dict[str, Any] = field(default_factory=dict[str, Any])
    quotes: list[Quote] = field(default_factory=list[Quote])
    untrusted: bool = False

    @property
    def whole(self) -> str:
        return "\n".join([self.text, *(quote.line() for quote in self.quotes)])


def call_tool(name: str, arguments: dict[str, Any], context: ToolContext) -> ToolOutcome:
    """Run a tool by name. Never raises; every call is written to the audit."""
    started = time.perf_counter()
    try:
        result, error = _run(name, arguments, context), None
    except WinbackError as problem:
        result, error = ToolResult(text=str(problem)), str(problem)
    except Exception:
        log.exception("tool %s failed", name)
        error = f"{name} failed unexpectedly; the log says why, and other tools still work."
        result = ToolResult(text=error)
    outcome = ToolOutcome(
        tool=name,
        arguments=arguments,
        text=result.text,
        artifact=result.artifact,
        error=error,
        duration_ms=round((time.perf_counter() - started) * 1000, 3),
        rows=len(result.artifact.rows) if result.artifact else 0,
        interpreted=result.interpreted,
        quotes=result.quotes,
        untrusted=result.untrusted,
    )
    return _audited(outcome, context)


def refuse_tool(name: str, arguments: dict[str, Any], context: ToolContext, reason: str) -> ToolOutcome:
    """A call that may not be made: `reason` is its error, and it is written to the audit like any other."""
    return _audited(ToolOutcome(tool=name, arguments=arguments, text=reason, error=reason), context)


def _audited(outcome: ToolOutcome, context: ToolContext) -> ToolOutcome:
    """The outcome once it is in the audit; what cannot be audited is not told."""
    try:
        _audit(outcome, context)
    except Exception:
        log.exception("the audit of %s could not be written", outcome.tool)
        error = "The audit could not be written, so the answer is withheld; see to the ledger and ask again."
        return ToolOutcome(outcome.tool, outcome.arguments, error, error=error, duration_ms=outcome.duration_ms)
    return outcome


def _run(name: str, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
    tool = REGISTRY.get(name)
    if tool is None:
        raise WinbackError(_unknown(name))
    try:
        parsed = tool.args.model_validate(arguments)
    except ValidationError as problem:
        raise WinbackError(_invalid(name, problem)) from problem
    return tool.run(context, parsed)


def _unknown(name: str) -> str:
    known = ", ".join(REGISTRY)
    if name in CONTRACT:
        return f"{name} is not available in this installation; available are {known}."
    return f"There is no tool {name!r}; available are {known}."


def _invalid(name: str, problem: ValidationError) -> str:
    first = problem.errors()[0]
    where = ".".join(str(part) for part in first["loc"][:1]) or "the arguments"
    if first["type"] == "missing":
        return f"{name} needs the argument {where}."
    if first["type"] == "extra_forbidden":
        known = ", ".join(CONTRACT[name].model_fields)
        return f"{name} has no argument {where}; it takes {known}."
    return f"{name} cannot use this value of {where}: {first['msg'].lower()}."


def _audit(outcome: ToolOutcome, context: ToolContext) -> None:
    artifact = outcome.artifact
    context.shop.ledger.record_tool_call(
        ToolCallAudit(
            id=None,
            at=context.now,
            actor=context.actor.id,
            role=context.actor.role,
            conversation=context.conversation,
            tool=outcome.tool,
            arguments=outcome.arguments,
            duration_ms=outcome.duration_ms,
            rows=outcome.rows,
            error=outcome.error,
            model=context.model_name,
            definition=(artifact.sql or artifact.definition) if artifact else None,
        )
    )
