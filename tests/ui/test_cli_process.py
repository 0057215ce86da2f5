"""The installed command, in a process of its own, with the bundled model."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from agent.bundled import checkpoint

WINBACK = [sys.executable, "-c", "from ui.cli import main; main()"]
pytestmark = pytest.mark.skipif(
    not (Path(checkpoint.__file__).parent / "model" / "model.safetensors").exists(),
    reason="the bundled model is not in agent/bundled/model",
)


def test_a_question_is_answered_and_the_process_ends_cleanly(home: Path) -> None:
    ran = subprocess.run(
        [*WINBACK, "ask", "What was our revenue in November 2011?", "--home", str(home), "--json"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    answer = json.loads(ran.stdout)
    assert answer["tool_calls"][0]["tool"] == "query_metric"
    assert "64.50" in answer["answer"]


def test_on_a_terminal_the_demo_leaves_a_prompt(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*WINBACK, "demo", "--customers", "50", "--home", str(tmp_path / "demo")]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    os.write(ours, b"how many orders did we get last month?\n\n")
    shown = _all_from(ours)
    assert process.wait(timeout=60) == 0, shown
    assert "an empty line ends it" in shown
    assert shown.index("上个月") < shown.rindex("query_metric")
    assert "Traceback" not in shown


def _all_from(terminal: int) -> str:
    pieces: list[bytes] = []
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(terminal)
    return b"".join(pieces).decode("utf-8", "replace")
