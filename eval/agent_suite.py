"""Scores the assistant on requests: does it call the right tool with the right arguments?

All thirteen tools of the contract are offered; those that are not built answer with a sentence. The first call of a
turn is what counts.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from pydantic import ValidationError

from agent.answer import Conversation
from agent.client import chat_model
from eval.cases import Case, TurnCase, read_cases
from eval.score import Made, Verdict, scorable, score
from store.errors import WinbackError
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor
from tools.contract import CONTRACT

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Scored:
    """One turn of a case with what was made of it."""

    case: Case
    number: int
    turn: TurnCase
    made: Made
    verdict: Verdict
    malformed: int
    answer: str
    scorable: bool = True

    @property
    def name(self) -> str:
        return self.turn.expect[0].tool or "none"


def run_agent_suite(
    path: Path, shop: Shop, settings: Settings, progress: Progress | None = None, model: BaseChatModel | None = None
) -> dict[str, Any]:
    """Runs every case of `path` in a fresh conversation. Raises WinbackError for a bad file or no model server."""
    cases = read_cases(path)
    used = model or chat_model(settings)
    started = time.monotonic()
    scored: list[Scored] = []
    for done, case in enumerate(cases, 1):
        scored += run_case(case, shop, settings, used)
        if progress:
            progress(done / len(cases), f"{done} of {len(cases)} cases")
    report = figures(cases, scored)
    name = str(getattr(used, "model_name", type(used).__name__))
    return {"suite": "agent", **report, "model": name, "seconds": round(time.monotonic() - started, 1)}


def run_case(case: Case, shop: Shop, settings: Settings, model: BaseChatModel) -> Iterator[Scored]:
    talk = Conversation(shop, Actor("evaluation", case.role), settings, model=model, tools=CONTRACT)
    earlier: list[Made] = []
    for number, turn in enumerate(case.turns, 1):
        try:
            answer = talk.ask(turn.user)
            calls, text = answer.tool_calls, answer.answer
        except WinbackError as problem:
            calls, text = [], str(problem)
        first = calls[0] if calls else None
        made = Made(first.tool, first.arguments, first.artifact) if first else Made(None)
        verdict = score(made, turn.expect, earlier, shop.as_of)
        can = scorable(turn.expect, earlier)
        earlier.append(made)
        malformed = sum(not well_formed(call.tool, call.arguments) for call in calls)
        yield Scored(case, number, turn, made, verdict, malformed, text, can)


def well_formed(tool: str, arguments: dict[str, Any]) -> bool:
    try:
        CONTRACT[tool].model_validate(arguments)
    except (KeyError, ValidationError):
        return False
    return True


def figures(cases: list[Case], scored: list[Scored]) -> dict[str, Any]:
    """A case passes when all its turns do. One that points at the table of a tool that is not built is left out."""
    left_out = {s.case.id for s in scored if not s.scorable}
    scored = [s for s in scored if s.case.id not in left_out]
    cases = [case for case in cases if case.id not in left_out]
    whole = {case.id: [s for s in scored if s.case is case] for case in cases}
    passed = [all(s.verdict.passed for s in turns) for turns in whole.values()]
    tools = [all(s.verdict.tool_right for s in turns) for turns in whole.values()]
    return {
        "cases": len(cases),
        "not_scorable": len(left_out),
        "accuracy": share(passed),
        "tool_accuracy": share(tools),
        "per_tool": by(scored, lambda s: s.name),
        "by_language": by(scored, lambda s: s.case.lang),
        "malformed_calls": sum(s.malformed for s in scored),
        "invented_arguments": sum(len(s.verdict.invented) for s in scored),
        "commonest_faults": Counter(fault(s) for s in scored if not s.verdict.passed).most_common(10),
        "failures": [failure(s) for s in scored if not s.verdict.passed],
    }


def share(flags: list[bool]) -> float:
    return round(sum(flags) / len(flags), 4) if flags else 0.0


def by(scored: list[Scored], key: Callable[[Scored], str]) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[Scored]] = {}
    for item in scored:
        groups.setdefault(key(item), []).append(item)
    return {
        name: {
            "cases": len(items),
            "tool": share([s.verdict.tool_right for s in items]),
            "all": share([s.verdict.passed for s in items]),
        }
        for name, items in sorted(groups.items())
    }


def fault(item: Scored) -> str:
    """What went wrong, in a form that can be counted."""
    if not item.verdict.tool_right:
        return f"{item.name} answered by {item.made.tool or 'none'}"
    wanted = item.turn.expect[0].args
    missing = sorted(key for key in wanted if key not in item.made.arguments)
    return f"{item.name}: {'missing ' + ', '.join(missing) if missing else 'other ' + ', '.join(sorted(wanted))}"


def failure(item: Scored) -> dict[str, Any]:
    return {
        "id": item.case.id,
        "turn": item.number,
        "user": item.turn.user,
        "expected": [a.model_dump(exclude_none=True) for a in item.turn.expect],
        "got": {"tool": item.made.tool, "args": item.made.arguments},
        "answer": item.answer,
    }
