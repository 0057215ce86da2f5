"""A ledger, a clock that is passed in, and hashes that cost little."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlmodel import col, select

from store.access import SignedIn, add_user, passwords, sign_in
from store.ledger import Ledger, ToolCallAudit

NOON = datetime(2026, 3, 2, 12)
GOOD = "correct horse battery"
HOME, AWAY = "192.0.2.7", "198.51.100.9"


@dataclass(frozen=True)
class By:
    id: str = "eve"
    role: str = "admin"


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", cheap)
    passwords._nobodys.cache_clear()  # pyright: ignore[reportPrivateUsage]
    return cheap


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def staffed(ledger: Ledger) -> Ledger:
    """With eve the admin and ann of care; both have the password GOOD."""
    add_user(ledger, "eve", "admin", GOOD, by=By(), now=NOON)
    add_user(ledger, "ann", "care", GOOD, by=By(), now=NOON)
    return ledger


def enter(ledger: Ledger, name: str = "ann", now: datetime = NOON, address: str = HOME) -> SignedIn:
    return sign_in(ledger, name, GOOD, address, now)


def audit(ledger: Ledger) -> list[ToolCallAudit]:
    with ledger.session() as rows:
        return list(rows.exec(select(ToolCallAudit).order_by(col(ToolCallAudit.id))))
