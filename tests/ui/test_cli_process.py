"""The installed command, in a process of its own, with the bundled model."""

import json
import subprocess
from pathlib import Path

import httpx
import pytest

from agent.bundled import checkpoint
from tests.ui.started import WINBACK, ended, free_port, started, wait_for

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


def test_the_demo_ends_with_the_application_open(tmp_path: Path) -> None:
    port = free_port()
    command = [*WINBACK, "demo", "--customers", "50", "--home", str(tmp_path / "demo"), "--port", str(port)]
    process, shown = started(command)
    try:
        wait_for("Winback is open at", process, shown, seconds=240)
        assert httpx.get(f"http://127.0.0.1:{port}/en/").status_code == 200
        assert ended(process) == 0
    finally:
        process.kill()
    text = "".join(shown)
    assert text.index("query_metric") < text.index("上个月") < text.index("Winback is open at")
    assert "Traceback" not in text
