"""Middleware that puts the shell around Gradio's pages, and says so where no shop is loaded."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tools.context import Actor
from ui.app.frame.html import Templates
from ui.app.frame.page import Page
from ui.app.frame.shell import Shell
from ui.app.frame.site import Site
from ui.app.frame.words import LANGUAGES, Language, Words

_HERE = Path(__file__).parent


class Dress:
    """Handles GET of a page; everything else passes untouched, streams too."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site
        self._shell = Shell(site)
        self._render = Templates(_HERE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or (found := self._page(scope["path"])) is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        actor = self._site.actor_of(request.cookies)
        if actor is None:
            await self._app(scope, receive, send)
            return
        page, language = found
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        response = self._instead(page, language, actor, here)
        if response is None:
            gathered = _Gathered()
            await self._app(scope, receive, gathered)
            response = gathered.response()
            if gathered.is_page:
                nonce = getattr(request.state, "nonce", "")
                html = gathered.body.decode("utf-8")
                response = HTMLResponse(self._shell.dress(html, page, language, actor, here, nonce))
        await response(scope, receive, send)

    def _page(self, path: str) -> tuple[Page, Language] | None:
        first, _, rest = path.strip("/").partition("/")
        for language in LANGUAGES:
            if language == first and (page := self._site.page_at(rest)) is not None:
                return page, language
        return None

    def _instead(self, page: Page, language: Language, actor: Actor, here: str) -> Response | None:
        """What is shown in place of the page, if it may not be entered or there is nothing to show."""
        words = Words(_HERE, language)
        if actor.role not in page.roles:
            said = words("gate.forbidden", role=words(f"role.{actor.role}"))
            title = words("gate.forbidden_title")
            html = self._render("refused", t=words, language=language, title=title, text=said, back=f"/{language}/")
            return HTMLResponse(html, status_code=403)
        if page.key == "admin" or self._site.loaded() is not None:
            return None
        home = str(self._site.settings.home.resolve())
        title = words("empty.title")
        return HTMLResponse(self._render("empty", t=words, language=language, title=title, home=home, here=here))


class _Gathered:
    """Takes a response as it is sent."""

    def __init__(self) -> None:
        self._start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        else:
            self.body += message.get("body", b"")

    @property
    def is_page(self) -> bool:
        kind = dict(self._start["headers"]).get(b"content-type", b"")
        return self._start["status"] == 200 and kind.startswith(b"text/html")

    def response(self) -> Response:
        response = Response(self.body, status_code=self._start["status"])
        response.raw_headers = list(self._start["headers"])
        return response
