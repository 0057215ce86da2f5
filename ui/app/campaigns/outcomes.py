"""What came back from customers: a file taken in, and what became of its rows."""

import csv
import io
import json
import secrets
import tempfile
from collections import OrderedDict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import FastAPI, Form, HTTPException, Request, UploadFile
from markupsafe import Markup
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from store.errors import WinbackError
from tools.context import Actor
from tools.offers.outcomes import OutcomeReport, read_rows, take_outcomes
from tools.offers.rights import audited
from ui.app.frame import Desk, Templates, Visit
from ui.app.frame.site import Site
from ui.app.frame.words import Language
from ui.app.gate import require

_render = Templates(Path(__file__).parent)
_LARGEST = 10_000_000
_ROLES = ("marketer", "approver", "admin")
_MOST, _SHOWN = 20, 20


class Told:
    """Reports of late, each for who sent the file; the rows that were refused are in them."""

    def __init__(self, _site: Site) -> None:
        self._kept: OrderedDict[str, tuple[str, OutcomeReport | str]] = OrderedDict()

    def keep(self, actor: Actor, report: OutcomeReport | str) -> str:
        token = secrets.token_urlsafe(12)
        self._kept[token] = (actor.id, report)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
        return token

    def of(self, actor: Actor, token: str) -> OutcomeReport | str | None:
        who, report = self._kept.get(token, ("", None))
        return report if who == actor.id else None


def outcomes(desk: Desk, visit: Visit) -> Markup:
    """The form, and what came of the file that was sent last."""
    token = visit.query.get("told", "")[:40]
    told = desk.site.service(Told).of(visit.actor, token)
    report = told if isinstance(told, OutcomeReport) else None
    problem = told if isinstance(told, str) else ""
    rejects = report.rejects[:_SHOWN] if report else []
    return _render("outcomes", t=desk.words, desk=desk, report=report, problem=problem, token=token, rejects=rejects)


def routes(app: FastAPI, site: Site) -> None:
    @app.post("/campaigns/outcomes")
    def take(request: Request, file: UploadFile, language: Annotated[str, Form()] = "en") -> Response:
        actor = require(site, request, _ROLES)
        token = site.service(Told).keep(actor, _taken(site, actor, file))
        chosen: Language = "zh" if language == "zh" else "en"
        return RedirectResponse(site.url("campaigns", chosen, view="outcomes", told=token), status_code=303)

    @app.get("/campaigns/outcomes/{token}.csv")
    def rejects(request: Request, token: str) -> Response:
        report = site.service(Told).of(require(site, request, _ROLES), token)
        if not isinstance(report, OutcomeReport):
            raise HTTPException(404)
        headers = {"Content-Disposition": 'attachment; filename="rejects.csv"', "Cache-Control": "no-store"}
        return PlainTextResponse(_as_csv(report), media_type="text/csv", headers=headers)


def _taken(site: Site, actor: Actor, file: UploadFile) -> OutcomeReport | str:
    """The report, or one sentence on why the file cannot be read."""
    content = file.file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        return "The file is larger than 10 MB; take it in with `winback campaign outcomes`."
    now, shop = datetime.now(), site.shop()
    try:
        with tempfile.TemporaryDirectory(prefix="winback-outcomes-") as folder:
            path = Path(folder) / "outcomes.csv"
            path.write_bytes(content)
            report = take_outcomes(shop, read_rows(path), f"app:{actor.id}", now)
        with shop.ledger.session() as session:
            audited(shop, session, actor, now, "campaign.outcomes", {"file": (file.filename or "")[:200]}, report.read)
    except WinbackError as problem:
        return str(problem)
    return report


def _as_csv(report: OutcomeReport) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["line", "reason", "row"])
    rows: list[list[Any]] = [
        [line, reason, json.dumps(row, default=str, ensure_ascii=False)] for line, reason, row in report.rejects
    ]
    writer.writerows(rows)
    return out.getvalue()
