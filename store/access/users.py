"""The people who work with Winback. Only admins change them, and there is always an admin left."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from store.access import passwords, sessions, throttle
from store.access.audit import Acting, audited
from store.errors import WinbackError
from store.ledger import Ledger, User

ROLES = ("care", "marketer", "approver", "admin")
_LONGEST_NAME = 64


@dataclass(frozen=True)
class Person:
    """A user, without the password."""

    name: str
    role: str
    created_at: datetime


def list_users(ledger: Ledger) -> list[Person]:
    """All users by name."""
    with ledger.session() as session:
        return [_person(one) for one in session.exec(select(User).order_by(col(User.name)))]


def plain_name(given: str) -> str:
    """A name as it is kept. Raises WinbackError where it is empty, too long, or cannot be printed."""
    name = " ".join(unicodedata.normalize("NFC", given).split())
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise WinbackError(f"A user's name has 1 to {_LONGEST_NAME} printable characters.")
    return name


def add_user(ledger: Ledger, name: str, role: str, password: str, *, by: Acting, now: datetime) -> Person:
    """Adds a user; the first is an admin. Raises WinbackError where the name is taken (in any case) or unusable."""
    _require_admin(by)
    name, role = plain_name(name), _known(role)
    passwords.check_new(name, password)
    user = User(name=name, role=role, password_hash=passwords.hashed(password), created_at=now)
    with ledger.exclusive() as session:
        taken = {one.casefold() for one in session.exec(select(User.name))}
        if name.casefold() in taken:
            raise WinbackError(f"There is a user {name} already; choose another name.")
        if not taken and role != "admin":
            raise WinbackError(f"The first user has to be an admin; run `winback users add {name} --role admin`.")
        session.add(user)
        audited(ledger, session, (by.id, by.role), now, "user_added", {"user": name, "role": role})
    return _person(user)


def set_role(ledger: Ledger, name: str, role: str, *, by: Acting, now: datetime) -> Person:
    """Gives a user another role and ends their sessions. Raises WinbackError for the last admin."""
    _require_admin(by)
    role = _known(role)
    with ledger.exclusive() as session:
        user = _user(session, name)
        if role == user.role:
            return _person(user)
        _keep_an_admin(session, user)
        before, user.role = user.role, role
        sessions.end_all(session, user.name)
        changed = {"user": user.name, "from": before, "to": role}
        audited(ledger, session, (by.id, by.role), now, "role_changed", changed)
        return _person(user)


def set_password(ledger: Ledger, name: str, password: str, *, by: Acting, now: datetime) -> None:
    """Gives a user another password, which an admin or they themselves may do, and ends their sessions."""
    if by.id != plain_name(name):
        _require_admin(by)
    passwords.check_new(plain_name(name), password)
    made = passwords.hashed(password)
    with ledger.exclusive() as session:
        user = _user(session, name)
        user.password_hash = made
        sessions.end_all(session, user.name)
        throttle.forget_name(session, user.name)
        audited(ledger, session, (by.id, by.role), now, "password_changed", {"user": user.name})


def remove_user(ledger: Ledger, name: str, *, by: Acting, now: datetime) -> None:
    """Removes a user and ends their sessions; the audit stays. Raises WinbackError for the last admin."""
    _require_admin(by)
    with ledger.exclusive() as session:
        user = _user(session, name)
        _keep_an_admin(session, user)
        session.delete(user)
        sessions.end_all(session, user.name)
        audited(ledger, session, (by.id, by.role), now, "user_removed", {"user": user.name, "role": user.role})


def _require_admin(by: Acting) -> None:
    if by.role != "admin":
        raise WinbackError(f"The role {by.role} cannot change users; an admin has to.")


def _known(role: str) -> str:
    if role not in ROLES:
        raise WinbackError(f"There is no role {role!r}; roles are {', '.join(ROLES)}.")
    return role


def _user(session: Session, name: str) -> User:
    user = session.get(User, plain_name(name))
    if user is None:
        raise WinbackError(f"There is no user {plain_name(name)}; `winback users list` tells who there is.")
    return user


def _keep_an_admin(session: Session, user: User) -> None:
    admins = session.exec(select(User.name).where(col(User.role) == "admin")).all()
    if list(admins) == [user.name]:
        raise WinbackError(f"{user.name} is the last admin; make somebody else an admin first.")


def _person(user: User) -> Person:
    return Person(user.name, user.role, user.created_at)
