"""The receiver takes what is signed and nothing else."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from store.errors import WinbackError
from tests.tools.offers.planned import drafts, planned
from tools.offers.delivery.signature import HEADER, signed
from tools.offers.outcomes.receiver import MOST_BYTES, PATH, receiver

SECRET = b"a secret that nobody guesses"


def _posted(client: TestClient, content: Any, secret: bytes = SECRET, seconds: int | None = None) -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post(PATH, content=body, headers={HEADER: signed(secret, body, seconds)})


def test_signed_outcomes_are_taken_and_others_are_not(tmp_path: Path) -> None:
    with planned(tmp_path, webhook_secret=SECRET.decode()) as shop:
        client = TestClient(receiver(shop))
        code = next(one.code for one in drafts(shop) if one.code)
        row = {"kind": "order", "at": "2026-07-02T10:00:00", "code": code, "order_id": "o-1", "revenue": 20}
        assert _posted(client, row).json()["matched"] == 1
        taken = _posted(client, [row, {"kind": "order"}]).json()
        assert (taken["duplicates"], [one["row"] for one in taken["rejected"]]) == (1, [2])
        assert _posted(client, row, secret=b"somebody else's secret").status_code == 401
        assert _posted(client, row, seconds=int(time.time()) - 3600).status_code == 401
        assert client.post(PATH, json=row).status_code == 401
        assert _posted(client, b"[1, 2").status_code == 400
        assert _posted(client, [7]).status_code == 400
        assert _posted(client, b" " * (MOST_BYTES + 1)).status_code == 413


def test_a_receiver_needs_a_secret(tmp_path: Path) -> None:
    with planned(tmp_path) as shop, pytest.raises(WinbackError, match="WINBACK_WEBHOOK_SECRET"):
        receiver(shop)
