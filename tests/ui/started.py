"""The installed command, in a process of its own that goes on until it is told to stop."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing

WINBACK = [sys.executable, "-c", "from ui.cli import main; main()"]


def started(command: Sequence[str]) -> tuple["subprocess.Popen[str]", list[str]]:
    """The process, and the lines that it shows, which grow while it runs."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WINBACK_")}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=environment
    )
    lines: list[str] = []
    assert process.stdout is not None
    threading.Thread(target=lines.extend, args=(process.stdout,), daemon=True).start()
    return process, lines


def wait_for(said: str, process: "subprocess.Popen[str]", lines: list[str], seconds: float) -> None:
    """Returns when the process has said it."""
    end = time.monotonic() + seconds
    while not any(said in line for line in lines):
        assert process.poll() is None, "".join(lines)
        assert time.monotonic() < end, "".join(lines)
        time.sleep(0.05)


def ended(process: "subprocess.Popen[str]") -> int:
    """Presses Ctrl-C; returns the exit code."""
    process.send_signal(signal.SIGINT)
    return process.wait(timeout=20)


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
