"""Who may work with Winback: users, their passwords, their sessions, and how often signing in may fail."""

from store.access.errors import MustWait, NotKnown
from store.access.sessions import Session, end_session, keep_alive, session_of
from store.access.sign_in import SignedIn, sign_in
from store.access.users import ROLES, Person, add_user, list_users, remove_user, set_password, set_role

__all__ = [
    "ROLES",
    "MustWait",
    "NotKnown",
    "Person",
    "Session",
    "SignedIn",
    "add_user",
    "end_session",
    "keep_alive",
    "list_users",
    "remove_user",
    "session_of",
    "set_password",
    "set_role",
    "sign_in",
]
