"""Cases as data: one JSON object a line, single turn or several (docs/design.md, "Case format of the evaluation")."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from store.errors import WinbackError

Kind = Literal["greeting", "capability", "offtopic", "refuse", "clarify", "from_context"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Alternative(Strict):
    """One right answer: a call with at least these arguments, or (tool null) no call."""

    tool: str | None
    args: dict[str, Any] = {}
    kind: Kind | None = None


class TurnCase(Strict):
    """One request and everything that would be right."""

    user: str
    expect: list[Alternative]


class Case(Strict):
    """A conversation of one or more turns; a single-turn case may give `user` and `expect` itself."""

    id: str
    lang: Literal["en", "zh"]
    role: Literal["care", "marketer", "approver", "admin"] = "marketer"
    user: str | None = None
    expect: list[Alternative] | None = None
    turns: list[TurnCase] = []

    @model_validator(mode="after")
    def one_form(self) -> Self:
        single = self.user is not None and self.expect is not None
        if single == bool(self.turns):
            raise ValueError("a case has either user and expect, or turns")
        if self.user is not None and self.expect is not None:
            self.turns = [TurnCase(user=self.user, expect=self.expect)]
        return self


def read_cases(path: Path) -> list[Case]:
    """All cases of a JSONL file. Raises WinbackError naming the first line that is not one."""
    if not path.is_file():
        raise WinbackError(f"There is no file {path}; give a JSONL file of cases with --cases.")
    cases: list[Case] = []
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            continue
        try:
            cases.append(Case.model_validate_json(line))
        except ValidationError as problem:
            first = problem.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise WinbackError(f"{path} line {number} is not a case: {where}: {first['msg']}.") from problem
    if not cases:
        raise WinbackError(f"{path} holds no cases.")
    return cases
