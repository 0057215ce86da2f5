"""Refreshing the shop in a process of its own, so that nobody's chat slows down with it.

How far it is stands in HOME/refresh.json, so that every page and every process of the application sees the same.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from store.errors import WinbackError
from store.settings import Settings
from tools.context import Actor
from ui.app.frame.site import Site

_SAID = 2000


@dataclass(frozen=True)
class RefreshState:
    """`state` is running, done, failed or cancelled; `fraction` is 0 to 1; `said` its report, or why it failed."""

    state: str
    pid: int
    by: str
    started_at: str
    fraction: float = 0.0
    message: str = ""
    said: str = ""
    ended_at: str | None = None

    @property
    def running(self) -> bool:
        return self.state == "running"


class RefreshJob:
    """One refresh at a time for a shop; starts the command `winback refresh` and follows it."""

    def __init__(self, site: Site) -> None:
        self._settings: Settings = site.settings
        self._path = site.settings.home / "refresh.json"
        self._lock = threading.Lock()
        self._cancelled = False

    def now(self) -> RefreshState | None:
        """The refresh that runs, or else the last one; None before the first. One whose process died has failed."""
        try:
            found = RefreshState(**json.loads(self._path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        if found.running and not _alive(found.pid):
            return replace(found, state="failed", said="Its process ended without a word.")
        return found

    def start(self, by: Actor, now: datetime) -> RefreshState:
        """Starts a refresh. Raises WinbackError where one runs already."""
        with self._lock:
            running = self.now()
            if running is not None and running.running:
                raise WinbackError(f"A refresh is running since {running.started_at}; wait for it or cancel it.")
            self._cancelled = False
            child = subprocess.Popen(
                _command(self._settings.home),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
                env=_environment(self._settings),
                preexec_fn=_give_way,
            )
            state = RefreshState("running", child.pid, by.id, now.isoformat(timespec="seconds"))
            self._write(state)
        threading.Thread(target=self._follow, args=(child, state), daemon=True).start()
        return state

    def cancel(self) -> None:
        """Ends the refresh that runs, if one does; what was there before stays."""
        found = self.now()
        if found is not None and found.running:
            self._cancelled = True
            os.kill(found.pid, signal.SIGTERM)

    def _follow(self, child: "subprocess.Popen[str]", state: RefreshState) -> None:
        said: list[str] = []
        assert child.stdout is not None
        for line in child.stdout:
            progress = _progress(line)
            if progress is None:
                said.append(line.rstrip())
            else:
                self._write(replace(state, fraction=progress[0], message=progress[1]))
        code = child.wait()
        ended = "done" if code == 0 else "cancelled" if self._cancelled else "failed"
        text = "\n".join(said)[-_SAID:].strip()
        at = datetime.now().isoformat(timespec="seconds")
        self._write(replace(state, state=ended, fraction=float(code == 0), said=text, ended_at=at))

    def _write(self, state: RefreshState) -> None:
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps(asdict(state)), "utf-8")
        draft.replace(self._path)


def _command(home: Path) -> list[str]:
    return [sys.executable, "-c", "from ui.cli import main; main()", "refresh", "--home", str(home), "--progress-lines"]


def _environment(settings: Settings) -> dict[str, str]:
    given = {"WINBACK_MODEL_URL": settings.model_url, "WINBACK_LEDGER": settings.ledger}
    given["WINBACK_WAREHOUSE"] = settings.warehouse
    return {**os.environ, **{name: value for name, value in given.items() if value}, "PYTHONUNBUFFERED": "1"}


def _give_way() -> None:
    os.nice(10)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _progress(line: str) -> tuple[float, str] | None:
    if not line.startswith('{"progress"'):
        return None
    try:
        found = json.loads(line)
        return float(found["progress"]), str(found["message"])[:200]
    except (ValueError, KeyError, TypeError):
        return None
