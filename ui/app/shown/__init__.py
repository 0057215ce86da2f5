"""What tools and conversations give, as HTML: tables, answers, steps, cards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from tools.result import Artifact

Language = Literal["en", "zh"]


@dataclass(frozen=True)
class StepView:
    """One tool call as a person sees it; `running` while it is not over."""

    tool: str
    arguments: dict[str, Any]
    text: str = ""
    error: str | None = None
    duration_ms: float = 0.0
    rows: int = 0
    artifact: Artifact | None = None
    running: bool = False


@dataclass(frozen=True)
class ProposalView:
    """A draft or campaign that waits, or what became of it. `allowed`: approve, edit, reject, as far as the visitor may."""

    kind: Literal["draft", "campaign"]
    id: int
    state: str
    allowed: Sequence[str] = ()
    subject: str | None = None
    body: str = ""
    samples: Sequence[Mapping[str, Any]] = ()
    facts: Sequence[tuple[str, str]] = ()
    text: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    language: Language,
    title: str = "",
    name: str = "table",
    links: Callable[[str, Any], str | None] | None = None,
    names: Mapping[str, str] | None = None,
    shown: int = 200,
    currency: str | None = None,
) -> Markup:
    return Markup("")


def artifact_table(artifact: Artifact, language: Language) -> Markup:
    return Markup("")


def figure_for(tool: str, arguments: Mapping[str, Any], artifact: Artifact, language: Language) -> Markup:
    return Markup("")


def text(words: str, language: Language) -> Markup:
    return Markup("")


def step(call: StepView, language: Language) -> Markup:
    return Markup("")


def card(proposal: ProposalView, language: Language) -> Markup:
    return Markup("")
