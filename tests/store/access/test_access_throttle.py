"""Failures make the next attempt wait, longer each time, and keep nobody out elsewhere."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from store.access import MustWait, NotKnown, passwords, set_password, sign_in
from store.ledger import Ledger, SignInFailures
from tests.store.access.conftest import AWAY, GOOD, HOME, NOON, By, audit, enter

FREE = 5


def fail(ledger: Ledger, times: int, name: str = "ann", address: str = HOME, now: datetime = NOON) -> None:
    for _ in range(times):
        with pytest.raises(NotKnown):
            sign_in(ledger, name, "wrong password", address, now)


def wait(ledger: Ledger, now: datetime = NOON, name: str = "ann", address: str = HOME) -> int:
    """How long even the right password has to wait."""
    with pytest.raises(MustWait) as told:
        sign_in(ledger, name, GOOD, address, now)
    return told.value.seconds


def test_after_a_few_failures_the_right_password_waits_too(staffed: Ledger) -> None:
    fail(staffed, FREE)
    assert wait(staffed) == 5
    assert wait(staffed, NOON + timedelta(seconds=4)) == 1
    assert enter(staffed, now=NOON + timedelta(seconds=5)).user == "ann"


def test_waits_grow_and_have_an_end(staffed: Ledger) -> None:
    fail(staffed, FREE)
    now, waits = NOON, list[int]()
    for _ in range(10):
        waits.append(wait(staffed, now))
        now += timedelta(seconds=waits[-1])
        fail(staffed, 1, now=now)
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


def test_an_attempt_that_waits_neither_counts_nor_is_written_down(staffed: Ledger) -> None:
    fail(staffed, FREE)
    before = len(audit(staffed))
    for _ in range(20):
        assert wait(staffed) == 5
    assert len(audit(staffed)) == before


def test_a_success_lets_the_counting_begin_anew(staffed: Ledger) -> None:
    for _ in range(6):
        fail(staffed, FREE - 1)
        enter(staffed)
    with staffed.session() as rows:
        assert all(one.count == 0 for one in rows.exec(select(SignInFailures)))


def test_another_address_is_not_kept_out(staffed: Ledger) -> None:
    fail(staffed, FREE)
    assert enter(staffed, address=AWAY).user == "ann"
    assert enter(staffed, "eve").user == "eve"


def test_a_name_that_many_addresses_attack_stays_open_to_its_owner(staffed: Ledger) -> None:
    for place in range(30):
        fail(staffed, 1, address=f"203.0.113.{place}")
    assert wait(staffed, address="203.0.113.3") > 0
    assert enter(staffed).user == "ann"


def test_an_address_that_tries_many_names_waits(staffed: Ledger) -> None:
    for number in range(20):
        fail(staffed, 1, name=f"user{number}")
    assert wait(staffed) == 5
    assert enter(staffed, address=AWAY).user == "ann"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2001:db8::1", "2001:db8::ffff"),
        ("192.0.2.7", "::ffff:192.0.2.7"),
    ],
)
def test_whoever_has_a_whole_network_is_one(staffed: Ledger, first: str, second: str) -> None:
    fail(staffed, FREE, address=first)
    assert wait(staffed, address=second) == 5
    assert enter(staffed, address="2001:db8:1::1").user == "ann"


@pytest.mark.parametrize("name", ["ANN", " ann ", "Ann"])
def test_writing_the_name_otherwise_gains_nothing(staffed: Ledger, name: str) -> None:
    fail(staffed, FREE)
    assert wait(staffed, name=name) == 5


def test_it_outlasts_a_restart(staffed: Ledger, tmp_path: Path) -> None:
    fail(staffed, FREE)
    again = Ledger.open(tmp_path)
    assert wait(again) == 5
    again.close()


def test_a_name_that_nobody_has_waits_just_so_and_is_not_written_down(staffed: Ledger) -> None:
    typed = "hunter2 in the wrong field"
    fail(staffed, FREE, name=typed)
    assert wait(staffed, name=typed) == 5
    assert [row.actor for row in audit(staffed) if row.tool == "login_failed"] == ["unknown"] * FREE
    with staffed.session() as rows:
        kept = [one.model_dump() for one in rows.exec(select(SignInFailures))]
    assert "hunter2" not in repr(kept) + repr([row.model_dump() for row in audit(staffed)])


def test_a_name_that_nobody_has_costs_a_hash_too(
    staffed: Ledger, cheap_hashes: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    verify = cheap_hashes.verify

    def counted(kept: str, password: str) -> bool:
        looked.append(kept)
        return verify(kept, password)

    hasher = SimpleNamespace(hash=cheap_hashes.hash, verify=counted)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    said: set[str] = set()
    for name in ("ann", "nobody", "", "\x00", "x" * 5000):
        with pytest.raises(NotKnown) as told:
            sign_in(staffed, name, "wrong password", HOME, NOON)
        said.add(str(told.value))
    assert len(looked) == 5
    assert len(said) == 1


def test_a_huge_password_is_not_hashed(staffed: Ledger) -> None:
    with pytest.raises(NotKnown):
        sign_in(staffed, "ann", "x" * 1_000_000, HOME, NOON)


def test_many_at_once_gain_no_more_attempts(staffed: Ledger) -> None:
    def attempt(_: int) -> str:
        try:
            sign_in(staffed, "ann", "wrong password", HOME, NOON)
        except (NotKnown, MustWait) as told:
            return type(told).__name__
        return "in"

    with ThreadPoolExecutor(8) as pool:
        met = list(pool.map(attempt, range(24)))
    assert met.count("NotKnown") == FREE
    assert met.count("MustWait") == 24 - FREE


def test_a_new_password_frees_the_name_but_not_the_address(staffed: Ledger) -> None:
    fail(staffed, FREE)
    set_password(staffed, "ann", GOOD + "!", by=By(), now=NOON)
    assert wait(staffed) == 5


def test_what_is_long_past_is_forgotten(staffed: Ledger) -> None:
    fail(staffed, FREE)
    later = NOON + timedelta(hours=25)
    fail(staffed, FREE - 1, now=later)
    assert enter(staffed, now=later).user == "ann"
