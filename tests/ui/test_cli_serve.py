"""`winback app`: where it listens, what it refuses, and how it ends."""

import socket
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.ui.conftest import Run
from tests.ui.started import WINBACK, ended, free_port, started, wait_for


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "winback.example"])
def test_without_users_it_listens_on_this_machine_only(winback: Run, home: Path, host: str) -> None:
    ran = winback("app", "--host", host, "--port", free_port(), "--home", home)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert "winback users add" in ran.err


def test_a_port_that_is_taken_is_said_in_one_sentence(winback: Run, home: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = winback("app", "--port", taken.getsockname()[1], "--home", home)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert "choose another" in ran.err


def test_a_host_that_is_none_is_said_in_one_sentence(winback: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_admin(winback, home, monkeypatch)
    ran = winback("app", "--host", "no such host", "--home", home)
    assert ran.code == 1
    assert "--host" in ran.err


@pytest.mark.parametrize("port", ["0", "65536", "x"])
def test_a_port_that_is_none_is_wrong_use(winback: Run, home: Path, port: str) -> None:
    assert winback("app", "--port", port, "--home", home).code == 2


def test_it_starts_answers_and_ends_with_ctrl_c(home: Path) -> None:
    port = free_port()
    process, shown = started([*WINBACK, "app", "--home", str(home), "--port", str(port)])
    try:
        wait_for(f"Winback is open at http://127.0.0.1:{port}", process, shown, seconds=60)
        answer = httpx.get(f"http://127.0.0.1:{port}/en/")
        assert answer.status_code == 200
        assert "server" not in answer.headers
        assert ended(process) == 0
    finally:
        process.kill()
    assert "Traceback" not in "".join(shown)


def test_with_users_it_listens_elsewhere_and_asks_to_sign_in(
    winback: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_admin(winback, home, monkeypatch)
    port = free_port()
    process, shown = started([*WINBACK, "app", "--host", "0.0.0.0", "--home", str(home), "--port", str(port)])
    try:
        wait_for("Winback is open at", process, shown, seconds=60)
        answer = httpx.get(f"http://127.0.0.1:{port}/en/")
        assert answer.headers["location"] == "/login?next=/en/"
        assert ended(process) == 0
    finally:
        process.kill()


def add_admin(winback: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("a good long password\n"))
    assert winback("users", "add", "eve", "--role", "admin", "--password-stdin", "--home", home).code == 0
