"""Words are read in a moment, and without loading half of the world."""

import contextlib
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from tools.result import ToolError
from tools.words import normalise_arguments, parse_period

AS_OF = datetime(2011, 12, 9, 12, 50)
HARD = [
    "去年最近friday去年最近friday去年去年",
    "to " * 45,
    "last " * 30,
    "到" * 70,
    "年" * 140,
    "1" * 150,
    "since from until and " * 7,
]


def milliseconds(text: str) -> float:
    began = time.process_time()
    with contextlib.suppress(ToolError):
        parse_period(text, AS_OF)
    return (time.process_time() - began) * 1000


def test_a_period_takes_less_than_two_milliseconds() -> None:
    lines = (Path(__file__).parent / "periods_en.txt").read_text(encoding="utf-8").splitlines()[1:]
    said = [line.rsplit("|", 1)[0].strip() for line in lines]
    milliseconds("warm up")
    taken = [milliseconds(text) for text in said]
    assert sum(taken) / len(taken) < 2


def test_no_phrase_takes_long() -> None:
    milliseconds("上个月")
    assert max(min(milliseconds(text) for _ in range(3)) for text in HARD) < 50


def test_arguments_are_normalised_in_a_moment() -> None:
    args = {
        "metric": "takings",
        "period": "last quarter",
        "filters": {"country": ["the UK", "法国"]},
        "limit": "top ten",
    }
    normalise_arguments("query_metric", args, AS_OF)
    began = time.process_time()
    for _ in range(20):
        normalise_arguments("query_metric", args, AS_OF)
    assert (time.process_time() - began) / 20 < 0.02


def test_nothing_heavy_is_imported() -> None:
    code = "import sys, tools.words; print({'pandas', 'numpy', 'torch', 'ibis', 'langchain_core'} & set(sys.modules))"
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
