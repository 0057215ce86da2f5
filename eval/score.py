"""Whether a call is what a case expects. Arguments are compared after the tools' own normalisation."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from eval.cases import Alternative
from store.errors import WinbackError
from tools.result import Artifact
from tools.words import normalise_arguments

REFERENCE = re.compile(r"turn(\d+)\.row(\d+)\.(\w+)")


@dataclass(frozen=True)
class Made:
    """What the assistant did in a turn: its first call (None for words alone) and the table that came back."""

    tool: str | None
    arguments: dict[str, Any] = field(default_factory=dict)
    artifact: Artifact | None = None


@dataclass(frozen=True)
class Verdict:
    """`passed` needs the tool and every listed argument; `wrong` are listed ones that differ or are missing.

    `invented` are arguments that are neither listed nor default.
    """

    passed: bool
    tool_right: bool
    wrong: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contains:
    """Matches what has the text in it, ignoring case."""

    text: str


class NoCell:
    """Where a reference points at no cell; equal to nothing."""


def score(made: Made, expect: Sequence[Alternative], earlier: Sequence[Made], as_of: datetime) -> Verdict:
    """The best verdict over the alternatives; `earlier` are the turns before, for references to their tables."""
    verdicts = [judge(made, alternative, earlier, as_of) for alternative in expect]
    return max(verdicts, key=lambda v: (v.passed, v.tool_right, -len(v.wrong), -len(v.invented)))


def judge(made: Made, wanted: Alternative, earlier: Sequence[Made], as_of: datetime) -> Verdict:
    if made.tool != wanted.tool:
        return Verdict(passed=False, tool_right=False)
    if made.tool is None:
        return Verdict(passed=True, tool_right=True)
    given = canonical(made.tool, made.arguments, as_of)
    listed = {key: read(value, earlier) for key, value in wanted.args.items()}
    expected = canonical(made.tool, listed, as_of)
    wrong = [key for key in listed if not matches(given.get(key), expected.get(key), made.arguments.get(key))]
    invented = sorted(set(given) - set(listed))
    return Verdict(passed=not wrong, tool_right=True, wrong=tuple(wrong), invented=tuple(invented))


def canonical(tool: str, arguments: dict[str, Any], as_of: datetime) -> dict[str, Any]:
    """As the tool would read them, without defaults; what it cannot read, and what is no plain value, stays."""
    filters: Any = arguments.get("filters")
    words = {key: value for key, value in arguments.items() if plain(value)}
    special = {key: value for key, value in arguments.items() if not plain(value)}
    if isinstance(filters, dict):
        words["filters"] = {key: value for key, value in filters.items() if plain(value)}
    normal = normalised(tool, words, as_of) | special
    if isinstance(filters, dict):
        inside = {key: value for key, value in filters.items() if not plain(value)}
        normal["filters"] = normal.get("filters", {}) | inside
    return {key: value for key, value in normal.items() if value not in (None, {}, [], "")}


def normalised(tool: str, arguments: dict[str, Any], as_of: datetime) -> dict[str, Any]:
    try:
        return dict(normalise_arguments(tool, arguments, as_of))
    except WinbackError:
        if len(arguments) == 1:
            return arguments
        parts = [normalised(tool, {key: value}, as_of) for key, value in arguments.items()]
        return {key: value for part in parts for key, value in part.items()}


def plain(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(plain, value))
    return not isinstance(value, Contains | NoCell)


def read(value: Any, earlier: Sequence[Made]) -> Any:
    """The expected value, its references and `{"~": text}` made what they stand for, at any depth."""
    if isinstance(value, list):
        return [read(one, earlier) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"~"}:
        return Contains(str(value["~"]))
    if set(value) == {"ref"}:
        return cell(str(value["ref"]), earlier)
    return {key: read(one, earlier) for key, one in value.items()}


def references(value: Any) -> Iterator[int]:
    """The numbers (from 1) of the turns that an expected value points at."""
    if isinstance(value, list):
        for one in value:
            yield from references(one)
    elif isinstance(value, dict):
        if set(value) == {"ref"} and (match := REFERENCE.fullmatch(str(value["ref"]))):
            yield int(match[1])
        for one in value.values():
            yield from references(one)


def cell(reference: str, earlier: Sequence[Made]) -> Any:
    match = REFERENCE.fullmatch(reference)
    if not match:
        return NoCell()
    turn, row, column = int(match[1]), int(match[2]), match[3]
    artifact = earlier[turn - 1].artifact if 1 <= turn <= len(earlier) else None
    if artifact is None or column not in artifact.columns or not 1 <= row <= len(artifact.rows):
        return NoCell()
    return artifact.rows[row - 1][artifact.columns.index(column)]


def matches(given: Any, wanted: Any, raw: Any = None) -> bool:
    """Strings without case and outer space, numbers by value, a list of one as its element, objects key by key.

    The text of `Contains` may also stand in `raw`, the argument before normalisation.
    """
    given, wanted = single(given), single(wanted)
    if isinstance(wanted, NoCell):
        return False
    if isinstance(wanted, Contains):
        text = wanted.text.strip().casefold()
        return any(text in str(one).casefold() for one in (given, raw) if one is not None)
    if isinstance(given, dict) and isinstance(wanted, dict):
        return set(given) == set(wanted) and all(matches(given[key], wanted[key]) for key in wanted)
    if isinstance(given, list) and isinstance(wanted, list):
        return len(given) == len(wanted) and all(any(matches(one, other) for one in given) for other in wanted)
    return comparable(given) == comparable(wanted)


def single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def comparable(value: Any) -> str:
    text = str(value).strip().casefold()
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text
