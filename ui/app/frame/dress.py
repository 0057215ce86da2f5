"""Middleware that puts the shell around Gradio's pages, and says so where no shop is loaded."""

from pathlib import Path

from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp

from tools.context import Actor
from ui.app.frame.html import Templates
from ui.app.frame.page import Page
from ui.app.frame.shell import Shell
from ui.app.frame.site import Site
from ui.app.frame.words import LANGUAGES, Language, Words

_HERE = Path(__file__).parent


class Dress(BaseHTTPMiddleware):
    """Handles GET of a page; everything else passes."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        super().__init__(app)
        self._site = site
        self._shell = Shell(site)
        self._render = Templates(_HERE)

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        found = self._page(request)
        actor = self._site.actor_of(request.cookies)
        if found is None or actor is None:
            return await call_next(request)
        page, language = found
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if actor.role not in page.roles:
            return self._refused(language, actor)
        if self._site.loaded() is None and page.key != "admin":
            return self._empty(language, here)
        response = await call_next(request)
        if response.status_code != 200 or not response.headers.get("content-type", "").startswith("text/html"):
            return response
        body = b"".join([part async for part in response.body_iterator])  # pyright: ignore[reportAttributeAccessIssue]
        nonce = getattr(request.state, "nonce", "")
        return HTMLResponse(self._shell.dress(body.decode("utf-8"), page, language, actor, here, nonce))

    def _page(self, request: Request) -> tuple[Page, Language] | None:
        if request.method != "GET":
            return None
        parts = request.url.path.strip("/").split("/")
        language = next((one for one in LANGUAGES if one == parts[0]), None)
        page = self._site.page_at("/".join(parts[1:])) if language else None
        return (page, language) if page and language else None

    def _refused(self, language: Language, actor: Actor) -> Response:
        words = Words(_HERE, language)
        said = words("gate.forbidden", role=words(f"role.{actor.role}"))
        page = self._render("refused", t=words, language=language, title="403", text=said, back=f"/{language}/")
        return HTMLResponse(page, status_code=403)

    def _empty(self, language: Language, here: str) -> Response:
        words = Words(_HERE, language)
        home = str(self._site.settings.home.resolve())
        title = words("empty.title")
        return HTMLResponse(
            self._render("empty", t=words, language=language, title=title, home=home, here=here), status_code=200
        )
