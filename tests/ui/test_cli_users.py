"""`winback users`: add, list, change, remove."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.conftest import Ran, Run

PASSWORD = "a good long password"
Users = Callable[..., Ran]


@pytest.fixture
def users(winback: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> Users:
    """`winback users …` over one shop; `typed` is what comes from standard input."""

    def run(*args: object, typed: str = PASSWORD + "\n") -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        return winback("users", *args, "--home", home)

    return run


def names(users: Users) -> dict[str, str]:
    return {one["name"]: one["role"] for one in json.loads(users("list", "--json").out)["users"]}


def test_without_users_the_way_to_the_first_is_said(users: Users) -> None:
    assert "winback users add" in users("list").out
    assert names(users) == {}


def test_users_are_added_listed_changed_and_removed(users: Users) -> None:
    assert users("add", "eve", "--role", "admin", "--password-stdin").code == 0
    added = users("add", "ann", "--role", "care", "--password-stdin")
    assert (added.code, added.out) == (0, "ann may sign in as care.\n")
    assert names(users) == {"ann": "care", "eve": "admin"}
    assert users("role", "ann", "marketer").code == 0
    assert users("password", "ann", "--password-stdin", typed="another good password\n").code == 0
    assert "ann  marketer  since" in users("list").out
    assert users("remove", "ann").code == 0
    assert names(users) == {"eve": "admin"}


def test_no_command_shows_a_password_or_its_hash(users: Users) -> None:
    shown = [users("add", "eve", "--role", "admin", "--password-stdin"), users("list"), users("list", "--json")]
    assert all(PASSWORD not in one.out + one.err and "argon2" not in one.out for one in shown)


def test_mistakes_are_one_sentence(users: Users) -> None:
    users("add", "eve", "--role", "admin", "--password-stdin")
    for failed in (
        users("remove", "eve"),
        users("role", "eve", "care"),
        users("remove", "zoe"),
        users("add", "EVE", "--role", "care", "--password-stdin"),
        users("add", "ann", "--role", "care", "--password-stdin", typed="short\n"),
        users("add", "ann", "--role", "care", "--password-stdin", typed=""),
    ):
        assert (failed.code, failed.out) == (1, "")
        assert failed.err.count("\n") == 1
    assert names(users) == {"eve": "admin"}


def test_the_first_user_is_an_admin(users: Users) -> None:
    failed = users("add", "ann", "--role", "care", "--password-stdin")
    assert failed.code == 1
    assert "--role admin" in failed.err


def test_an_unknown_role_is_wrong_use(users: Users) -> None:
    assert users("add", "ann", "--role", "king", "--password-stdin").code == 2
    assert users("add", "ann").code == 2


def test_a_password_is_never_an_argument(users: Users) -> None:
    assert users("add", "eve", "--role", "admin", "--password", PASSWORD).code == 2
