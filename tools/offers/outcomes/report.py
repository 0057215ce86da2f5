"""What became of the rows of a file or a request."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class OutcomeReport:
    """read = matched + late + unmatched + duplicates + rejected. `matched` belong to a decision and lie in its window;
    `late` lie outside of any, are kept and do not count; `unmatched` are unsubscriptions, bounces and the like that
    name no decision. `rejects` are (line, reason, row) of what was refused, `notes` what a person should know."""

    read: int = 0
    matched: int = 0
    late: int = 0
    unmatched: int = 0
    duplicates: int = 0
    unsubscribed: int = 0
    rejects: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list[tuple[int, str, dict[str, Any]]])
    notes: list[str] = field(default_factory=list[str])

    @property
    def rejected(self) -> int:
        return len(self.rejects)

    @property
    def reasons(self) -> Counter[str]:
        return Counter(reason for _line, reason, _row in self.rejects)
