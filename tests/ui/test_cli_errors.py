"""Exit codes, and one sentence for whatever goes wrong."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.ui.conftest import Run
from ui.cli.app import app


@pytest.mark.parametrize(
    "arguments",
    [
        ["unheard-of"],
        ["ask", "hi", "--role", "king"],
        ["ask", "--json"],
        ["tools", "call", "query_metric", "--args", "{metric: revenue}"],
        ["tools", "call", "query_metric", "--args", "[1]"],
        ["tools", "call"],
        ["load"],
        ["eval", "run", "chess"],
        ["demo", "--customers", "0"],
    ],
)
def test_wrong_use_exits_with_2(winback: Run, arguments: list[str]) -> None:
    ran = winback(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Error" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "hi"],
        ["ask", "hi", "--json"],
        ["refresh"],
        ["tools", "call", "query_metric"],
        ["eval", "run", "agent"],
    ],
)
def test_without_a_shop_the_way_to_one_is_said(winback: Run, arguments: list[str]) -> None:
    ran = winback(*arguments, "--home", "nowhere")
    assert (ran.code, ran.out) == (1, "")
    assert "winback demo" in ran.err
    assert not Path("nowhere").exists()


def test_a_setting_that_cannot_be_used_is_named(winback: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINBACK_AS_OF", "the day before yesterday")
    ran = winback("refresh", "--home", home)
    assert ran.code == 1
    assert ran.err.startswith("WINBACK_AS_OF")


def test_the_unforeseen_is_one_sentence_and_a_log(winback: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError("on a Sunday")

    monkeypatch.setattr("store.shop.Shop.open", break_down)
    ran = winback("refresh", "--home", home)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.split() == f"Something unforeseen went wrong; the details are in {home}/logs/winback.log.".split()
    log = (home / "logs" / "winback.log").read_text()
    assert "ZeroDivisionError: on a Sunday" in log


def test_help_is_there_for_every_command_and_each_takes_a_home() -> None:
    runner = CliRunner()
    assert runner.invoke(app, ["--help"]).exit_code == 0
    for command in (["demo"], ["load"], ["refresh"], ["ask"], ["tools", "call"], ["eval", "run"]):
        shown = runner.invoke(app, [*command, "--help"])
        assert shown.exit_code == 0
        assert "--home" in shown.output


def test_help_needs_nothing_heavy() -> None:
    heavy = ("langchain", "ibis", "duckdb", "sqlalchemy", "pydantic", "rich")
    code = f"import sys; from ui.cli import main; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_a_reader_that_goes_away_is_no_error(home: Path) -> None:
    command = f"{sys.executable} -c 'from ui.cli import main; main()' tools list | head -0"
    ran = subprocess.run(["bash", "-c", command], cwd=home, capture_output=True, text=True, timeout=120)
    assert ran.stderr == ""
