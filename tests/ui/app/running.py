"""The application served on a port of this machine, or called in this process."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from store import access
from store.ledger import Ledger
from store.settings import Settings
from tools.context import Actor
from ui.app.server import create_app

START_S = 20.0


def app_over(home: Path, model_url: str | None = None) -> FastAPI:
    """The application over the shop in `home`. Close it with `app.state.site.close()`."""
    return create_app(Settings(home=home, model_url=model_url))


@contextmanager
def client_of(app: FastAPI, role: str | None = None, **headers: str) -> Iterator[TestClient]:
    """A browser without a screen: keeps cookies, follows no redirects. `role` is the one of the local visitor."""
    with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False, headers=headers) as client:
        if role:
            client.cookies.set("winback_role", role)
        yield client


@contextmanager
def running(home: Path, model_url: str | None = None, users: Mapping[str, str] | None = None) -> Iterator[str]:
    """The URL of the application over `home`, without a slash at its end. `users` maps names to roles; each one's
    password is `password_of(name)`. Without users the visitor is local."""
    for name, role in (users or {}).items():
        add_user(home, name, role)
    app = app_over(home, model_url)
    port = _free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="none"))
    server.config.timeout_graceful_shutdown = 1
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        _wait_until(server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(START_S)
        app.state.site.close()


def password_of(name: str) -> str:
    return f"{name}-long-password-1"


def add_user(home: Path, name: str, role: str) -> None:
    """Adds a user to the shop in `home`; the first has to be an admin."""
    ledger = Ledger.open(home)
    access.add_user(ledger, name, role, password_of(name), by=Actor("setup", "admin"), now=datetime.now())
    ledger.close()


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until(server: uvicorn.Server) -> None:
    end = time.monotonic() + START_S
    while not server.started:
        if time.monotonic() > end:
            raise TimeoutError("The application did not start.")
        time.sleep(0.02)
