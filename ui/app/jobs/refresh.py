"""Refreshing the shop in a process of its own, so that nobody's chat slows down with it.

What the process says goes to HOME/refresh.log, and who started it stands in HOME/refresh.json: every page of every
process of the application sees the same, and a refresh goes on when the application ends.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import psutil

from store.errors import WinbackError
from store.settings import Settings
from tools.context import Actor
from ui.app.frame.site import Site

_SAID = 2000


@dataclass(frozen=True)
class Started:
    """`since` is when the process began, as the system has it: a number that is given again does not mislead."""

    pid: int
    since: float
    by: str
    at: str
    cancelled_by: str = ""


@dataclass(frozen=True)
class RefreshState:
    """`state` is running, done, failed or cancelled; `fraction` is 0 to 1; `said` its report, or why it failed."""

    state: str
    by: str
    started_at: str
    fraction: float = 0.0
    message: str = ""
    said: str = ""

    @property
    def running(self) -> bool:
        return self.state == "running"


class RefreshJob:
    """One refresh at a time for a shop; the warehouse itself refuses a second writer, whoever starts it."""

    def __init__(self, site: Site) -> None:
        self._settings: Settings = site.settings
        self._note = site.settings.home / "refresh.json"
        self._log = site.settings.home / "refresh.log"
        self._lock = threading.Lock()

    def now(self) -> RefreshState | None:
        """The refresh that runs, or else the last one; None before the first."""
        started = self._started()
        if started is None:
            return None
        running = _process(started) is not None
        try:
            lines = self._log.read_text("utf-8", "replace").splitlines()
        except OSError:
            lines = []
        return _state(started, lines, running)

    def start(self, by: Actor, now: datetime) -> RefreshState:
        """Starts a refresh. Raises WinbackError where one runs already."""
        with self._lock:
            found = self.now()
            if found is not None and found.running:
                raise WinbackError(f"A refresh is running since {found.started_at}; wait for it or cancel it.")
            with self._log.open("w") as log:
                child = subprocess.Popen(
                    [sys.executable, "-m", "ui.app.jobs.child", str(self._settings.home)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env=_environment(self._settings),
                    start_new_session=True,
                )
            since = psutil.Process(child.pid).create_time()
            started = Started(child.pid, since, by.id, now.isoformat(" ", "seconds"))
            self._write(started)
        threading.Thread(target=child.wait, daemon=True).start()
        return RefreshState("running", started.by, started.at)

    def cancel(self, by: Actor) -> None:
        """Ends the refresh that runs, if one does; what was there before stays."""
        started = self._started()
        process = _process(started) if started else None
        if started is not None and process is not None:
            self._write(replace(started, cancelled_by=by.id))
            with suppress(psutil.NoSuchProcess):
                process.terminate()
                process.wait(5)

    def _started(self) -> Started | None:
        try:
            return Started(**json.loads(self._note.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _write(self, started: Started) -> None:
        draft = self._note.with_suffix(".new")
        draft.write_text(json.dumps(asdict(started)), "utf-8")
        draft.replace(self._note)


def _state(started: Started, lines: Iterable[str], running: bool) -> RefreshState:
    fraction, message, ended, said = 0.0, "", None, list[str]()
    for line in lines:
        found = _object(line)
        if found is None:
            said.append(line)
        elif "ended" in found:
            ended = found["ended"]
        else:
            fraction, message = float(str(found["progress"])), str(found["message"])[:200]
    text = "\n".join(said).strip()[-_SAID:]
    if ended is None and running:
        return RefreshState("running", started.by, started.at, fraction, message)
    if ended == 0:
        return RefreshState("done", started.by, started.at, 1.0, "", text)
    state = "cancelled" if started.cancelled_by else "failed"
    return RefreshState(state, started.by, started.at, fraction, "", text)


def _object(line: str) -> dict[str, object] | None:
    if not line.startswith(('{"progress"', '{"ended"')):
        return None
    with suppress(ValueError):
        return json.loads(line)
    return None


def _process(started: Started) -> psutil.Process | None:
    """The process that was started, if it still runs."""
    try:
        process = psutil.Process(started.pid)
        alive = process.status() != psutil.STATUS_ZOMBIE
        return process if alive and abs(process.create_time() - started.since) < 1 else None
    except psutil.Error:
        return None


def _environment(settings: Settings) -> dict[str, str]:
    given = {
        "WINBACK_MODEL_URL": settings.model_url,
        "WINBACK_LEDGER": settings.ledger,
        "WINBACK_WAREHOUSE": settings.warehouse,
    }
    root = str(Path(__file__).parents[3])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    found = {name: value for name, value in given.items() if value}
    return {**os.environ, **found, "PYTHONUNBUFFERED": "1", "PYTHONPATH": path}
