"""Conversations: LangGraph's checkpoints, who talks, and what the tokens stand for, in HOME/conversations.db."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from langgraph.checkpoint.sqlite import SqliteSaver

from agent.privacy import Vault
from store.errors import WinbackError

_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, actor TEXT NOT NULL, role TEXT NOT NULL, title TEXT NOT NULL,
    started_at TEXT NOT NULL, updated_at TEXT NOT NULL, turns INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS vault (
    conversation TEXT NOT NULL, token TEXT NOT NULL, value TEXT NOT NULL, actor TEXT NOT NULL,
    PRIMARY KEY (conversation, token, actor)
);
"""


@dataclass(frozen=True)
class ConversationInfo:
    """One line of the list of conversations; `title` is the first question, masked."""

    id: str
    actor: str
    role: str
    title: str
    started_at: datetime
    updated_at: datetime
    turns: int


class Memory:
    """One SQLite file in WAL mode; any number of threads and processes may use it at once."""

    def __init__(self, path: Path) -> None:
        try:
            path.touch(mode=0o600)
            self._connection = sqlite3.connect(path, check_same_thread=False, timeout=30)
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self.checkpoints = SqliteSaver(self._connection)
            with self.cursor() as cursor:
                cursor.executescript(_TABLES)
        except (OSError, sqlite3.Error) as problem:
            raise WinbackError(
                f"{path} cannot be used for conversations ({problem}); check its folder and rights."
            ) from problem

    @contextmanager
    def cursor(self) -> Generator[sqlite3.Cursor]:
        """A cursor of the one connection; what is done with it is committed at the end."""
        with self.checkpoints.cursor() as cursor:
            yield cursor

    def knows(self, conversation: str) -> bool:
        with self.cursor() as cursor:
            return cursor.execute("SELECT 1 FROM conversations WHERE id = ?", (conversation,)).fetchone() is not None

    def begin_turn(self, conversation: str, actor: str, role: str, title: str, at: datetime, vault: Vault) -> None:
        """Notes the conversation, a further turn of it, and the tokens that the actor owns."""
        self.note(conversation, actor, role, title, at, vault, turns=1)

    def note(
        self, conversation: str, actor: str, role: str, title: str, at: datetime, vault: Vault, turns: int = 0
    ) -> None:
        """Notes the conversation and the tokens that the actor owns, before anything is answered."""
        now = at.isoformat(timespec="microseconds")
        with self.cursor() as cursor:
            cursor.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at, turns = turns + excluded.turns",
                (conversation, actor, role, title, now, now, turns),
            )
            cursor.executemany(
                "INSERT OR IGNORE INTO vault VALUES (?, ?, ?, ?)",
                [(conversation, token, vault.values[token], actor) for token in sorted(vault.own)],
            )

    def end_turn(self, conversation: str) -> None:
        """Drops all checkpoints but the newest: each holds the whole conversation."""
        newest = "(SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = ?)"
        with self.cursor() as cursor:
            for table in ("writes", "checkpoints"):
                cursor.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < {newest}", (conversation,) * 2
                )

    def vault(self, conversation: str, actor: str) -> Vault:
        with self.cursor() as cursor:
            rows = cursor.execute(
                "SELECT token, value, actor FROM vault WHERE conversation = ? ORDER BY rowid", (conversation,)
            ).fetchall()
        return Vault({token: value for token, value, _ in rows}, {token for token, _, owner in rows if owner == actor})

    def conversations(
        self, limit: int = 50, actor: str | None = None, role: str | None = None
    ) -> list[ConversationInfo]:
        """The newest conversations, latest first; of one actor, and in one role, where these are given."""
        mine = "(?1 IS NULL OR actor = ?1) AND (?2 IS NULL OR role = ?2)"
        with self.cursor() as cursor:
            rows = cursor.execute(
                f"SELECT * FROM conversations WHERE {mine} ORDER BY updated_at DESC LIMIT ?3", (actor, role, limit)
            ).fetchall()
        return [_info(*row) for row in rows]

    def about(self, conversation: str) -> ConversationInfo | None:
        """Whose conversation it is and what it is called; None where there is none."""
        with self.cursor() as cursor:
            row = cursor.execute("SELECT * FROM conversations WHERE id = ?", (conversation,)).fetchone()
        return _info(*row) if row else None

    def rename(self, conversation: str, title: str) -> None:
        with self.cursor() as cursor:
            cursor.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation))

    def forget(self, conversation: str) -> None:
        """Removes a conversation: what was said, what the tokens stood for, and that it was."""
        self.checkpoints.delete_thread(conversation)
        with self.cursor() as cursor:
            cursor.execute("DELETE FROM vault WHERE conversation = ?", (conversation,))
            cursor.execute("DELETE FROM conversations WHERE id = ?", (conversation,))


def _info(id: str, actor: str, role: str, title: str, started: str, updated: str, turns: int) -> ConversationInfo:
    return ConversationInfo(
        id, actor, role, title, datetime.fromisoformat(started), datetime.fromisoformat(updated), turns
    )


def open_memory(home: Path) -> Memory:
    """The memory of the shop in `home`; one connection per process and shop."""
    return _opened(home.resolve() / "conversations.db")


@lru_cache(maxsize=16)
def _opened(path: Path) -> Memory:
    return Memory(path)
