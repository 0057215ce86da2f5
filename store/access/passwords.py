"""Passwords: argon2id, with the parameters of RFC 9106 for machines with little memory."""

import secrets
import threading
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from store.errors import WinbackError

SHORTEST, LONGEST = 10, 1000
_hasher = PasswordHasher()
# Each hash takes 64 MiB: many attempts at once must not take the machine's memory.
_turn = threading.Semaphore(2)


def check_new(name: str, password: str) -> None:
    """Raises WinbackError for a password that is too short, too long, or the name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WinbackError(f"A password has {SHORTEST} to {LONGEST} characters; choose another.")
    if password.strip().casefold() == name.casefold():
        raise WinbackError("A password cannot be the name; choose another.")
    if len(set(password)) == 1:
        raise WinbackError("A password cannot be one character over and over; choose another.")


def hashed(password: str) -> str:
    with _turn:
        return _hasher.hash(_plain(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed. Takes as long where there is none."""
    if len(password) > LONGEST:
        password = ""
    try:
        with _turn:
            return _hasher.verify(kept or _nobodys(), _plain(password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than those of today."""
    return _hasher.check_needs_rehash(kept)


def _plain(password: str) -> str:
    """Keyboards differ in how they put an accent on a letter."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())
