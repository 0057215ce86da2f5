import httpx
from tests.ui.app.running import client_of, running


def test_a(client):
    assert client.get("/en/").status_code == 200


def test_b(read_app):
    with client_of(read_app, "care") as c:
        assert c.get("/en/customers").status_code == 200
        assert c.get("/en/admin").status_code == 403


def test_c(app_home):
    with running(app_home) as url:
        assert httpx.get(url + "/zh/").status_code == 200
