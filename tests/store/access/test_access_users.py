"""Users: who may add, change and remove them, and what stays written down."""

from pathlib import Path

import pytest

from store.access import (
    Person,
    add_user,
    list_users,
    passwords,
    remove_user,
    session_of,
    set_password,
    set_role,
    sign_in,
)
from store.access.errors import NotKnown
from store.errors import WinbackError
from store.ledger import Ledger, User
from tests.store.access.conftest import GOOD, HOME, NOON, By, audit, enter

OTHER = "another good password"


def test_users_are_listed_by_name_without_passwords(staffed: Ledger) -> None:
    assert list_users(staffed) == [Person("ann", "care", NOON), Person("eve", "admin", NOON)]


def test_the_first_user_is_an_admin(ledger: Ledger) -> None:
    with pytest.raises(WinbackError, match="first user has to be an admin"):
        add_user(ledger, "ann", "care", GOOD, by=By(), now=NOON)
    assert list_users(ledger) == []


@pytest.mark.parametrize("name", ["ann", "ANN", " ann "])
def test_a_name_is_taken_in_any_case(staffed: Ledger, name: str) -> None:
    with pytest.raises(WinbackError, match="There is a user"):
        add_user(staffed, name, "care", GOOD, by=By(), now=NOON)


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\x00b", "a\u202eb", "\ud800"])
def test_a_name_can_be_printed_and_is_not_long(staffed: Ledger, name: str) -> None:
    with pytest.raises(WinbackError, match="printable"):
        add_user(staffed, name, "care", GOOD, by=By(), now=NOON)


def test_a_name_is_one_however_its_letters_are_put_together(staffed: Ledger) -> None:
    made = add_user(staffed, "Jose\u0301  Gil", "care", GOOD, by=By(), now=NOON)
    assert made.name == "Jos\u00e9 Gil"
    assert sign_in(staffed, "Jos\u00e9 Gil", GOOD, HOME, NOON).user == made.name


@pytest.mark.parametrize("password", ["", "123456789", "x" * 1001, "aaaaaaaaaaaaaa", "Robert Long"])
def test_a_password_that_is_too_easy_is_refused(staffed: Ledger, password: str) -> None:
    with pytest.raises(WinbackError, match="password"):
        add_user(staffed, "robert long", "care", password, by=By(), now=NOON)
    assert len(list_users(staffed)) == 2


def test_an_unknown_role_or_user_is_named(staffed: Ledger) -> None:
    with pytest.raises(WinbackError, match="no role 'king'"):
        set_role(staffed, "ann", "king", by=By(), now=NOON)
    with pytest.raises(WinbackError, match="no user zoe"):
        remove_user(staffed, "zoe", by=By(), now=NOON)


@pytest.mark.parametrize("role", ["care", "marketer", "approver"])
def test_only_an_admin_changes_users(staffed: Ledger, role: str) -> None:
    by = By("mallory", role)
    before = (list_users(staffed), len(audit(staffed)))
    with pytest.raises(WinbackError, match="an admin has to"):
        add_user(staffed, "zoe", "care", GOOD, by=by, now=NOON)
    with pytest.raises(WinbackError, match="an admin has to"):
        set_role(staffed, "mallory", "admin", by=by, now=NOON)
    with pytest.raises(WinbackError, match="an admin has to"):
        remove_user(staffed, "ann", by=by, now=NOON)
    with pytest.raises(WinbackError, match="an admin has to"):
        set_password(staffed, "ann", OTHER, by=by, now=NOON)
    assert (list_users(staffed), len(audit(staffed))) == before


def test_people_may_change_their_own_password(staffed: Ledger) -> None:
    set_password(staffed, "ann", OTHER, by=By("ann", "care"), now=NOON)
    assert sign_in(staffed, "ann", OTHER, HOME, NOON).user == "ann"
    with pytest.raises(NotKnown):
        sign_in(staffed, "ann", GOOD, HOME, NOON)


def test_the_last_admin_stays_until_there_is_another(staffed: Ledger) -> None:
    with pytest.raises(WinbackError, match="eve is the last admin"):
        remove_user(staffed, "eve", by=By(), now=NOON)
    with pytest.raises(WinbackError, match="eve is the last admin"):
        set_role(staffed, "eve", "care", by=By(), now=NOON)
    set_role(staffed, "ann", "admin", by=By(), now=NOON)
    remove_user(staffed, "eve", by=By(), now=NOON)
    assert list_users(staffed) == [Person("ann", "admin", NOON)]


def test_a_change_of_role_or_password_and_removal_end_sessions(staffed: Ledger) -> None:
    token = enter(staffed).token
    set_role(staffed, "ann", "care", by=By(), now=NOON)
    assert session_of(staffed, token, NOON) is not None  # nothing has changed
    set_role(staffed, "ann", "marketer", by=By(), now=NOON)
    assert session_of(staffed, token, NOON) is None
    token = enter(staffed).token
    set_password(staffed, "ann", GOOD, by=By(), now=NOON)
    assert session_of(staffed, token, NOON) is None
    token, other = enter(staffed).token, enter(staffed, "eve").token
    remove_user(staffed, "ann", by=By(), now=NOON)
    assert session_of(staffed, token, NOON) is None
    assert session_of(staffed, other, NOON) is not None


def test_whoever_comes_back_under_a_removed_name_has_no_old_session(staffed: Ledger) -> None:
    token = enter(staffed).token
    remove_user(staffed, "ann", by=By(), now=NOON)
    add_user(staffed, "ann", "admin", OTHER, by=By(), now=NOON)
    assert session_of(staffed, token, NOON) is None


def test_every_change_is_in_the_audit_without_password_hash_or_token(staffed: Ledger) -> None:
    token = enter(staffed).token
    set_role(staffed, "ann", "marketer", by=By(), now=NOON)
    set_password(staffed, "ann", OTHER, by=By(), now=NOON)
    with pytest.raises(NotKnown):
        sign_in(staffed, "ann", "my wrong password", HOME, NOON)
    remove_user(staffed, "ann", by=By(), now=NOON)
    rows = audit(staffed)
    acts = ["user_added", "user_added", "login", "role_changed", "password_changed", "login_failed", "user_removed"]
    assert [row.tool for row in rows] == acts
    assert (rows[3].actor, rows[3].role) == ("eve", "admin")
    assert rows[3].arguments == {"user": "ann", "from": "care", "to": "marketer"}
    written = repr([row.model_dump() for row in rows])
    for secret in (GOOD, OTHER, "my wrong password", token, "argon2"):
        assert secret not in written


def test_the_database_file_holds_neither_password_nor_token(staffed: Ledger, tmp_path: Path) -> None:
    token = enter(staffed).token
    with staffed.session() as rows:
        kept = rows.get(User, "ann")
    assert kept is not None
    assert kept.password_hash.startswith("$argon2id$")
    content = b"".join(file.read_bytes() for file in tmp_path.glob("ledger.db*"))
    assert b"$argon2id$" in content
    assert GOOD.encode() not in content
    assert token.encode() not in content


def test_the_same_password_is_hashed_anew_for_everybody() -> None:
    first, second = passwords.hashed(GOOD), passwords.hashed(GOOD)
    assert first != second
    assert passwords.matches(first, GOOD)
    assert passwords.matches(second, GOOD)
    assert not passwords.matches(first, GOOD + " ")


def test_a_password_is_the_same_from_every_keyboard() -> None:
    assert passwords.matches(passwords.hashed("cafe\u0301 au lait"), "caf\u00e9 au lait")


@pytest.mark.parametrize("kept", [None, "", "not a hash"])
def test_where_there_is_no_hash_nothing_matches(kept: str | None) -> None:
    assert not passwords.matches(kept, "nobody's password")
    assert not passwords.matches(kept, "")
