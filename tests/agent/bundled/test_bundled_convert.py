import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from agent.bundled.convert import converted

CONVERT = (
    "import sys; from pathlib import Path; from agent.bundled.convert import converted; "
    "converted(cache=Path(sys.argv[1]))"
)


def test_conversion_is_done_once_and_reused(tmp_path: Path) -> None:
    first = converted(cache=tmp_path)
    stamp = first.stat().st_mtime_ns
    assert converted(cache=tmp_path).stat().st_mtime_ns == stamp
    assert first.read_bytes()[:4] == b"GGUF"


def test_killed_at_any_moment_the_next_start_works(tmp_path: Path) -> None:
    whole = converted(cache=tmp_path / "whole").read_bytes()
    random.seed(5)
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", CONVERT, str(tmp_path / "timed")], check=True)
    usual = time.monotonic() - started
    for attempt in range(20):
        cache = tmp_path / "killed"
        process = subprocess.Popen([sys.executable, "-c", CONVERT, str(cache)])
        time.sleep(random.uniform(0.3, 1.05) * usual)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for found in cache.glob("*.gguf"):
            assert found.read_bytes() == whole, attempt
            found.unlink()
    assert converted(cache=tmp_path / "killed").read_bytes() == whole
    assert [p.suffix for p in (tmp_path / "killed").iterdir()] == [".gguf"]
