"""Links by which colleagues read a conversation; whoever shared it can withdraw them."""

import secrets
from datetime import datetime

from agent.memory import ConversationInfo, Memory

_TABLE = """
CREATE TABLE IF NOT EXISTS shares (
    token TEXT PRIMARY KEY, conversation TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL
);
"""


class Shares:
    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        with memory.cursor() as cursor:
            cursor.executescript(_TABLE)

    def share(self, conversation: str, at: datetime) -> str:
        """The token of the link: the one that there is, or a new one that nobody can guess."""
        with self._memory.cursor() as cursor:
            cursor.execute(
                "INSERT OR IGNORE INTO shares VALUES (?, ?, ?)",
                (secrets.token_urlsafe(24), conversation, at.isoformat()),
            )
        token = self.token(conversation)
        assert token is not None
        return token

    def token(self, conversation: str) -> str | None:
        with self._memory.cursor() as cursor:
            row = cursor.execute("SELECT token FROM shares WHERE conversation = ?", (conversation,)).fetchone()
        return str(row[0]) if row else None

    def withdraw(self, conversation: str) -> None:
        with self._memory.cursor() as cursor:
            cursor.execute("DELETE FROM shares WHERE conversation = ?", (conversation,))

    def read(self, token: str, role: str) -> ConversationInfo | None:
        """The conversation behind a link, for colleagues in the role in which it was held, and for admins."""
        with self._memory.cursor() as cursor:
            row = cursor.execute("SELECT conversation FROM shares WHERE token = ?", (token,)).fetchone()
        found = self._memory.about(row[0]) if row else None
        return found if found and role in (found.role, "admin") else None
