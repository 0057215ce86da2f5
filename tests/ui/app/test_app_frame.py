"""The frame: words in both languages, events that are guarded, pages that are dressed."""

import asyncio
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
import yaml
from markupsafe import Markup

from store.errors import WinbackError
from store.settings import Settings
from tests.small_shop import small_shop
from tools.context import Actor
from ui.app.frame import ROLES, Desk, Page, Templates, Visit
from ui.app.frame.html import panel
from ui.app.frame.shell import Shell
from ui.app.frame.site import Site
from ui.app.frame.words import LANGUAGES, Words

APP = Path(__file__).parents[3] / "ui" / "app"
WORD_FILES = sorted(APP.rglob("words.yaml"))


class Door:
    """Lets in whom the test names in the cookie `who`, as `name:role`."""

    def __init__(self, login: bool = True) -> None:
        self._login = login

    def requires_login(self) -> bool:
        return self._login

    def actor_of(self, cookies: Any) -> Actor | None:
        name, _, role = cookies.get("who", "").partition(":")
        return Actor(name, role) if role else None


def nothing(desk: Desk) -> None:
    """A page without content."""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    home = small_shop(tmp_path / "shop")
    pages = [Page("chat", "", ROLES, nothing), Page("admin", "admin", ("admin",), nothing)]
    return Site(Settings(home=home), Door(), pages)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(gr, "Warning", said.append)
    return said


def handler(site: Site, function: Any, given: int = 0, wanted: int = 1, page: str = "chat") -> Any:
    kept: dict[str, Any] = {}

    def event(made: Any, inputs: Any, outputs: Any, **options: Any) -> None:
        kept.update(handler=made, options=options)

    desk = Desk(site, site.page(page), "en", gr.Blocks())
    boxes = [gr.Textbox() for _ in range(given + wanted)]
    desk.bind(event, function, boxes[:given], boxes[given:])
    assert kept["options"]["api_visibility"] == "private"
    return kept["handler"]


def request(who: str, **query: str) -> Any:
    return SimpleNamespace(cookies={"who": who}, query_params=query)


def event(data: Any) -> Any:
    return SimpleNamespace(_data=data)


@pytest.mark.parametrize("path", WORD_FILES, ids=lambda path: path.parent.name)
def test_every_word_is_in_both_languages_with_the_same_places(path: Path) -> None:
    for key, said in yaml.safe_load(path.read_text("utf-8")).items():
        assert set(said) == set(LANGUAGES), key
        places = [sorted(re.findall(r"\{(\w+)", text)) for text in said.values()]
        assert places[0] == places[1], key


def test_there_are_words_to_check() -> None:
    assert len(WORD_FILES) > 3


def test_a_function_gets_who_visits_and_what_the_button_carries(site: Site) -> None:
    def seen(visit: Visit, box: str) -> list[Any]:
        return [visit.actor, visit.language, visit.number("id"), visit.text("q"), box]

    call = handler(site, seen, given=1)
    assert call("typed", event({"id": "12", "q": " tea "}), request("ann:care")) == [
        Actor("ann", "care"),
        "en",
        12,
        "tea",
        "typed",
    ]


@pytest.mark.parametrize("given", ["-1", "1e3", "٣", "", "x", "9" * 40])
def test_a_number_from_the_browser_is_a_plain_whole_one_or_nothing(given: str) -> None:
    visit = Visit(Actor("ann", "care"), "en", None, {}, {"id": given})  # type: ignore[arg-type]
    assert visit.number("id") is None


def test_the_button_counts_before_the_address(site: Site) -> None:
    call = handler(site, lambda visit: visit.number("id"))
    assert call(event({"id": "2"}), request("ann:care", id="1")) == 2
    assert call(event(None), request("ann:care", id="1")) == 1


@pytest.mark.parametrize("who", ["", "ann:care", "ann:marketer", "ann:approver"])
def test_a_role_that_may_not_see_a_page_reaches_none_of_its_functions(site: Site, told: list[str], who: str) -> None:
    reached: list[Visit] = []
    call = handler(site, reached.append, page="admin")
    call(event(None), request(who))
    assert not reached
    assert len(told) == 1


def test_nobody_who_is_not_signed_in_reaches_a_generator(site: Site, told: list[str]) -> None:
    def stream(visit: Visit) -> Any:
        yield "secret"

    assert "secret" not in list(handler(site, stream)(event(None), request("")))
    assert told == ["Your session has ended; sign in again."]


def test_a_mistake_is_told_escaped_and_leaves_the_page_as_it_is(site: Site, told: list[str]) -> None:
    def fails(visit: Visit) -> Any:
        raise WinbackError("There is no <script>alert(1)</script>.")

    left = handler(site, fails, wanted=2)(event(None), request("ann:care"))
    assert told == ["There is no &lt;script&gt;alert(1)&lt;/script&gt;."]
    assert len(left) == 2


def test_what_nobody_foresaw_is_logged_and_told_without_details(
    site: Site, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fails(visit: Visit) -> Any:
        raise RuntimeError("password in here")

    handler(site, fails)(event(None), request("ann:care"))
    assert "password" not in told[0]
    assert "password in here" in caplog.text


def test_a_generator_keeps_what_it_gave_before_it_failed(site: Site, told: list[str]) -> None:
    def stream(visit: Visit) -> Any:
        yield "first"
        raise WinbackError("Broken off.")

    assert next(iter(handler(site, stream)(event(None), request("ann:care")))) == "first"


def test_a_generator_that_gives_nothing_leaves_the_page_as_it_is(site: Site) -> None:
    def stream(visit: Visit) -> Any:
        yield from ()

    async def waits(visit: Visit) -> Any:
        for one in ():
            yield one

    async def given() -> list[Any]:
        return [one async for one in handler(site, waits, wanted=2)(event(None), request("ann:care"))]

    kept = [gr.skip(), gr.skip()]
    assert list(handler(site, stream, wanted=2)(event(None), request("ann:care"))) == [kept]
    assert asyncio.run(given()) == [kept]


def test_an_asynchronous_generator_is_guarded_too(site: Site, told: list[str]) -> None:
    async def stream(visit: Visit) -> Any:
        yield "first"
        raise WinbackError("Broken off.")

    async def given(who: str) -> list[Any]:
        return [one async for one in handler(site, stream)(event(None), request(who))]

    assert asyncio.run(given("ann:care"))[0] == "first"
    assert "first" not in asyncio.run(given(""))
    assert told == ["Broken off.", "Your session has ended; sign in again."]


GRADIO = (
    '<!doctype html><html lang="en"><head><meta property="og:title" content="x"/>'
    '<script>window.gradio_config = {}</script><script type="module" src="./a.js"></script></head>'
    '<body style="x"><gradio-app></gradio-app></body></html>'
)


def dressed(site: Site, who: Actor, here: str = "/en/") -> str:
    return Shell(site).dress(GRADIO, site.page("chat"), "en", who, here, "n0nce")


def test_a_page_is_dressed_for_its_visitor(site: Site) -> None:
    html = dressed(site, Actor("ann", "care"))
    assert 'aria-current="page"' in html
    assert "/en/admin" not in html
    assert "/en/admin" in dressed(site, Actor("eve", "admin"))
    assert "2 customers, data to 2011-12-09" in html
    assert 'href="/zh/"' in html


def test_every_script_of_gradios_page_has_the_nonce(site: Site) -> None:
    html = dressed(site, Actor("ann", "care"))
    scripts = re.findall(r"<script[^>]*>", html)
    without = [one for one in scripts if 'nonce="n0nce"' not in one]
    assert all(one.startswith('<script src="/assets/') for one in without)
    assert len(scripts) - len(without) == 2


def test_names_and_addresses_are_escaped(site: Site) -> None:
    html = dressed(site, Actor("<img src=x onerror=alert(1)>", "care"), '/en/?q="><script>alert(1)</script>')
    assert "<img" not in html
    assert "<script>alert" not in html


def test_gradios_own_page_still_has_what_is_dressed() -> None:
    """The places in Gradio's HTML where the shell goes in, and the outside addresses that are taken out."""
    html = (Path(gr.__file__).parent / "templates" / "frontend" / "index.html").read_text("utf-8")
    site = SimpleNamespace(pages_for=lambda role: [], url=lambda *_: "", loaded=lambda: None, doorkeeper=Door())
    page = Page("chat", "", ROLES, nothing)
    made = Shell(site).dress(html, page, "en", Actor("ann", "care"), "/en/", "n")  # type: ignore[arg-type]
    assert '<body class="wb"' in made
    assert 'id="wb-main"' in made
    outside = {one for one in re.findall(r"https?://[\w.]+", made) if "w3.org" not in one}
    assert not outside


def test_a_template_escapes_what_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("<p>{{ a }}{{ b }}</p>")
    made = Templates(tmp_path)("x", a="<b>", b=Markup("<i>"))
    assert made == "<p>&lt;b&gt;<i></p>"


def test_a_missing_word_or_value_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        Words(tmp_path, "en")("nobody.wrote.this")
    (tmp_path / "x.html").write_text("{{ a }}")
    with pytest.raises(Exception, match="'a' is undefined"):
        Templates(tmp_path)("x")


def test_a_panel_carries_no_default_style() -> None:
    assert panel().apply_default_css is False
