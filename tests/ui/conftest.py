"""The command line, run in this process: exit code, stdout, stderr."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.agent.model_server import Script, serving
from tests.small_shop import small_shop
from ui.cli import main


@dataclass
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return small_shop(tmp_path / "shop")


@pytest.fixture
def winback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("WINBACK_HOME", "WINBACK_MODEL_URL", "WINBACK_WAREHOUSE", "WINBACK_LEDGER"):
        monkeypatch.delenv(name, raising=False)

    def run(*args: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["winback", *map(str, args)])
        with pytest.raises(SystemExit) as left:
            main()
        shown = capsys.readouterr()
        return Ran(int(left.value.code or 0), shown.out, shown.err)

    return run


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    with serving(script) as address:
        yield address
