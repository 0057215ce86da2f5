"""The gate itself: every request passes here first."""

import re
import secrets
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tools.context import Actor
from ui.app.frame.page import Page
from ui.app.frame.site import Site
from ui.app.gate import policy


class Gate:
    """Refuses what may not pass, sends people to sign in, and puts headers on every answer. Streams pass unbuffered."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            # Nothing of ours speaks it.
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        dressed = _headed(send, nonce, request)
        actor = self._site.actor_of(request.cookies)
        most = policy.largest(request.headers.get("content-type", ""), actor.role if actor else None)
        refused = self._refusal(request, actor, most)
        if refused is not None:
            await refused(scope, receive, dressed)
            return
        await self._app(scope, _limited(receive, most), dressed)

    def _refusal(self, request: Request, actor: Actor | None, most: int) -> Response | None:
        path, headers = request.url.path, dict(request.headers)
        if not self._site.doorkeeper.requires_login() and not policy.is_loopback(headers.get("host", "")):
            return _said(421, "Without users, only this machine may use Winback; run `winback users add NAME`.")
        if not policy.same_origin(request.method, headers):
            return _said(403, "The request does not come from a page of this application.")
        if _length(headers) > most:
            return _said(413, "That is too large.")
        page = self._page(path)
        if policy.is_gradios(path) and page is None and not policy.is_used(path):
            return _said(404, "There is nothing here.")
        if page is not None and page.path and path.endswith("/"):
            return RedirectResponse(path.rstrip("/") + _query(request), status_code=308)
        if actor is not None:
            return self._described(request, actor) if policy.is_config(path) else self._noted(request, page)
        if policy.OPEN.fullmatch(path):
            return None
        if request.method == "GET" and page is not None:
            return RedirectResponse(f"/login?next={quote(path + _query(request))}", status_code=303)
        return _said(401, "Sign in first.")

    def _page(self, path: str) -> Page | None:
        """The page at an address, with or without a slash at its end."""
        found = re.fullmatch(r"/(?:en|zh)(?:/([a-z]*)/?)?", path)
        return self._site.page_at(found[1] or "") if found else None

    def _described(self, request: Request, actor: Actor) -> Response | None:
        """Who may not enter a page does not read how it is made either."""
        page = self._site.page_at(request.query_params.get("page", "*"))
        if actor.role == "admin" or (page is not None and actor.role in page.roles):
            return None
        return _said(403, "That page is not for this role.")

    def _noted(self, request: Request, page: Page | None) -> None:
        """What a person does keeps the session alive; what a page asks by itself does not."""
        if page is not None or request.method == "POST":
            self._site.doorkeeper.note_use(request.cookies)


def _said(status: int, text: str) -> Response:
    return JSONResponse({"detail": text}, status_code=status)


def _length(headers: dict[str, str]) -> int:
    given = headers.get("content-length", "0")
    return int(given) if given.isdigit() else 0


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


def _limited(receive: Receive, most: int) -> Receive:
    """The body, ended where it grows larger than it said."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return {"type": "http.disconnect"} if taken > most else message

    return limited


def _headed(send: Send, nonce: str, request: Request) -> Send:
    ours = policy.security_headers(nonce, request.url.path, request.url.scheme == "https")
    names = {name for name, _ in ours}

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            # Gradio lets scripts of other origins read what it answers; here nobody's do.
            kept = [
                (name, value)
                for name, value in message["headers"]
                if name.lower() not in names and not name.lower().startswith(b"access-control-")
            ]
            message = {**message, "headers": [*kept, *ours]}
        await send(message)

    return headed
