"""Sessions: a random token in the browser, of which the ledger keeps only the SHA-256."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session as Rows
from sqlmodel import col, delete, or_, select

from store.access.audit import audited
from store.ledger import Ledger, SignIn, User

LASTS = timedelta(hours=12)
IDLE = timedelta(hours=2)
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Session:
    """Who a token belongs to, with the role as it is now; `is_fresh` says that it need not be noted as used."""

    user: str
    role: str
    seen_at: datetime

    def is_fresh(self, now: datetime) -> bool:
        return now - self.seen_at < _NOTED_EVERY


def new_session(rows: Rows, user: str, now: datetime) -> str:
    """Makes a session in the transaction `rows` and returns its token. Sessions that have ended are cleared away."""
    rows.exec(delete(SignIn).where(or_(col(SignIn.expires_at) <= now, col(SignIn.seen_at) <= now - IDLE)))
    token = secrets.token_urlsafe(32)
    rows.add(SignIn(key=_key(token), user=user, created_at=now, seen_at=now, expires_at=now + LASTS))
    return token


def session_of(ledger: Ledger, token: str, now: datetime) -> Session | None:
    """The session of a token; None where it has ended or never was."""
    wanted = (
        select(User.name, User.role, SignIn.seen_at)
        .join(SignIn, col(SignIn.user) == col(User.name))
        .where(SignIn.key == _key(token), SignIn.expires_at > now, SignIn.seen_at > now - IDLE)
    )
    with ledger.session() as rows:
        found = rows.exec(wanted).first()
    return Session(*found) if found else None


def keep_alive(ledger: Ledger, token: str, now: datetime) -> None:
    """Notes that a session was used; one that has ended stays so."""
    with ledger.session() as rows:
        found = rows.get(SignIn, _key(token))
        if found is not None and found.seen_at > now - IDLE:
            found.seen_at = max(now, found.seen_at)


def end_session(ledger: Ledger, token: str, now: datetime) -> None:
    """Ends a session, if there is one."""
    with ledger.exclusive() as rows:
        found = rows.get(SignIn, _key(token))
        if found is None:
            return
        rows.delete(found)
        user = rows.get(User, found.user)
        audited(ledger, rows, (found.user, user.role if user else ""), now, "logout", {})


def end_all(rows: Rows, user: str) -> None:
    """Ends all sessions of a user, in the transaction `rows`."""
    rows.exec(delete(SignIn).where(col(SignIn.user) == user))


def _key(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
