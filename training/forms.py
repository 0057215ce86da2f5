"""Reads the hand-written request forms (`forms/README.md` describes the format)."""

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "forms"
ARGUMENT = re.compile(r'([\w.]+)=("[^"]*"|“[^”]*”|\S+)')


@dataclass(frozen=True)
class Turn:
    """One request and what should follow: a tool with argument templates, or a kind of answer without a call."""

    request: str
    tool: str | None
    arguments: dict[str, str] = field(default_factory=dict)
    kind: str | None = None
    reply: str | None = None


@dataclass(frozen=True)
class Form:
    """A hand-written exchange of one or more turns, with where it stands (`en/churn_risk.txt:12`)."""

    language: str
    turns: tuple[Turn, ...]
    source: str


def parse_turn(text: str) -> Turn:
    """Raises ValueError when the arrow, the tool or a quoted value is malformed."""
    request, arrow, target = text.rpartition("=>")
    if not arrow:
        raise ValueError(f"no => in {text!r}")
    words = target.strip().split(maxsplit=1)
    tool, rest = words[0], words[1] if len(words) > 1 else ""
    if tool == "none":
        kind, _, reply = rest.partition(":")
        return Turn(request.strip(), None, kind=kind.strip(), reply=reply.strip() or None)
    arguments = {key: value.strip('"“”') for key, value in ARGUMENT.findall(rest)}
    left = ARGUMENT.sub("", rest).strip()
    if left:
        raise ValueError(f"cannot read {left!r} in {text!r}")
    return Turn(request.strip(), tool, arguments)


def read_forms(folder: Path = FOLDER) -> tuple[list[Form], list[str]]:
    """All forms, and one sentence for every line that could not be read."""
    forms: list[Form] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*/*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            source = f"{path.parent.name}/{path.name}:{number}"
            if not line.strip() or line.startswith("#"):
                continue
            try:
                turns = tuple(parse_turn(part) for part in line.split(" || "))
            except ValueError as problem:
                faults.append(f"{source}: {problem}")
                continue
            forms.append(Form(path.parent.name, turns, source))
    return forms, faults
