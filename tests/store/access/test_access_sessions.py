"""Sessions: they end by themselves, at logout, and tokens are never kept."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from store.access import end_session, keep_alive, passwords, session_of
from store.access.sessions import IDLE, LASTS
from store.ledger import Ledger, SignIn, User
from tests.store.access.conftest import NOON, audit, enter

SECOND = timedelta(seconds=1)


def test_a_session_tells_who_it_is_and_the_role_of_now(staffed: Ledger) -> None:
    found = session_of(staffed, enter(staffed).token, NOON)
    assert found is not None
    assert (found.user, found.role, found.is_fresh(NOON)) == ("ann", "care", True)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 100_000])
def test_what_is_no_token_is_no_session(staffed: Ledger, token: str) -> None:
    assert session_of(staffed, token, NOON) is None
    keep_alive(staffed, token, NOON)
    end_session(staffed, token, NOON)


def test_tokens_are_long_different_and_not_in_the_ledger(staffed: Ledger) -> None:
    tokens = {enter(staffed).token for _ in range(5)}
    assert len(tokens) == 5
    assert min(map(len, tokens)) >= 43
    with staffed.session() as rows:
        kept = list(rows.exec(select(SignIn)))
    assert not tokens & {one.key for one in kept}


def test_a_key_of_the_ledger_is_no_token(staffed: Ledger) -> None:
    enter(staffed)
    with staffed.session() as rows:
        key = rows.exec(select(SignIn.key)).one()
    assert session_of(staffed, key, NOON) is None


def test_a_session_that_nobody_uses_ends(staffed: Ledger) -> None:
    token = enter(staffed).token
    assert session_of(staffed, token, NOON + IDLE - SECOND) is not None
    assert session_of(staffed, token, NOON + IDLE) is None
    keep_alive(staffed, token, NOON + IDLE)
    assert session_of(staffed, token, NOON + IDLE) is None


def test_a_session_that_is_used_goes_on_but_not_for_ever(staffed: Ledger) -> None:
    token, now = enter(staffed).token, NOON
    while now + IDLE / 2 < NOON + LASTS:
        now += IDLE / 2
        assert session_of(staffed, token, now) is not None
        keep_alive(staffed, token, now)
    assert session_of(staffed, token, NOON + LASTS - SECOND) is not None
    assert session_of(staffed, token, NOON + LASTS) is None


def test_a_session_is_not_made_older_by_a_clock_that_goes_back(staffed: Ledger) -> None:
    token = enter(staffed).token
    keep_alive(staffed, token, NOON - timedelta(hours=1))
    assert session_of(staffed, token, NOON + IDLE - SECOND) is not None


def test_logout_ends_this_session_and_no_other(staffed: Ledger) -> None:
    here, there = enter(staffed).token, enter(staffed).token
    end_session(staffed, here, NOON)
    end_session(staffed, here, NOON)
    assert session_of(staffed, here, NOON) is None
    assert session_of(staffed, there, NOON) is not None
    assert [(row.tool, row.actor) for row in audit(staffed)][-1] == ("logout", "ann")
    assert [row.tool for row in audit(staffed)].count("logout") == 1


def test_sessions_that_have_ended_are_cleared_away(staffed: Ledger) -> None:
    enter(staffed)
    enter(staffed, "eve", NOON + LASTS)
    with staffed.session() as rows:
        assert list(rows.exec(select(SignIn.user))) == ["eve"]


def test_an_outdated_hash_is_renewed_at_the_next_sign_in(staffed: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    enter(staffed)
    with staffed.session() as rows:
        kept = rows.get(User, "ann")
    assert kept is not None
    assert "m=16,t=2" in kept.password_hash
    enter(staffed)
