"""Signing in and out, and the way from `/` to a page."""

import re
from datetime import datetime
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from store.access import MustWait, NotKnown, end_session, sign_in
from ui.app.frame.html import Templates
from ui.app.frame.page import ROLES
from ui.app.frame.site import Site
from ui.app.frame.words import LANGUAGES, Language, Words
from ui.app.gate.doorkeeper import ROLE_COOKIE, SESSION_COOKIE

HERE = Path(__file__).parent
_LOCAL = re.compile(r"/(en|zh)(/[\w./-]*)?(\?[\w=&%.+:~-]*)?")

Field = Annotated[str, Form()]


def routes(app: FastAPI, site: Site) -> None:
    """Adds `/`, `/login`, `/logout`, and `/role` for where nobody has to sign in."""

    @app.get("/")
    def start(request: Request) -> Response:
        return RedirectResponse(f"/{language_of(request)}/", status_code=303)

    @app.get("/login")
    def form(request: Request, next: str = "") -> Response:
        if site.actor_of(request.cookies) is not None:
            return RedirectResponse(local(next, language_of(request)), status_code=303)
        return _form(language_of(request, next), next)

    @app.post("/login")
    def enter(request: Request, name: Field = "", password: Field = "", next: Field = "", lang: Field = "") -> Response:
        language = next_language(lang) or language_of(request, next)
        address = request.client.host if request.client else ""
        try:
            found = sign_in(site.doorkeeper.ledger, name, password, address, datetime.now())
        except MustWait as wait:
            return _form(language, next, name, Words(HERE, language)("login.wait", seconds=wait.seconds), 429)
        except NotKnown:
            return _form(language, next, name, Words(HERE, language)("login.wrong"), 401)
        answer = RedirectResponse(local(next, language), status_code=303)
        _set(answer, request, SESSION_COOKIE, found.token)
        return answer

    @app.post("/logout")
    def leave(request: Request) -> Response:
        token = request.cookies.get(SESSION_COOKIE, "")
        end_session(site.doorkeeper.ledger, token, datetime.now())
        site.doorkeeper.forget(token)
        answer = RedirectResponse("/login", status_code=303)
        answer.delete_cookie(SESSION_COOKIE)
        return answer

    @app.post("/role")
    def choose(request: Request, role: Field = "", back: Field = "") -> Response:
        answer = RedirectResponse(local(back, language_of(request)), status_code=303)
        if role in ROLES and not site.doorkeeper.requires_login():
            _set(answer, request, ROLE_COOKIE, role)
        return answer


def local(path: str, language: Language) -> str:
    """Where to go on: a page of ours, or else the first one."""
    place = path.partition("?")[0]
    return path if _LOCAL.fullmatch(path) and "//" not in path and ".." not in place else f"/{language}/"


def next_language(given: str) -> Language | None:
    return next((one for one in LANGUAGES if one == given), None)


def language_of(request: Request, path: str = "") -> Language:
    """The language asked for, of the page that was wanted, or of the browser."""
    asked = next_language(request.query_params.get("lang", "")) or next_language(path[1:3])
    preferred = request.headers.get("accept-language", "").strip().lower()
    return asked or ("zh" if preferred.startswith("zh") else "en")


def _form(language: Language, next: str, name: str = "", problem: str = "", status: int = 200) -> Response:
    words = Words(HERE, language)
    html = Templates(HERE)(
        "login",
        t=words,
        language=language,
        title=words("login.title"),
        next=local(next, language),
        name=name[:64],
        problem=problem,
    )
    return HTMLResponse(html, status_code=status)


def _set(answer: Response, request: Request, name: str, value: str) -> None:
    # Lax, so that a link in a colleague's mail opens the page; requests that change something need our origin anyway.
    answer.set_cookie(name, value, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/")
