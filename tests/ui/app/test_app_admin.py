"""The admin page's functions: users, model status, data, audit, catalogue."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import gradio as gr
import pytest
from fastapi import FastAPI

from store.access import list_users
from tests.agent.model_server import Script, serving
from tests.ui.app.running import client_of
from tools.context import Actor
from ui.app.admin.audit import Audit
from ui.app.admin.catalogue import Catalogues
from ui.app.admin.data import Data
from ui.app.admin.model import Model
from ui.app.admin.users import Users
from ui.app.frame import Desk, Language, Visit
from ui.app.status import ModelStatus

EVE = Actor("eve", "admin")
PASSWORD = "a long enough password"


def visit(data: dict[str, Any] | None = None, actor: Actor = EVE, **query: str) -> Visit:
    return Visit(actor, "en", datetime.now(), query, data or {})


def desk_of(app: FastAPI, language: Language = "en") -> Desk:
    site = app.state.site
    return Desk(site, site.page("admin"), language, gr.Blocks())


@pytest.fixture
def desk(app: FastAPI) -> Desk:
    return desk_of(app)


@pytest.fixture
def url() -> Iterator[str]:
    with serving(Script()) as address:
        yield address


def test_users_are_added_changed_and_removed(desk: Desk) -> None:
    users = Users(desk)
    assert "first user has to be an admin" in users.shown(visit())
    refused = users.act(visit({"act": "add", "name": "ann", "role": "care", "password": PASSWORD}))
    assert "first user has to be an admin" in refused
    for name, role in (("eve", "admin"), ("ann", "care")):
        made = users.act(visit({"act": "add", "name": name, "role": role, "password": PASSWORD}))
        assert "Done." in made
        assert PASSWORD not in made
    users.act(visit({"act": "role", "name": "ann", "role": "approver"}))
    assert [(one.name, one.role) for one in list_users(desk.site.doorkeeper.ledger)] == [
        ("ann", "approver"),
        ("eve", "admin"),
    ]
    assert "last admin" in users.act(visit({"act": "remove", "name": "eve"}))
    users.act(visit({"act": "remove", "name": "ann"}))
    assert len(list_users(desk.site.doorkeeper.ledger)) == 1


@pytest.mark.parametrize("act", ["", "drop", None])
def test_an_act_that_there_is_not_does_nothing(desk: Desk, act: str | None) -> None:
    assert "did not work" in Users(desk).act(visit({"act": act}))


def test_a_user_without_the_role_changes_nobody(desk: Desk) -> None:
    refused = Users(desk).act(
        visit({"act": "add", "name": "x", "role": "admin", "password": PASSWORD}, actor=Actor("ann", "care"))
    )
    assert "an admin has to" in refused
    assert not list_users(desk.site.doorkeeper.ledger)


def test_a_name_stays_text(desk: Desk) -> None:
    shown = Users(desk).act(
        visit({"act": "add", "name": "<img src=x onerror=alert(1)>", "role": "admin", "password": PASSWORD})
    )
    assert "<img" not in shown
    assert "&lt;img" in shown


def test_the_bundled_model_is_here(desk: Desk) -> None:
    assert "The bundled model" in Model(desk).shown(visit())


def test_a_model_server_is_looked_at(desk: Desk, url: str) -> None:
    site = desk.site
    site.settings = site.settings.model_copy(update={"model_url": url.replace("http://", "http://user:secret@")})
    found = Model(desk).act(visit())
    assert "tiny" in found
    assert "8,192" in found
    assert "secret" not in found


def test_a_model_server_that_is_away_is_down_and_nobody_waits_for_it(desk: Desk) -> None:
    desk.site.settings = desk.site.settings.model_copy(update={"model_url": "http://127.0.0.1:9"})
    status = ModelStatus(desk.site)
    assert status.now().word == "unknown"
    assert status.look().word == "down"
    assert status.now().word == "down"


def test_status_is_for_those_who_are_signed_in(app: FastAPI) -> None:
    with client_of(app, "care") as client:
        assert client.get("/status").json() == {"model": "up"}
        Users(desk_of(app)).act(visit({"act": "add", "name": "eve", "role": "admin", "password": PASSWORD}))
        app.state.site.doorkeeper._users = (-1e9, False)
        assert client.get("/status").status_code == 401


def test_data_tells_tables_and_age(desk: Desk) -> None:
    shown = Data(desk).shown(visit())
    assert "Winback demo shop" in shown
    assert "of these facts" in shown
    assert 'data-value="150"' in shown


def test_the_audit_is_searched(desk: Desk) -> None:
    Users(desk).act(visit({"act": "add", "name": "eve", "role": "admin", "password": PASSWORD}))
    Users(desk).act(visit({"act": "add", "name": "<b>ann</b>", "role": "care", "password": PASSWORD}))
    audit = Audit(desk)
    everything = audit.shown(visit(who="eve"))
    assert everything.count("user_added") >= 2
    assert "<b>ann" not in everything
    found = audit.shown(visit(who="eve", text="ann"))
    assert "1 entries" in found
    assert PASSWORD not in everything
    assert "0 entries" in audit.shown(visit(who="eve", to="2000-01-01"))
    assert "0 entries" in audit.shown(visit(who="eve", text="%"))
    audit.shown(visit(**{"from": "no day", "page": "99999999"}))


def test_a_catalogue_takes_two_people(desk: Desk) -> None:
    catalogues = Catalogues(desk)
    assert "Catalogue 1 is in force" in catalogues.shown(visit())
    assert "wb-bad" in catalogues.act(visit({"act": "propose", "text": "offers: nothing"}))
    from store.ledger import CatalogueVersion

    with desk.site.doorkeeper.ledger.session() as session:
        text = session.get_one(CatalogueVersion, 1).text
    assert "somebody else has to approve it" in catalogues.act(visit({"act": "propose", "text": text}))
    alone = catalogues.act(visit({"act": "approve", "id": "2"}))
    assert "somebody else has to decide" in alone
    done = catalogues.act(replace(visit({"act": "approve", "id": "2"}), actor=Actor("bob", "admin")))
    assert "Catalogue 2 is in force" in done


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_part_is_there_in_both_languages(app: FastAPI, language: Language) -> None:
    desk = desk_of(app, language)
    for part in (Users, Model, Data, Audit, Catalogues):
        assert len(part(desk).shown(visit())) > 200
