"""What people thought of answers, kept for evaluation."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from agent.memory import Memory

Thumb = Literal["up", "down"]

_TABLE = """
CREATE TABLE IF NOT EXISTS feedback (
    conversation TEXT NOT NULL, turn INTEGER NOT NULL, actor TEXT NOT NULL, role TEXT NOT NULL, at TEXT NOT NULL,
    thumb TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', PRIMARY KEY (conversation, turn, actor)
);
"""
_EXPORT = """
SELECT f.conversation, f.turn, f.at, f.actor, f.role, f.thumb, f.reason, t.question, t.answer, t.calls, t.state,
    t.model, t.grounded, t.total_ms
FROM feedback f JOIN turns t ON t.conversation = f.conversation AND t.number = f.turn ORDER BY f.at
"""
_LONGEST_REASON = 1000


@dataclass(frozen=True)
class Opinion:
    """Thumbs up or down on one turn, with a reason or ""; `reason` is masked like a question."""

    thumb: Thumb
    reason: str = ""


class Feedback:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        with memory.cursor() as cursor:
            cursor.executescript(_TABLE)

    def rate(self, conversation: str, turn: int, actor: str, role: str, at: datetime, opinion: Opinion) -> None:
        """Notes an opinion; a later one of the same person on the same turn takes its place."""
        with self._memory.cursor() as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?)",
                (conversation, turn, actor, role, at.isoformat(), opinion.thumb, opinion.reason[:_LONGEST_REASON]),
            )

    def given(self, conversation: str, actor: str) -> dict[int, Opinion]:
        """What a person thinks of the turns of a conversation, by number."""
        with self._memory.cursor() as cursor:
            rows = cursor.execute(
                "SELECT turn, thumb, reason FROM feedback WHERE conversation = ? AND actor = ?", (conversation, actor)
            ).fetchall()
        return {turn: Opinion(thumb, reason) for turn, thumb, reason in rows}

    def rows(self) -> list[dict[str, Any]]:
        """Every opinion with its question, answer and calls (tool and arguments), in order of time, for evaluation."""
        with self._memory.cursor() as cursor:
            found = cursor.execute(_EXPORT)
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        for row in rows:
            row["calls"] = [
                {name: one[name] for name in ("tool", "arguments", "error")} for one in json.loads(row["calls"])
            ]
            row["grounded"] = bool(row["grounded"])
        return rows

    def forget(self, conversation: str) -> None:
        with self._memory.cursor() as cursor:
            cursor.execute("DELETE FROM feedback WHERE conversation = ?", (conversation,))
