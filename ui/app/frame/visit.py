"""Who is at a page now, and with what in hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tools.context import Actor
from ui.app.frame.words import Language


@dataclass(frozen=True)
class Visit:
    """One event: who causes it, when (naive), in which language, at which URL (`query`), with which `data`.

    `query` and `data` come from the browser: check both like any other input. `data` holds the `data-…` attributes of
    the button that was pressed, or the fields of the form that was sent, in a `panel`.
    """

    actor: Actor
    language: Language
    now: datetime
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def number(self, name: str) -> int | None:
        """A whole number from the data, or else from the URL; None where there is none."""
        given = str(self.data.get(name, self.query.get(name, "")))
        return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None

    def text(self, name: str, longest: int = 2000) -> str:
        """A field of the data, or else of the URL, without spaces around it, cut to `longest` characters."""
        return str(self.data.get(name, self.query.get(name, ""))).strip()[:longest]
