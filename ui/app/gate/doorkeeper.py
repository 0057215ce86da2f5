"""Who is signed in; without users, whoever sits at this machine."""

import getpass
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from store.access import Session, keep_alive, list_users, session_of
from store.ledger import Ledger
from tools.context import Actor, Role
from ui.app.frame.page import ROLES

SESSION_COOKIE = "winback_session"
ROLE_COOKIE = "winback_role"
_KEPT_S = 1.0
_MOST_KEPT = 10_000


class Doorkeeper:
    """Looks each session up once a second at most, so a change of role or a removal counts at once.

    `now` is the clock, naive.
    """

    def __init__(self, ledger: Ledger, now: Callable[[], datetime] = datetime.now) -> None:
        self.ledger = ledger
        self._now = now
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, Session]] = {}
        self._users: tuple[float, bool] = (-1e9, False)

    def requires_login(self) -> bool:
        """Whether there is any user."""
        at, found = self._users
        # Users do not vanish by themselves: the last admin cannot be removed.
        if not found and time.monotonic() - at > _KEPT_S:
            found = bool(list_users(self.ledger))
            self._users = (time.monotonic(), found)
        return found

    def actor_of(self, cookies: Mapping[str, str]) -> Actor | None:
        """Who sent these cookies, with the role as it is now; None where nobody is signed in."""
        if not self.requires_login():
            return Actor(_person_here(), _role(cookies.get(ROLE_COOKIE)) or "admin")
        token = cookies.get(SESSION_COOKIE)
        session = self._session(token) if token else None
        role = _role(session.role) if session else None
        return Actor(session.user, role) if session and role else None

    def note_use(self, cookies: Mapping[str, str]) -> None:
        """Keeps the session of these cookies from ending for want of use."""
        token, now = cookies.get(SESSION_COOKIE), self._now()
        session = self._session(token) if token and self.requires_login() else None
        if token and session and not session.is_fresh(now):
            keep_alive(self.ledger, token, now)
            self.forget(token)

    def forget(self, token: str) -> None:
        """Looks the session up anew at its next use."""
        with self._lock:
            self._seen.pop(token, None)

    def _session(self, token: str) -> Session | None:
        with self._lock:
            kept = self._seen.get(token)
        if kept is not None and time.monotonic() - kept[0] <= _KEPT_S:
            return kept[1]
        found = session_of(self.ledger, token, self._now())
        if found is None:
            # Not kept: strangers could fill the memory with tokens of their own.
            return None
        with self._lock:
            if len(self._seen) >= _MOST_KEPT:
                self._seen.clear()
            self._seen[token] = (time.monotonic(), found)
        return found


def _role(name: str | None) -> Role | None:
    return next((role for role in ROLES if role == name), None)


def _person_here() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "local"
