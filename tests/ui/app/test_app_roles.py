"""Every event of every page, called past the browser: whom it is not for gets the refusal and nothing else."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, cast

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from store.ledger import Contact
from store.shop import Shop
from tests.ui.app.running import add_user, app_over, client_of, password_of
from tools.context import Role
from ui.app.frame.page import ROLES, Page
from ui.app.frame.words import LANGUAGES

REFUSAL = {"en": "does not see this page", "zh": "不能查看此页面"}
SIGNED_OUT = {"en": "Your session has ended", "zh": "会话已结束"}


@dataclass(frozen=True)
class Event:
    """A dependency of Gradio's configuration: its number, the page it belongs to, and what it wants."""

    number: int
    page: Page
    inputs: int
    outputs: int
    loads: bool


@pytest.fixture(scope="module")
def admin(read_app: FastAPI) -> Iterator[TestClient]:
    with client_of(read_app, "admin") as client:
        yield client


def config(client: TestClient, language: str) -> dict[str, Any]:
    return client.get(f"/{language}/config").json()


def events(client: TestClient, language: str) -> list[Event]:
    """All that reach a function on the server."""
    found = config(client, language)
    site = cast("FastAPI", client.app).state.site
    places = {number: path for path, page in found["page"].items() for number in page["dependencies"]}
    return [
        Event(
            one["id"],
            site.page_at(places[one["id"]]),
            len(one["inputs"]),
            len(one["outputs"]),
            any(name == "load" for _, name in one["targets"]),
        )
        for one in found["dependencies"]
        if one["backend_fn"]
    ]


def call(client: TestClient, language: str, event: Event, address: str = "") -> list[dict[str, Any]]:
    """The messages that come back, as a browser at `address` would get them."""
    session = token_hex(8)
    body = {
        "fn_index": event.number,
        "data": [None] * event.inputs,
        "session_hash": session,
        "event_data": {"act": "approve", "id": "1", "kind": "draft"},
        "trigger_id": None,
    }
    root = f"/{language}/gradio_api/queue"
    joined = client.post(f"{root}/join{address}", json=body)
    assert joined.status_code == 200, joined.text
    answer = client.get(f"{root}/data", params={"session_hash": session}).text
    return [json.loads(line.removeprefix("data: ")) for line in answer.splitlines() if line.startswith("data: ")]


UPDATE = {"__type__": "update"}
SKIPPED = (UPDATE, {"props": UPDATE, **UPDATE}, None)


def output(messages: list[dict[str, Any]]) -> list[Any]:
    """What changes on the page."""
    data = [
        one["output"].get("data", []) for one in messages if one["msg"] in ("process_generating", "process_completed")
    ]
    return [value for values in data for value in values if value not in SKIPPED]


def told(messages: list[dict[str, Any]]) -> list[str]:
    return [one["log"] for one in messages if one["msg"] == "log"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_is_private_and_belongs_to_a_page(admin: TestClient, language: str) -> None:
    found = events(admin, language)
    assert {one.page.key for one in found} > {"chat", "campaigns", "approvals", "admin"}
    assert all(one.page is not None for one in found)
    shown = {one["api_visibility"] for one in config(admin, language)["dependencies"]}
    assert shown == {"private"}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_events_of_pages_that_a_role_may_not_enter_tell_only_that(
    admin: TestClient, read_app: FastAPI, language: str, role: Role
) -> None:
    foreign = [one for one in events(admin, language) if role not in one.page.roles]
    assert foreign
    with client_of(read_app, role) as client:
        for event in foreign:
            messages = call(client, language, event)
            assert output(messages) == [], event
            assert len(told(messages)) == 1, event
            assert REFUSAL[language] in told(messages)[0], event


def test_one_event_of_ones_own_page_does_answer(admin: TestClient, read_app: FastAPI) -> None:
    """So that silence above is a refusal and not a call that never arrives."""
    loads = [one for one in events(admin, "en") if one.loads and one.page.key == "customers"]
    with client_of(read_app, "care") as client:
        assert any(output(call(client, "en", event)) for event in loads)


@pytest.fixture(scope="module")
def staffed(read_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The application over an empty folder with users: the events are the same."""
    home = tmp_path_factory.mktemp("staffed")
    for name, role in (("eve", "admin"), ("ann", "care")):
        add_user(home, name, role)
    app = app_over(home)
    yield app
    app.state.site.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_reaches_an_event_without_signing_in(admin: TestClient, staffed: FastAPI, language: str) -> None:
    with client_of(staffed) as client:
        for event in events(admin, language):
            body = {"fn_index": event.number, "data": [], "session_hash": "x"}
            assert client.post(f"/{language}/gradio_api/queue/join", json=body).status_code == 401
        assert client.get(f"/{language}/gradio_api/queue/data?session_hash=x").status_code == 401


def test_a_session_that_ends_between_the_call_and_its_run_is_refused(staffed: FastAPI, monkeypatch: Any) -> None:
    """The event itself asks again who calls."""
    with client_of(staffed) as client:
        client.post("/login", data={"name": "eve", "password": password_of("eve")})
        event = events(client, "en")[0]
        site, asked = staffed.state.site, list[str]()
        real = site.actor_of

        def gone_within_an_event(cookies: Any) -> Any:
            asked.append(type(cookies).__name__)
            return None if in_desk() else real(cookies)

        monkeypatch.setattr(site, "actor_of", gone_within_an_event)
        messages = call(client, "en", event)
    assert output(messages) == []
    assert SIGNED_OUT["en"] in told(messages)[0]


def in_desk() -> bool:
    """Whether a desk asks, further up the stack."""
    import inspect

    return any(frame.filename.endswith("frame/desk.py") for frame in inspect.stack()[:4])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["care", "marketer"])
def test_no_page_shows_who_a_customer_is_when_it_opens(
    admin: TestClient, read_app: FastAPI, language: str, role: Role
) -> None:
    contacts, customer = known(read_app.state.site.shop())
    with client_of(read_app, role) as client:
        for event in events(admin, language):
            if event.loads and role in event.page.roles:
                shown = json.dumps(call(client, language, event, f"?id={customer}"), ensure_ascii=False)
                assert not [one for one in contacts if re.search(rf"\b{re.escape(one)}(?!\w)", shown)], event
        for page in read_app.state.site.pages_for(role):
            shown = client.get(f"/{language}/{page.path}").text
            assert not [one for one in contacts if one in shown], page.key


def known(shop: Shop) -> tuple[set[str], str]:
    """Full names, addresses and phones of the ledger, and a customer who has them."""
    with shop.ledger.session() as rows:
        people = list(rows.exec(select(Contact)))
    names = {f"{one.first_name} {one.last_name}" for one in people if one.first_name and one.last_name}
    others = {value for one in people for value in (one.email, one.phone) if value}
    assert names
    assert others
    return names | others, people[0].customer_id
