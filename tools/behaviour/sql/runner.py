"""The shop's side of the worker: keeps host processes warm, asks them, and replaces those that misbehave."""

import atexit
import contextlib
import functools
import json
import os
import queue
import select
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from store.warehouse.schema import TABLES, Kind
from tools.behaviour.sql.limits import RUN, WORKERS, RunLimits
from tools.result import ToolError

_SCRIPT = Path(__file__).with_name("worker.py")
_GRACE_S = 2.0


@dataclass(frozen=True)
class Answer:
    """Rows of JSON-plain values, DuckDB's type of each column, and the limit that cut them (rows, bytes), if any."""

    columns: list[str]
    types: list[str]
    rows: list[list[Any]]
    cut: str | None


@dataclass(frozen=True)
class Failure:
    """DuckDB's exception class or Timeout, Crash, Refused. The message may hold data: match it, never show it."""

    kind: str
    message: str


class Host:
    """One host process. A thread uses it alone."""

    def __init__(self, script: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"MALLOC_ARENA_MAX": "2"},
            cwd="/",
            start_new_session=True,
            bufsize=0,
        )

    @property
    def gone(self) -> bool:
        return self._process.poll() is not None

    def ask(self, request: dict[str, Any], wait_s: float) -> dict[str, Any] | None:
        """The host's answer, or None where it died or is late."""
        body = json.dumps(request).encode()
        deadline = time.monotonic() + wait_s
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(len(body).to_bytes(4, "big") + body)
            size = self._read(4, deadline)
            answer = self._read(int.from_bytes(size, "big"), deadline)
        except (OSError, EOFError, TimeoutError):
            return None
        return json.loads(answer)

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        parts: list[bytes] = []
        while size:
            if not select.select([handle], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise TimeoutError
            part = os.read(handle, min(size, 65536))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()


class Runner:
    """Runs statements in at most `workers` hosts at once; any thread may ask."""

    def __init__(self, limits: RunLimits = RUN, workers: int = WORKERS, script: Path = _SCRIPT) -> None:
        self._limits = limits
        self._script = script
        self._hosts: queue.LifoQueue[Host | None] = queue.LifoQueue()
        for _ in range(workers):
            self._hosts.put(None)

    def run(self, sql: str, facts: Path, insights: Path | None) -> Answer | Failure:
        """Run one statement over these files. Raises ToolError where all workers stay busy."""
        limits = self._limits
        setup = asdict(limits) | _files(facts, insights)
        try:
            host = self._hosts.get(timeout=limits.wall_s + _GRACE_S)
        except queue.Empty:
            raise ToolError("Too many SQL questions are running; ask again in a few seconds.") from None
        try:
            if host is None or host.gone:
                host = Host(self._script)
            reply = host.ask({"setup": setup, "sql": sql}, limits.wall_s + _GRACE_S)
            if reply is None:
                host.kill()
                host = None
        finally:
            self._hosts.put(host)
        if reply is None:
            return Failure("Timeout", "")
        return Failure(**reply["error"]) if "error" in reply else Answer(**reply)

    def close(self) -> None:
        """End the idle hosts."""
        with contextlib.suppress(queue.Empty):
            while True:
                host = self._hosts.get_nowait()
                if host is not None:
                    host.kill()


def _files(facts: Path, insights: Path | None) -> dict[str, Any]:
    files: dict[Kind, Path] = {"facts": facts}
    if insights:
        files["insights"] = insights
    return {
        "files": {alias: str(path.resolve()) for alias, path in files.items()},
        "tables": {alias: list(TABLES[alias]) for alias in files},
    }


@functools.cache
def runner() -> Runner:
    """This process's runner; its hosts end with the process."""
    made = Runner()
    atexit.register(made.close)
    return made
