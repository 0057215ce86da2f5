"""A small server that takes signed outcomes, for a shop system that can call a webhook."""

import json
import time
from datetime import datetime
from typing import Any, cast

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from store.shop import Shop
from tools.offers.delivery.signature import HEADER, genuine, secret_of
from tools.offers.outcomes.take import take_outcomes

MOST_BYTES = 1_000_000
PATH = "/outcomes"


def receiver(shop: Shop) -> Starlette:
    """`POST /outcomes` with one outcome or a list of them as JSON, signed as deliveries are.

    Raises WinbackError where the shop has no secret.
    """
    secret = secret_of(shop.settings.webhook_secret)

    async def outcomes(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _said(413, "more than a million bytes")
        if not genuine(secret, body, request.headers.get(HEADER, ""), int(time.time())):
            return _said(401, "the signature is wrong or old")
        rows = _rows(body)
        if rows is None:
            return _said(400, "not an outcome or a list of outcomes in JSON")
        report = await run_in_threadpool(take_outcomes, shop, enumerate(rows, 1), "webhook", datetime.now())
        refused = [{"row": line, "reason": reason} for line, reason, _row in report.rejects]
        taken = {"read": report.read, "matched": report.matched, "duplicates": report.duplicates, "rejected": refused}
        return JSONResponse(taken)

    return Starlette(routes=[Route(PATH, outcomes, methods=["POST"])])


async def _body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body


def _rows(body: bytes) -> list[dict[str, Any]] | None:
    try:
        given: Any = json.loads(body)
    except ValueError:
        return None
    rows: list[Any] = cast("list[Any]", given) if isinstance(given, list) else [given]
    return rows if all(isinstance(row, dict) for row in rows) else None


def _said(status: int, reason: str) -> Response:
    return JSONResponse({"error": reason}, status_code=status)
