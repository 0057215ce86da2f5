"""Whether a call is what a case expects. Arguments are compared after the tools' own normalisation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from tools.words import normalise_arguments

from eval.cases import Alternative
from tools.result import Artifact

REFERENCE = re.compile(r"turn(\d+)\.row(\d+)\.(\w+)")


@dataclass(frozen=True)
class Made:
    """What the assistant did in a turn: its first call (None for words alone) and the table that came back."""

    tool: str | None
    arguments: dict[str, Any] = field(default_factory=dict)
    artifact: Artifact | None = None


@dataclass(frozen=True)
class Verdict:
    """`passed` needs the tool and every listed argument; `invented` are arguments neither listed nor default."""

    passed: bool
    tool_right: bool
    invented: tuple[str, ...] = ()


def score(made: Made, expect: Sequence[Alternative], earlier: Sequence[Made], as_of: datetime) -> Verdict:
    """The best verdict over the alternatives; `earlier` are the turns before, for references to their tables."""
    verdicts = [judge(made, alternative, earlier, as_of) for alternative in expect]
    return max(verdicts, key=lambda v: (v.passed, v.tool_right, -len(v.invented)))


def judge(made: Made, wanted: Alternative, earlier: Sequence[Made], as_of: datetime) -> Verdict:
    if made.tool != wanted.tool:
        return Verdict(passed=False, tool_right=False)
    if made.tool is None:
        return Verdict(passed=True, tool_right=True)
    given = normalise_arguments(made.tool, made.arguments, as_of)
    listed = {key: resolved(value, earlier) for key, value in wanted.args.items()}
    literal = {key: value for key, value in listed.items() if not contains(value)}
    expected = normalise_arguments(made.tool, literal, as_of)
    right = all(equal(given.get(key), expected.get(key)) for key in literal)
    right = right and all(includes(given.get(key), value["~"]) for key, value in listed.items() if contains(value))
    invented = tuple(sorted(set(given) - set(listed)))
    return Verdict(passed=right, tool_right=True, invented=invented)


def scorable(expect: Sequence[Alternative], earlier: Sequence[Made]) -> bool:
    """False when every right answer points at a cell that no tool has returned."""
    return any(
        all(resolved(value, earlier) is not None or not refers(value) for value in wanted.args.values())
        for wanted in expect
    )


def refers(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"ref"}


def contains(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"~"}


def includes(given: Any, text: str) -> bool:
    return given is not None and text.strip().casefold() in str(given).casefold()


def resolved(value: Any, earlier: Sequence[Made]) -> Any:
    """The cell that `{"ref": "turn1.row2.customer_id"}` points at, or None where there is none."""
    if not refers(value):
        return value
    match = REFERENCE.fullmatch(value["ref"])
    if not match:
        return None
    turn, row, column = int(match[1]) - 1, int(match[2]) - 1, match[3]
    artifact = earlier[turn].artifact if turn < len(earlier) else None
    if artifact is None or column not in artifact.columns or row >= len(artifact.rows):
        return None
    return artifact.rows[row][artifact.columns.index(column)]


def equal(given: Any, wanted: Any) -> bool:
    """Strings without case and outer space, numbers by value, a list of one as its element, objects key by key."""
    given, wanted = single(given), single(wanted)
    if isinstance(given, dict) and isinstance(wanted, dict):
        return set(given) == set(wanted) and all(equal(given[key], wanted[key]) for key in wanted)
    if isinstance(given, list) and isinstance(wanted, list):
        return sorted(map(plain, given)) == sorted(map(plain, wanted))
    return plain(given) == plain(wanted)


def single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def plain(value: Any) -> str:
    text = str(value).strip().casefold()
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text
