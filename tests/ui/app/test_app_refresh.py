"""A refresh in a process of its own: started, followed, cancelled, and found again by another application."""

import json
import time
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from store.errors import WinbackError
from store.settings import Settings
from tests.small_shop import small_shop
from tools.context import Actor
from ui.app.jobs import RefreshJob, RefreshState

EVE = Actor("eve", "admin")


def job(home: Path) -> RefreshJob:
    site: Any = SimpleNamespace(settings=Settings(home=home))
    return RefreshJob(site)


def ended(refresh: RefreshJob, seconds: float = 60) -> RefreshState:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = refresh.now()
        if found is not None and not found.running:
            return found
        time.sleep(0.1)
    raise TimeoutError


def test_nothing_was_started_yet(tmp_path: Path) -> None:
    assert job(tmp_path).now() is None


def test_a_refresh_runs_apart_and_its_report_is_found_by_every_application(tmp_path: Path) -> None:
    home = small_shop(tmp_path / "shop")
    first = job(home)
    started = first.start(EVE, datetime(2026, 1, 2, 3, 4, 5))
    assert (started.state, started.by, started.started_at) == ("running", "eve", "2026-01-02 03:04:05")
    with pytest.raises(WinbackError, match="running since 2026-01-02 03:04:05"):
        job(home).start(EVE, datetime.now())
    found = ended(job(home))
    assert found.state == "done", found.said
    assert found.said
    assert '"progress"' not in found.said


def test_a_cancelled_refresh_says_so_and_another_can_be_started(tmp_path: Path) -> None:
    home = small_shop(tmp_path / "shop")
    refresh = job(home)
    refresh.start(EVE, datetime.now())
    job(home).cancel(EVE)
    assert ended(refresh).state == "cancelled"
    refresh.start(EVE, datetime.now())
    assert ended(refresh).state == "done"


def test_a_failure_tells_what_the_command_said(tmp_path: Path) -> None:
    refresh = job(tmp_path)
    refresh.start(EVE, datetime.now())
    found = ended(refresh)
    assert found.state == "failed"
    assert "winback load" in found.said
    assert "Traceback" not in found.said


def test_a_number_that_another_process_has_now_is_not_ours(tmp_path: Path) -> None:
    other = {"pid": psutil.Process().pid, "since": 1.0, "by": "eve", "at": "2026-01-01 00:00:00", "cancelled_by": ""}
    (tmp_path / "refresh.json").write_text(json.dumps(other))
    refresh = job(tmp_path)
    found = refresh.now()
    assert found is not None
    assert found.state == "failed"
    refresh.cancel(EVE)  # would end this very process


def test_a_note_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "refresh.json").write_text("{")
    assert job(tmp_path).now() is None
