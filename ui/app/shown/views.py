"""What the chat and the pages hand over to be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tools.result import Artifact


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
    """A draft or campaign that waits, or what became of it.

    `allowed` (approve, edit, reject) is what the visitor may do; `samples` are a campaign's texts, as mappings with
    offer, channel, language, subject, body, drafts; `facts` are pairs to show above the text.
    """

    kind: Literal["draft", "campaign"]
    id: int
    state: str
    allowed: Sequence[str] = ()
    subject: str | None = None
    body: str = ""
    samples: Sequence[Mapping[str, Any]] = ()
    facts: Sequence[tuple[str, str]] = ()
    text: str = ""
