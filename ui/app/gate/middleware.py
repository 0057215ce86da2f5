"""The gate itself: every request passes here first."""

import secrets
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.app.frame.site import Site
from ui.app.gate import policy


class Gate:
    """Refuses what may not pass, sends people to sign in, and puts headers on every answer. Streams pass unbuffered."""

    def __init__(self, app: ASGIApp, site: Site) -> None:
        self._app = app
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            return  # nothing of ours speaks it
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        dressed = _headed(send, nonce, request)
        refused = self._refusal(request)
        if refused is not None:
            await refused(scope, receive, dressed)
            return
        await self._app(scope, _limited(receive, _limit(request)), dressed)

    def _refusal(self, request: Request) -> Response | None:
        path, headers = request.url.path, dict(request.headers)
        doorkeeper = self._site.doorkeeper
        if not doorkeeper.requires_login() and not policy.is_loopback(headers.get("host", "")):
            return _said(421, "Without users, only this machine may use Winback; run `winback users add NAME`.")
        if not policy.same_origin(request.method, headers):
            return _said(403, "The request does not come from a page of this application.")
        if _length(headers) > _limit(request):
            return _said(413, "That is too large.")
        if policy.is_gradios(path) and not policy.is_used(path):
            return _said(404, "There is nothing here.")
        if policy.OPEN.fullmatch(path) or doorkeeper.actor_of(request.cookies) is not None:
            return None
        if request.method == "GET" and policy.is_page(path):
            here = path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/login?next={quote(here)}", status_code=303)
        return _said(401, "Sign in first.")


def _said(status: int, text: str) -> Response:
    return JSONResponse({"detail": text}, status_code=status)


def _length(headers: dict[str, str]) -> int:
    given = headers.get("content-length", "0")
    return int(given) if given.isdigit() else 0


def _limit(request: Request) -> int:
    return policy.largest(request.url.path, request.headers.get("content-type", ""))


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
            kept = [(name, value) for name, value in message["headers"] if name.lower() not in names]
            message = {**message, "headers": [*kept, *ours]}
        await send(message)

    return headed
