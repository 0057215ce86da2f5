"""`GET /status`: whether the model answers."""

from fastapi import FastAPI, Request

from ui.app.frame.page import ROLES
from ui.app.frame.site import Site
from ui.app.gate import require
from ui.app.status.model import ModelStatus


def routes(app: FastAPI, site: Site) -> None:
    @app.get("/status")
    def status(request: Request) -> dict[str, str]:
        require(site, request, ROLES)
        return {"model": site.service(ModelStatus).now().word}
