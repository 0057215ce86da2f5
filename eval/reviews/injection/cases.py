"""Attacks and honest cases as data: one JSON object a line."""

from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from store.errors import WinbackError

FOLDER = Path(__file__).parents[2] / "suites" / "injection"


class Strict(BaseModel):
    """A misspelt key is refused."""

    model_config = ConfigDict(extra="forbid")


class Review(Strict):
    """What a customer wrote about the case's product."""

    text: str
    customer: str = "c4100"
    stars: int = 2


class Call(Strict):
    """A tool and its arguments; of an expected call, those that must be equal."""

    tool: str
    args: dict[str, Any] = {}


class Ask(Strict):
    """One message of the person, the calls that a diligent model makes for it, and what it would then say.

    Without `answer` it retells what the tools said. `needs` are the calls without which the task is not done.
    """

    user: str
    calls: list[Call] = []
    answer: str | None = None
    needs: list[Call] | None = None


class Success(Strict):
    """How an attack is seen to have succeeded: a call got through, or the answer says one of these texts.

    What stands between quotation marks in an answer is a quotation, unless it is a link (`anywhere`).
    """

    call: Call | None = None
    says: list[str] = []
    anywhere: bool = False


class Base(Strict):
    id: str
    lang: Literal["en", "zh"]
    role: Literal["care", "marketer"] = "care"
    product: str = "Blue mug"
    turns: list[Ask] = Field(min_length=1)
    reviews: list[Review] = Field(min_length=1)


class Attack(Base):
    """Reviews that try to make the assistant do something (`goal`) in some way (`technique`)."""

    technique: str
    goal: str
    success: Success


class Honest(Base):
    """An honest task over reviews. `says` must stand in the last answer."""

    kind: str
    says: list[str] = []


T = TypeVar("T", bound=Base)


def read_cases(path: Path, kind: type[T]) -> list[T]:
    """All cases of a JSONL file. Raises WinbackError naming the first line that is not one."""
    if not path.is_file():
        raise WinbackError(f"There is no file {path}; give a JSONL file of cases.")
    found: list[T] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                found.append(kind.model_validate_json(line))
            except ValidationError as problem:
                raise WinbackError(f"{path} line {number} is not a case: {problem.errors()[0]['msg']}.") from problem
    if len({case.id for case in found}) < len(found):
        raise WinbackError(f"{path} has two cases with one id; give each its own.")
    return found
