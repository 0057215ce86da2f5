"""The application: pages in two languages behind one gate, as an ASGI app."""

import os
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Gradio asks the file system where this is for every value that it sends, unless it is told.
os.environ.setdefault("GRADIO_TEMP_DIR", str((Path(tempfile.gettempdir()) / "gradio").resolve()))

import anyio.to_thread
import gradio as gr
from fastapi import FastAPI, Request
from starlette.staticfiles import StaticFiles

from store.ledger import Ledger
from store.settings import Settings
from ui.app import status
from ui.app.frame import Desk, Page
from ui.app.frame.dress import Dress
from ui.app.frame.page import ROLES
from ui.app.frame.site import Site
from ui.app.frame.theme import theme
from ui.app.frame.words import LANGUAGES, Language, Words
from ui.app.gate import login
from ui.app.gate.doorkeeper import Doorkeeper
from ui.app.gate.middleware import Gate

ASSETS = Path(__file__).parent / "assets"
_LARGEST_UPLOAD = "20mb"
_THREADS = 128


def pages() -> list[Page]:
    """All pages, in the order of the navigation; the first is the one at `/`."""
    from ui.app import admin, approvals, campaigns, chat, customers, overview, reviews

    return [
        Page("chat", "", ROLES, chat.build),
        Page("customers", "customers", ROLES, customers.build),
        Page(
            "campaigns",
            "campaigns",
            ("marketer", "approver", "admin"),
            campaigns.build,
            campaigns.routes,
        ),
        Page("approvals", "approvals", ("approver", "admin"), approvals.build),
        Page("reviews", "reviews", ROLES, reviews.build),
        Page("overview", "overview", ROLES, overview.build),
        Page("admin", "admin", ("admin",), admin.build),
    ]


def create_app(settings: Settings) -> FastAPI:
    """The whole application over the shop in `settings.home`, which need not be loaded yet."""
    site = Site(settings, Doorkeeper(Ledger.open(settings.home, settings.ledger)), pages())
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan(site))
    app.state.site = site
    app.mount("/assets", StaticFiles(directory=ASSETS))
    login.routes(app, site)
    status.routes(app, site)
    for page in site.pages:
        if page.routes is not None:
            page.routes(app, site)
    for language in LANGUAGES:
        app = gr.mount_gradio_app(
            app,
            _blocks(site, language),
            path=f"/{language}",
            auth_dependency=_known(site),
            theme=theme(),
            footer_links=[],
            run_history=False,
            show_error=False,
            max_file_size=_LARGEST_UPLOAD,
            ssr_mode=False,
        )
    app.add_middleware(Dress, site=site)
    app.add_middleware(Gate, site=site)
    return app


def _lifespan(site: Site) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        # Every query of a page takes a thread for a moment; the usual 40 are few for 50 people.
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        yield
        site.close()

    return lifespan


def _known(site: Site) -> Callable[[Request], str | None]:
    def name(request: Request) -> str | None:
        actor = site.actor_of(request.cookies)
        return actor.id if actor else None

    return name


def _blocks(site: Site, language: Language) -> gr.Blocks:
    words = Words(Path(__file__).parent / "frame", language)
    blocks = gr.Blocks(title=words("product"), fill_width=True, analytics_enabled=False)
    for page in site.pages:
        place = blocks if page is site.pages[0] else blocks.route(words(f"page.{page.key}"), page.path)
        with place:
            page.build(Desk(site, page, language, blocks))
    return blocks
