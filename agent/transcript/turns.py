"""The turns of conversations as people saw them, in HOME/conversations.db; personal data stands there as tokens."""

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from langchain_core.messages import AIMessage
from pydantic import TypeAdapter

from agent.memory import Memory
from agent.transcript.call import KeptCall
from agent.window import turns as by_turn

State = Literal["queued", "running", "done", "stopped", "failed", "broken"]

log = logging.getLogger(__name__)

_TABLE = """
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL, number INTEGER NOT NULL, asked_at TEXT NOT NULL, question TEXT NOT NULL,
    state TEXT NOT NULL, answer TEXT NOT NULL DEFAULT '', calls TEXT NOT NULL DEFAULT '[]', problem TEXT, model TEXT,
    grounded INTEGER NOT NULL DEFAULT 1, total_ms REAL, first_ms REAL, PRIMARY KEY (conversation, number)
);
"""
_CALLS = TypeAdapter(list[KeptCall])
_SET = "state = ?, answer = ?, calls = ?, problem = ?, model = ?, grounded = ?, total_ms = ?, first_ms = ?"


@dataclass
class KeptTurn:
    """One question and what came of it. `stopped`: a person ended it; `failed`: `problem` says why; `broken`: its
    process ended. Times are milliseconds, `asked_at` is naive local time.
    """

    conversation: str
    number: int
    question: str
    asked_at: datetime
    state: State = "running"
    answer: str = ""
    calls: list[KeptCall] = field(default_factory=list[KeptCall])
    problem: str | None = None
    model: str | None = None
    grounded: bool = True
    total_ms: float | None = None
    first_ms: float | None = None

    @property
    def over(self) -> bool:
        return self.state not in ("queued", "running")


class Transcript:
    """Any number of threads and processes may use it at once."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        with memory.cursor() as cursor:
            cursor.executescript(_TABLE)

    def begin(self, conversation: str, question: str, at: datetime) -> KeptTurn:
        """Notes a new turn, the next of its conversation; what was said before this was kept is taken over first."""
        if not self.turns(conversation):
            for old in self._older(conversation):
                self._insert(old)
        with self._memory.cursor() as cursor:
            wanted = "SELECT coalesce(max(number), 0) + 1 FROM turns WHERE conversation = ?"
            number = int(cursor.execute(wanted, (conversation,)).fetchone()[0])
            turn = KeptTurn(conversation, number, question, at)
            cursor.execute(
                "INSERT INTO turns (conversation, number, asked_at, question, state) VALUES (?, ?, ?, ?, ?)",
                (conversation, number, at.isoformat(), question, turn.state),
            )
        return turn

    def save(self, turn: KeptTurn) -> None:
        with self._memory.cursor() as cursor:
            where = (turn.conversation, turn.number)
            cursor.execute(f"UPDATE turns SET {_SET} WHERE conversation = ? AND number = ?", (*_values(turn), *where))

    def save_answer(self, turn: KeptTurn) -> None:
        """The answer so far; cheaper than the whole turn."""
        with self._memory.cursor() as cursor:
            cursor.execute(
                "UPDATE turns SET answer = ? WHERE conversation = ? AND number = ?",
                (turn.answer, turn.conversation, turn.number),
            )

    def turns(self, conversation: str) -> list[KeptTurn]:
        """Those kept of a conversation, in order."""
        with self._memory.cursor() as cursor:
            rows = cursor.execute(
                "SELECT * FROM turns WHERE conversation = ? ORDER BY number", (conversation,)
            ).fetchall()
        return [_turn(*row) for row in rows]

    def shown(self, conversation: str) -> list[KeptTurn]:
        """The turns to show: those kept, or questions and answers alone where the conversation is older."""
        return self.turns(conversation) or self._older(conversation)

    def drop(self, conversation: str, number: int) -> None:
        with self._memory.cursor() as cursor:
            cursor.execute("DELETE FROM turns WHERE conversation = ? AND number = ?", (conversation, number))

    def forget(self, conversation: str) -> None:
        with self._memory.cursor() as cursor:
            cursor.execute("DELETE FROM turns WHERE conversation = ?", (conversation,))

    def break_off(self) -> None:
        """Marks what still runs as broken off: for a process that begins, since those that ran it are gone."""
        with self._memory.cursor() as cursor:
            cursor.execute("UPDATE turns SET state = 'broken' WHERE state IN ('queued', 'running')")

    def _insert(self, turn: KeptTurn) -> None:
        with self._memory.cursor() as cursor:
            cursor.execute(
                "INSERT OR IGNORE INTO turns (conversation, number, asked_at, question, state, answer) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (turn.conversation, turn.number, turn.asked_at.isoformat(), turn.question, turn.state, turn.answer),
            )

    def _older(self, conversation: str) -> list[KeptTurn]:
        """Questions and answers out of the checkpoints."""
        about = self._memory.about(conversation)
        try:
            found = self._memory.checkpoints.get_tuple({"configurable": {"thread_id": conversation}})
        except Exception:
            log.exception("the checkpoints of conversation %s cannot be read", conversation)
            return []
        if found is None or about is None:
            return []
        messages = found.checkpoint["channel_values"].get("messages", [])
        return [
            KeptTurn(conversation, number, turn[0].text, about.started_at, "done", _answer(turn))
            for number, turn in enumerate(by_turn(messages), start=1)
        ]


def _answer(messages: list[Any]) -> str:
    return next((one.text for one in reversed(messages) if isinstance(one, AIMessage)), "")


def _values(turn: KeptTurn) -> tuple[Any, ...]:
    calls = _CALLS.dump_json(list(turn.calls)).decode("utf-8")
    return turn.state, turn.answer, calls, turn.problem, turn.model, turn.grounded, turn.total_ms, turn.first_ms


def _turn(
    conversation: str,
    number: int,
    asked_at: str,
    question: str,
    state: State,
    answer: str,
    calls: str,
    problem: str | None,
    model: str | None,
    grounded: int,
    total_ms: float | None,
    first_ms: float | None,
) -> KeptTurn:
    when = datetime.fromisoformat(asked_at)
    made = [KeptCall.model_validate(one) for one in json.loads(calls)]
    return KeptTurn(
        conversation, number, question, when, state, answer, made, problem, model, bool(grounded), total_ms, first_ms
    )
