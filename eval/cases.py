"""Cases as data: one JSON object a line, single turn or several (docs/design.md, "Case format of the evaluation")."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from store.errors import WinbackError
from tools.contract import CONTRACT

Kind = Literal["greeting", "capability", "offtopic", "refuse", "clarify", "from_context"]


class Alternative(BaseModel):
    """One right answer: a call with at least these arguments, or (tool null) no call. A misspelt key is refused."""

    model_config = ConfigDict(extra="forbid")

    tool: str | None
    args: dict[str, Any] = {}
    kind: Kind | None = None

    @field_validator("tool")
    @classmethod
    def in_the_contract(cls, name: str | None) -> str | None:
        if name is not None and name not in CONTRACT:
            raise ValueError(f"there is no tool {name}")
        return name


class TurnCase(BaseModel):
    """One request and everything that would be right."""

    user: str
    expect: list[Alternative] = Field(min_length=1)


class Case(BaseModel):
    """A conversation of one or more turns; a single-turn case may give `user` and `expect` itself."""

    id: str
    lang: Literal["en", "zh"]
    role: Literal["care", "marketer", "approver", "admin"] = "marketer"
    user: str | None = None
    expect: list[Alternative] | None = Field(None, min_length=1)
    turns: list[TurnCase] = []

    @model_validator(mode="after")
    def one_form(self) -> Self:
        given = {self.user is not None, self.expect is not None, not self.turns}
        if len(given) != 1:
            raise ValueError("a case has either user and expect, or turns")
        if self.user is not None and self.expect is not None:
            self.turns = [TurnCase(user=self.user, expect=self.expect)]
        return self


def read_cases(path: Path) -> list[Case]:
    """All cases of a JSONL file. Raises WinbackError naming the first line that is not one."""
    if not path.is_file():
        raise WinbackError(f"There is no file {path}; give a JSONL file of cases with --cases.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise WinbackError(f"{path} is not UTF-8 text; save it as UTF-8.") from problem
    # Not splitlines: a request may hold other line separators than the one between cases.
    lines = enumerate(text.split("\n"), 1)
    cases = [_case(line, f"{path} line {number}") for number, line in lines if line.strip()]
    if not cases:
        raise WinbackError(f"{path} holds no cases.")
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise WinbackError(f"{path} has two cases with the id {case.id}; give each its own.")
        seen.add(case.id)
    return cases


def _case(line: str, place: str) -> Case:
    try:
        return Case.model_validate_json(line)
    except ValidationError as problem:
        first = problem.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise WinbackError(f"{place} is not a case: {where + ': ' if where else ''}{reason}.") from problem
