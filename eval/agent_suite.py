"""Scores the assistant on requests: does it call the right tool with the right arguments?

All thirteen tools of the contract are offered; those that are not built answer with a sentence. The first call of a
turn is what counts.
"""

import time
from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from langchain_core.language_models import BaseChatModel
from pydantic import ValidationError

from agent.answer import Conversation
from agent.client import chat_model
from agent.events import Answer, Final, Retry
from eval.cases import Case, TurnCase, read_cases
from eval.score import Made, Verdict, references, score
from eval.scratch import scratch
from store.errors import WinbackError
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor
from tools.contract import CONTRACT
from tools.registry import REGISTRY

Progress = Callable[[float, str], None]

SUITES = Path(__file__).parent / "suites" / "agent"
HELD_APART = [SUITES / "heldout_en.jsonl", SUITES / "heldout_zh.jsonl"]


@dataclass(frozen=True)
class Scored:
    """One turn of a case with what was made of it. `malformed` counts calls that could not be read or run as given."""

    case: Case
    number: int
    turn: TurnCase
    made: Made
    verdict: Verdict
    malformed: int
    answer: str
    failed: bool

    @property
    def name(self) -> str:
        return self.turn.expect[0].tool or "none"


def run_agent_suite(
    files: Sequence[Path],
    shop: Shop,
    settings: Settings,
    progress: Progress | None = None,
    model: BaseChatModel | None = None,
) -> dict[str, Any]:
    """Runs every case of `files` in a fresh conversation, remembered nowhere.

    Raises WinbackError for a bad file or no model server.
    """
    cases = [case for file in files for case in read_cases(file)]
    runnable = [case for case in cases if scorable(case, REGISTRY)]
    used = model or chat_model(settings)
    started = time.monotonic()
    scored: list[Scored] = []
    with scratch(shop) as apart:
        for done, case in enumerate(runnable, 1):
            scored += run_case(case, apart, settings, used)
            if progress:
                progress(done / len(runnable), f"{done} of {len(runnable)} cases")
    name = str(getattr(used, "model_name", type(used).__name__))
    return {
        "suite": "agent",
        **figures(runnable, scored),
        "not_scorable": len(cases) - len(runnable),
        "model": name,
        "seconds": round(time.monotonic() - started, 1),
    }


def scorable(case: Case, built: Container[str]) -> bool:
    """False where every right answer of a turn points at the table of a tool that is not built."""

    def has_table(number: int) -> bool:
        return 1 <= number <= len(case.turns) and any(a.tool and a.tool in built for a in case.turns[number - 1].expect)

    return all(any(all(map(has_table, references(wanted.args))) for wanted in turn.expect) for turn in case.turns)


def run_case(case: Case, shop: Shop, settings: Settings, model: BaseChatModel) -> Iterator[Scored]:
    talk = Conversation(shop, Actor("evaluation", case.role), settings, model=model, tools=CONTRACT)
    earlier: list[Made] = []
    for number, turn in enumerate(case.turns, 1):
        text, answer, unread = ask(talk, turn.user)
        calls = answer.tool_calls if answer else []
        first = calls[0] if calls else None
        made = Made(first.tool, first.arguments, first.artifact) if first else Made(None)
        verdict = score(made, turn.expect, earlier, shop.as_of) if answer else Verdict(passed=False, tool_right=False)
        earlier.append(made)
        malformed = unread + sum(not well_formed(call.tool, call.arguments) for call in calls)
        yield Scored(case, number, turn, made, verdict, malformed, text, answer is None)


def ask(talk: Conversation, question: str) -> tuple[str, Answer | None, int]:
    """What was said, the answer (None when the turn failed), and how many calls could not be read."""
    unread = 0
    try:
        for event in talk.stream(question):
            unread += isinstance(event, Retry) and "tool call" in event.reason
            if isinstance(event, Final):
                return event.answer.answer, event.answer, unread
    except WinbackError as problem:
        return str(problem), None, unread
    return "", None, unread


def well_formed(tool: str, arguments: dict[str, Any]) -> bool:
    try:
        CONTRACT[tool].model_validate(arguments)
    except (KeyError, ValidationError):
        return False
    return True


def figures(cases: list[Case], scored: list[Scored]) -> dict[str, Any]:
    """A case passes when all its turns do; `per_tool` counts turns, all else cases."""
    whole = [[s for s in scored if s.case is case] for case in cases]
    return {
        "cases": len(cases),
        "accuracy": share([passed(turns) for turns in whole]),
        "tool_accuracy": share([tool_right(turns) for turns in whole]),
        "per_tool": by([[s] for s in scored], lambda turns: turns[0].name),
        "by_language": by(whole, lambda turns: turns[0].case.lang),
        "malformed_calls": sum(s.malformed for s in scored),
        "invented_arguments": sum(len(s.verdict.invented) for s in scored),
        "failed_turns": sum(s.failed for s in scored),
        "commonest_faults": Counter(fault(s) for s in scored if not s.verdict.passed).most_common(10),
        "failures": [failure(s) for s in scored if not s.verdict.passed],
    }


def passed(turns: list[Scored]) -> bool:
    return all(s.verdict.passed for s in turns)


def tool_right(turns: list[Scored]) -> bool:
    return all(s.verdict.tool_right for s in turns)


def share(flags: list[bool]) -> float:
    return round(sum(flags) / len(flags), 4) if flags else 0.0


def by(whole: list[list[Scored]], key: Callable[[list[Scored]], str]) -> dict[str, dict[str, Any]]:
    groups: dict[str, list[list[Scored]]] = {}
    for turns in whole:
        groups.setdefault(key(turns), []).append(turns)
    return {
        name: {"cases": len(group), "tool": share([*map(tool_right, group)]), "all": share([*map(passed, group)])}
        for name, group in sorted(groups.items())
    }


def fault(item: Scored) -> str:
    """What went wrong, in a form that can be counted."""
    if item.failed:
        return f"{item.name} ended in an error"
    if not item.verdict.tool_right:
        return f"{item.name} answered by {item.made.tool or 'none'}"
    wrong = ", ".join(f"{key} {'differs' if key in item.made.arguments else 'missing'}" for key in item.verdict.wrong)
    return f"{item.made.tool}: {wrong}"


def failure(item: Scored) -> dict[str, Any]:
    return {
        "id": item.case.id,
        "turn": item.number,
        "user": item.turn.user,
        "expected": [a.model_dump(exclude_unset=True) for a in item.turn.expect],
        "got": {"tool": item.made.tool, "args": item.made.arguments},
        "answer": item.answer,
    }
