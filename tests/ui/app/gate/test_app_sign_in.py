"""Signing in and out: cookies, waiting after failures, and sessions that end."""

import re
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from store.access import set_role
from tests.ui.app.gate.people import ENGLISH, enter
from tests.ui.app.running import client_of
from tools.context import Actor
from ui.app.gate.doorkeeper import SESSION_COOKIE, Doorkeeper


def test_a_wrong_password_and_a_name_that_nobody_has_are_told_alike(nobody: TestClient) -> None:
    wrong = enter(nobody, password="wrong password")
    unknown = enter(nobody, "zoe", password="wrong password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text.replace("zoe", "ann")
    assert "wrong password" not in wrong.text
    assert SESSION_COOKIE not in nobody.cookies


def test_what_was_typed_comes_back_escaped(nobody: TestClient) -> None:
    answer = enter(nobody, '"><script>alert(1)</script>', "wrong password", next='"><script>')
    assert answer.status_code == 401
    assert "<script>alert" not in answer.text


def test_too_many_failures_make_one_wait(nobody: TestClient) -> None:
    for _ in range(5):
        assert enter(nobody, password="wrong password").status_code == 401
    answer = enter(nobody)
    assert answer.status_code == 429
    assert re.search(r"wait \d seconds", answer.text)
    assert SESSION_COOKIE not in nobody.cookies
    assert enter(nobody, "max").status_code == 303


def test_the_cookie_is_for_this_site_and_no_script(staffed: FastAPI, nobody: TestClient) -> None:
    flags = enter(nobody).headers["set-cookie"].lower()
    for flag in ("httponly", "samesite=lax", "path=/"):
        assert flag in flags
    assert "secure" not in flags
    assert "domain" not in flags
    with TestClient(staffed, base_url="https://winback.example", follow_redirects=False) as client:
        answer = enter(client)
    assert "secure" in answer.headers["set-cookie"].lower()
    assert answer.headers["strict-transport-security"]


def test_a_token_that_somebody_planted_is_not_taken_over(staffed: FastAPI, nobody: TestClient) -> None:
    nobody.cookies.set(SESSION_COOKIE, "planted")
    answer = enter(nobody)
    assert SESSION_COOKIE + "=planted" not in answer.headers["set-cookie"]
    with client_of(staffed) as thief:
        thief.cookies.set(SESSION_COOKIE, "planted")
        assert thief.get("/en/").status_code == 303


def test_every_sign_in_makes_a_new_token(nobody: TestClient) -> None:
    first, second = enter(nobody).headers["set-cookie"], enter(nobody).headers["set-cookie"]
    assert first.split(";")[0] != second.split(";")[0]


def test_logout_ends_the_session_for_whoever_kept_the_cookie(ann: TestClient) -> None:
    token = ann.cookies[SESSION_COOKIE]
    assert ann.get("/en/").status_code == 200
    left = ann.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert SESSION_COOKIE not in ann.cookies
    ann.cookies.set(SESSION_COOKIE, token)
    assert ann.get("/en/").status_code == 303
    assert ann.get("/en/config").status_code == 401


def test_logout_without_a_session_leads_to_sign_in(nobody: TestClient) -> None:
    assert nobody.post("/logout").headers["location"] == "/login"


def test_logout_is_no_link(ann: TestClient) -> None:
    assert ann.get("/logout").status_code == 405
    assert ann.get("/en/").status_code == 200


@pytest.mark.parametrize("hours", [2, 12, 24 * 365])
def test_a_session_ends_by_itself(
    staffed: FastAPI, ann: TestClient, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    doorkeeper = staffed.state.site.doorkeeper
    assert ann.get("/en/").status_code == 200
    at(monkeypatch, doorkeeper, 60 * hours)
    doorkeeper.forget(ann.cookies[SESSION_COOKIE])
    assert ann.get("/en/").status_code == 303
    assert ann.post("/en/gradio_api/queue/join", json={}).status_code == 401


def test_a_session_in_use_is_noted_as_used(staffed: FastAPI, ann: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    doorkeeper, token = staffed.state.site.doorkeeper, ann.cookies[SESSION_COOKIE]
    for minutes in (90, 180, 270):
        at(monkeypatch, doorkeeper, minutes)
        doorkeeper.forget(token)
        assert ann.get("/en/").status_code == 200


def test_what_a_page_asks_by_itself_keeps_no_session_alive(
    staffed: FastAPI, ann: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    doorkeeper, token = staffed.state.site.doorkeeper, ann.cookies[SESSION_COOKIE]
    for minutes, status in ((60, 200), (119, 200), (121, 401)):
        at(monkeypatch, doorkeeper, minutes)
        doorkeeper.forget(token)
        assert ann.get("/status").status_code == status


def at(monkeypatch: pytest.MonkeyPatch, doorkeeper: Doorkeeper, minutes: float) -> None:
    """The doorkeeper's clock is that much ahead."""
    monkeypatch.setattr(doorkeeper, "_now", lambda: datetime.now() + timedelta(minutes=minutes))


def test_a_query_may_hold_dots(nobody: TestClient) -> None:
    assert enter(nobody, next="/en/customers?q=a..b").headers["location"] == "/en/customers?q=a..b"


def test_another_role_counts_within_a_second(staffed: FastAPI, nobody: TestClient) -> None:
    site, by, now = staffed.state.site, Actor("eve", "admin"), datetime.now()
    enter(nobody, "pat")
    assert nobody.get("/en/approvals").status_code == 200
    set_role(site.doorkeeper.ledger, "pat", "care", by=by, now=now)
    site.doorkeeper.forget(nobody.cookies[SESSION_COOKIE])
    assert nobody.get("/en/approvals").status_code == 303
    enter(nobody, "pat")
    assert nobody.get("/en/approvals").status_code == 403
    set_role(site.doorkeeper.ledger, "pat", "approver", by=by, now=now)


@pytest.mark.parametrize(
    "outside",
    [
        "//evil.example",
        "https://evil.example/en/",
        "javascript:alert(1)",
        "/\\evil.example",
        "/en//evil.example",
        "/en/../../x",
        "/en/\r\nSet-Cookie: a=b",
        "/en/?next=https://evil.example",
        "/login",
        "\\\\evil.example",
        " /en/",
        "/en/@evil.example",
    ],
)
def test_nobody_is_sent_anywhere_else(nobody: TestClient, outside: str) -> None:
    assert enter(nobody, next=outside).headers["location"] == "/en/"
    assert nobody.get("/login", params={"next": outside}, headers=ENGLISH).headers["location"] == "/en/"
