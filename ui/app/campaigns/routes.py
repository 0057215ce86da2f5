"""Downloads of exports: POST, for each one sends messages out or hands contacts over, and is in the audit."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from store.errors import WinbackError
from tools.offers.delivery.kept import export_kept, kept_file
from tools.offers.rights import DECIDERS
from ui.app.campaigns import outcomes
from ui.app.frame.site import Site
from ui.app.gate import require


def routes(app: FastAPI, site: Site) -> None:
    outcomes.routes(app, site)

    @app.post("/campaigns/{campaign_id}/export")
    def export(request: Request, campaign_id: int) -> Response:
        actor = require(site, request, DECIDERS)
        return _file(lambda: export_kept(site.shop(), actor, datetime.now(), campaign_id))

    @app.post("/campaigns/{campaign_id}/files/{name}")
    def again(request: Request, campaign_id: int, name: str) -> Response:
        actor = require(site, request, DECIDERS)
        return _file(lambda: kept_file(site.shop(), actor, datetime.now(), campaign_id, name))


def _file(make: Callable[[], Path]) -> Response:
    try:
        path = make()
    except WinbackError as problem:
        return PlainTextResponse(str(problem), status_code=409)
    return FileResponse(path, media_type="text/csv", filename=path.name, headers={"Cache-Control": "no-store"})
