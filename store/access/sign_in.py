"""Signing in with name and password."""

from dataclasses import dataclass
from datetime import datetime

from store.access import passwords, sessions, throttle
from store.access.audit import audited
from store.access.errors import MustWait, NotKnown
from store.access.users import plain_name
from store.errors import WinbackError
from store.ledger import Ledger, User


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, and the token for the browser."""

    user: str
    role: str
    token: str


def sign_in(ledger: Ledger, name: str, password: str, address: str, now: datetime) -> SignedIn:
    """Starts a session. Raises NotKnown for a wrong name or password, MustWait after too many failures.

    An attempt counts as failed until it has succeeded, so that many at once gain nothing.
    """
    name = _name(name)
    _count(ledger, name, address, now)
    with ledger.session() as rows:
        user = rows.get(User, name)
    kept = user.password_hash if user else None
    if not passwords.matches(kept, password) or kept is None:
        _note_failure(ledger, user, address, now)
        raise NotKnown
    return _start(ledger, name, kept, password, address, now)


def _name(given: str) -> str:
    try:
        return plain_name(given)
    except WinbackError:
        return ""


def _count(ledger: Ledger, name: str, address: str, now: datetime) -> None:
    with ledger.exclusive() as rows:
        seconds = throttle.wait_s(rows, name, address, now)
        if seconds:
            raise MustWait(seconds)
        throttle.count(rows, name, address, now)


def _start(ledger: Ledger, name: str, kept: str, password: str, address: str, now: datetime) -> SignedIn:
    renewed = passwords.hashed(password) if passwords.is_outdated(kept) else kept
    with ledger.exclusive() as rows:
        user = rows.get(User, name)
        if user is None or user.password_hash != kept:
            raise NotKnown
        user.password_hash = renewed
        throttle.forget(rows, name, address)
        token = sessions.new_session(rows, name, now)
        audited(ledger, rows, (name, user.role), now, "login", {"address": address})
        return SignedIn(name, user.role, token)


def _note_failure(ledger: Ledger, user: User | None, address: str, now: datetime) -> None:
    """A name that nobody has is not written down: it may be somebody's password."""
    by = (user.name, user.role) if user else ("unknown", "")
    with ledger.exclusive() as rows:
        audited(ledger, rows, by, now, "login_failed", {"address": address}, error=str(NotKnown()))
