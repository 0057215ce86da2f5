"""What a tool returns: text for the model, an artifact for people."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from store.errors import WinbackError


class ToolError(WinbackError):
    """Not found, not possible or not valid: one factual sentence that says what to do instead."""


class Artifact(BaseModel):
    """What a person sees beside the words.

    `rows` are lists of plain values in the order of `columns`; `sql` and `definition` say where they come from.
    """

    kind: Literal["table", "profile", "plot", "draft"] = "table"
    title: str = ""
    columns: list[str] = Field(default_factory=list)
    rows: list[list[Any]] = Field(default_factory=list)
    sql: str | None = None
    definition: str | None = None


class Quote(BaseModel):
    """What a customer wrote: `words` are theirs; `source` is what the shop knows: day, stars, product, customer."""

    source: str
    words: str

    def line(self) -> str:
        return f'{self.source}: "{self.words}"'


class ToolResult(BaseModel):
    """`text` is short and complete: one statement a line, numbers as they should be quoted.

    `quotes` are customers' words that go with it, kept apart so that the statements stay trusted; `untrusted` marks a
    `text` that itself holds words customers wrote. `interpreted` says what words were taken to mean, by argument.
    """

    text: str
    artifact: Artifact | None = None
    interpreted: dict[str, Any] = Field(default_factory=dict)
    quotes: list[Quote] = Field(default_factory=list[Quote])
    untrusted: bool = False
