"""Who works with the shop, and how they sign in."""

from starlette.testclient import TestClient

from tests.ui.app.running import password_of

PEOPLE = {"eve": "admin", "ann": "care", "max": "marketer", "pat": "approver"}
ENGLISH = {"accept-language": "en"}


def enter(client: TestClient, name: str = "ann", password: str | None = None, **more: str):
    return client.post("/login", data={"name": name, "password": password or password_of(name), **more})
