"""What the gate lets through, what it refuses, and what stands on every answer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from store.settings import Settings
from tests.ui.app.gate.people import ENGLISH, enter
from tests.ui.app.running import add_user, app_over, client_of, password_of
from ui.app.gate.doorkeeper import ROLE_COOKIE


@pytest.mark.parametrize("path", ["/en/", "/zh/customers", "/en/customers?id=c000042&q=a%20b", "/en/admin"])
def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_then_back(nobody: TestClient, path: str) -> None:
    sent = nobody.get(path)
    assert sent.status_code == 303
    form = nobody.get(sent.headers["location"])
    wanted = re.search(r'name="next" value="([^"]*)"', form.text)
    assert form.status_code == 200
    assert wanted is not None
    done = enter(nobody, "eve", next=wanted[1].replace("&amp;", "&"))
    assert done.status_code == 303
    assert done.headers["location"] == path


@pytest.mark.parametrize(
    "path", ["/en/config", "/en/gradio_api/queue/data?session_hash=x", "/en/gradio_api/heartbeat/x", "/en/theme.css"]
)
def test_gradios_endpoints_answer_nobody_who_is_not_signed_in(nobody: TestClient, path: str) -> None:
    assert nobody.get(path).status_code == 401
    assert nobody.post("/en/gradio_api/queue/join", json={}).status_code == 401


def test_what_signing_in_needs_is_open(nobody: TestClient) -> None:
    assert nobody.get("/assets/style.css").status_code == 200
    assert nobody.get("/login").status_code == 200
    assert nobody.get("/", headers=ENGLISH).headers["location"] == "/en/"


@pytest.mark.parametrize("path", ["/assets/../server.py", "/assets/%2e%2e/server.py", "/assets/..%2fserver.py"])
def test_assets_hold_nothing_else(nobody: TestClient, path: str) -> None:
    answer = nobody.get(path)
    assert answer.status_code in (401, 404)
    assert "create_app" not in answer.text


def test_a_slash_at_the_end_leads_to_the_page(ann: TestClient) -> None:
    assert ann.get("/en/customers/?id=c1").headers["location"] == "/en/customers?id=c1"


QUERIES = ("", "?page=admin", "?page=nothing", "?page=customers/", "?page=customers&page=admin", "?page=/")


def test_only_admins_read_how_other_roles_pages_are_made(ann: TestClient) -> None:
    statuses = {query: ann.get("/en/config" + query).status_code for query in QUERIES}
    assert set(statuses.values()) == {403}, statuses
    assert ann.get("/en/config?page=customers").status_code == 200
    enter(ann, "eve")
    assert ann.get("/en/config").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_link_elsewhere_leads_to_a_page_but_scripts_there_read_nothing(ann: TestClient, site: str) -> None:
    assert ann.get("/en/", headers={"sec-fetch-site": site, "sec-fetch-mode": "navigate"}).status_code == 200
    for path in ("/en/", "/status", "/en/config?page=customers", "/en/gradio_api/queue/data?session_hash=x"):
        assert ann.get(path, headers={"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}).status_code == 403
    answer = ann.get("/en/config?page=customers", headers={"origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


def test_who_uploads_nothing_sends_little(nobody: TestClient) -> None:
    kind = {"content-type": "multipart/form-data; boundary=x"}
    for name, refused in (("ann", True), ("max", False)):
        enter(nobody, name)
        answer = nobody.post("/campaigns/outcomes", content=b"x" * 1_000_001, headers=kind)
        assert (answer.status_code == 413) == refused, name


STRANGERS = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1.evil.example"},
    {"origin": "http://127.0.0.1:81"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1"},
]


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
@pytest.mark.parametrize("path", ["/login", "/logout", "/role", "/en/gradio_api/queue/join"])
def test_what_another_site_sends_is_refused(ann: TestClient, path: str, headers: dict[str, str]) -> None:
    assert ann.post(path, data={"name": "x", "role": "admin"}, headers=headers).status_code == 403
    assert ann.get("/en/").status_code == 200


def test_our_own_pages_may_send(nobody: TestClient) -> None:
    ours = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    data = {"name": "ann", "password": password_of("ann")}
    assert nobody.post("/login", data=data, headers=ours).status_code == 303


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "", "[::1", "0.0.0.0"])
def test_without_users_only_this_machines_own_names_count(local: TestClient, host: str) -> None:
    assert local.get("/en/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "127.0.0.1:80", "[::1]:7860", "LOCALHOST"])
def test_without_users_this_machine_is_let_in(local: TestClient, host: str) -> None:
    assert local.get("/en/", headers={"host": host}).status_code == 200


def test_with_users_any_host_leads_to_sign_in(nobody: TestClient) -> None:
    assert nobody.get("/login", headers={"host": "winback.example"}).status_code == 200


ANSWERS = ["/", "/login", "/en/", "/en/config", "/en/admin", "/en/nothing", "/assets/style.css", "/assets/none", "/x"]


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_headers_once(ann: TestClient, path: str) -> None:
    headers = ann.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == ("private, max-age=3600" if "/assets/" in path else "no-store")
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    script = re.search(r"script-src ([^;]*)", policy)
    assert script is not None
    assert "'unsafe-inline'" not in script[1]
    assert "http" not in policy
    assert "strict-transport-security" not in headers
    assert not [name for name in headers if len(headers.get_list(name)) > 1]


def test_refusals_carry_them_too(nobody: TestClient, local: TestClient) -> None:
    refused = [
        nobody.get("/en/"),
        nobody.get("/en/config"),
        nobody.post("/login", headers={"origin": "https://evil.example"}),
        local.get("/en/", headers={"host": "evil.example"}),
        enter(nobody, password="wrong password"),
    ]
    for answer in refused:
        assert answer.status_code >= 303
        assert "script-src" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


def test_the_nonce_is_new_every_time_and_stands_in_every_inline_script(ann: TestClient) -> None:
    seen: set[str] = set()
    for _ in range(3):
        answer = ann.get("/en/")
        given = re.search(r"'nonce-([\w-]{16,})'", answer.headers["content-security-policy"])
        assert given is not None
        seen.add(given[1])
        scripts = re.findall(r"<script\b([^>]*)>", answer.text)
        assert len(scripts) > 2
        assert all(f'nonce="{given[1]}"' in one or 'src="/assets/' in one for one in scripts)
        assert not re.search(r"<[^>]+\son\w+=", re.sub(r"<script.*?</script>", "", answer.text, flags=re.DOTALL))
    assert len(seen) == 3


def test_pages_name_no_other_machine(ann: TestClient) -> None:
    page = re.sub(r"window\.gradio_config = .*?</script>", "", ann.get("/en/").text, flags=re.DOTALL)
    assert not {one for one in re.findall(r"https?://[\w.-]+", page) if "w3.org" not in one and "127.0.0.1" not in one}


UNUSED = [
    "GET /en/gradio_api/info",
    "GET /en/gradio_api/openapi.json",
    "GET /en/gradio_api/file=/etc/passwd",
    "GET /en/gradio_api/file/etc/passwd",
    "GET /en/gradio_api/proxy=https://evil.example/",
    "POST /en/gradio_api/upload",
    "GET /en/gradio_api/upload_progress",
    "POST /en/gradio_api/run/predict",
    "POST /en/gradio_api/api/predict",
    "POST /en/gradio_api/call/predict",
    "GET /en/gradio_api/call/predict/1",
    "POST /en/gradio_api/component_server",
    "GET /en/gradio_api/deep_link",
    "GET /en/gradio_api/token",
    "GET /en/gradio_api/app_id",
    "GET /en/gradio_api/user",
    "GET /en/gradio_api/runs",
    "POST /en/gradio_api/stream/1",
    "POST /en/gradio_api/vibe-edit",
    "GET /en/gradio_api/custom_component/1/client/component/x.js",
    "POST /en/gradio_api/process_recording",
    "POST /en/gradio_api/queue/join/",
    "GET /en/monitoring",
    "GET /en/monitoring/summary",
    "GET /en/svelte/x.js",
    "GET /en/pwa_icon",
    "GET /en/manifest.json",
    "GET /en/robots.txt",
    "POST /en/login",
    "GET /en/docs",
    "GET /docs",
    "GET /openapi.json",
    "GET /gradio_api/info",
]


@pytest.mark.parametrize("call", UNUSED)
def test_what_pages_do_not_use_is_not_there(local: TestClient, ann: TestClient, call: str) -> None:
    method, path = call.split()
    for client in (local, ann):
        for one in {path, path.replace("/en/", "/zh/")}:
            answer = client.request(method, one)
            assert answer.status_code in (404, 405), one
            assert "root:" not in answer.text


@pytest.mark.parametrize(
    "path", ["/en/%67radio_api/info", "/en//gradio_api/info", "/en/./gradio_api/info", "/EN/config"]
)
def test_writing_an_address_otherwise_opens_nothing(local: TestClient, path: str) -> None:
    assert local.get(path).status_code == 404


def test_a_body_may_not_be_huge(ann: TestClient) -> None:
    assert ann.post("/en/gradio_api/queue/join", content=b"x" * 1_000_001).status_code == 413
    upload = {"content-type": "multipart/form-data; boundary=x"}
    assert ann.post("/login", content=b"x" * 1_000_001, headers=upload).status_code == 413
    enter(ann, "eve")
    assert ann.post("/en/gradio_api/queue/join", content=b"x" * 20_000_001, headers=upload).status_code == 413


def test_a_body_that_does_not_say_its_size_is_cut_off(ann: TestClient) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"name=ann&password="
        for _ in range(40):
            yield b"x" * 100_000

    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert ann.post("/login", content=pieces(), headers=kind).status_code == 400


EVERYBODYS = {"": 200, "customers": 200, "reviews": 200, "overview": 200}
ALLOWED = {
    "ann": {**EVERYBODYS, "campaigns": 403, "approvals": 403, "admin": 403},
    "max": {**EVERYBODYS, "campaigns": 200, "approvals": 403, "admin": 403},
    "pat": {**EVERYBODYS, "campaigns": 200, "approvals": 200, "admin": 403},
    "eve": {**EVERYBODYS, "campaigns": 200, "approvals": 200, "admin": 200},
}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_role_enters_its_pages_and_no_other(nobody: TestClient, name: str) -> None:
    enter(nobody, name)
    for language in ("en", "zh"):
        for path, status in ALLOWED[name].items():
            assert nobody.get(f"/{language}/{path}").status_code == status, path


def test_the_navigation_shows_the_pages_of_the_role(ann: TestClient) -> None:
    page = ann.get("/en/").text
    assert 'href="/en/customers"' in page
    assert 'href="/en/admin"' not in page


@pytest.mark.parametrize(
    ("preferred", "language"), [("zh-CN,zh;q=0.9", "zh"), ("en-GB", "en"), ("fr", "en"), ("", "en"), ("ZH", "zh")]
)
def test_the_browsers_language_decides_where_one_begins(nobody: TestClient, preferred: str, language: str) -> None:
    assert nobody.get("/", headers={"accept-language": preferred}).headers["location"] == f"/{language}/"


def test_signing_in_speaks_the_language_of_the_page(nobody: TestClient) -> None:
    assert "登录" in nobody.get("/login?next=/zh/customers").text
    assert "Sign in" in nobody.get("/login?next=/en/customers", headers={"accept-language": "zh"}).text
    assert "密码错误" in enter(nobody, password="wrong password", lang="zh").text


def test_the_role_is_chosen_only_where_nobody_signs_in(local: TestClient, ann: TestClient) -> None:
    assert local.post("/role", data={"role": "care", "back": "/en/customers"}).headers["location"] == "/en/customers"
    assert local.cookies[ROLE_COOKIE] == "care"
    assert local.get("/en/admin").status_code == 403
    assert ann.post("/role", data={"role": "admin", "back": "/en/"}).status_code == 303
    assert ROLE_COOKIE not in ann.cookies
    ann.cookies.set(ROLE_COOKIE, "admin")
    assert ann.get("/en/admin").status_code == 403


@pytest.mark.parametrize("role", ["king", "", "ADMIN"])
def test_a_role_that_is_none_changes_nothing(local: TestClient, role: str) -> None:
    assert local.post("/role", data={"role": role, "back": "//evil.example"}).headers["location"] == "/en/"
    assert ROLE_COOKIE not in local.cookies


def test_without_a_shop_every_page_says_what_to_do(local: TestClient, alone: FastAPI) -> None:
    for path in ("/en/", "/en/customers", "/zh/reviews"):
        answer = local.get(path)
        assert answer.status_code == 200
        assert "winback load" in answer.text
        assert "winback demo" in answer.text
    assert not alone.state.site.settings.home.joinpath("warehouse").exists()


def test_the_first_user_closes_the_open_door_while_it_runs(tmp_path: Path) -> None:
    app = app_over(tmp_path)
    try:
        with client_of(app) as client:
            assert client.get("/en/").status_code == 200
            add_user(tmp_path, "eve", "admin")
            app.state.site.doorkeeper._users = (-1e9, False)
            assert client.get("/en/").status_code == 303
    finally:
        app.state.site.close()


def test_nothing_speaks_websocket(local: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), local.websocket_connect("/en/gradio_api/queue/join"):
        pass


def test_the_operating_systems_user_is_the_actor_in_local_mode(alone: FastAPI) -> None:
    door = alone.state.site.doorkeeper
    assert isinstance(alone.state.site.settings, Settings)
    assert door.actor_of({}).role == "admin"
    assert door.actor_of({ROLE_COOKIE: "care"}).role == "care"
    assert door.actor_of({ROLE_COOKIE: "king"}).role == "admin"
    assert door.actor_of({}).id
