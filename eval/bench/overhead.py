"""What a question costs beside the model and the tools, and how soon the bundled model's first words are there.

python -m eval.bench.overhead [--questions 60] [--json]
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from agent.answer import Conversation
from agent.events import Answer
from eval.agent_suite import SUITES
from eval.cases import read_cases
from store.demo import make_demo
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor

CUSTOMERS = 500
WARM_UP = 5


def run(count: int) -> dict[str, Any]:
    """Asks development requests of one turn, in both languages by turns, each in a conversation of its own."""
    with tempfile.TemporaryDirectory(prefix="winback-bench-") as name:
        home = Path(name)
        make_demo(home, customers=CUSTOMERS)
        settings = Settings(home=home, model_url=None)
        shop = Shop.open(home, settings)
        answers = [_answer(shop, settings, question) for question in _questions(count + WARM_UP)][WARM_UP:]
        shop.close()
    timings = [answer.timings_ms for answer in answers]
    first = [one.first_token for one in timings if one.first_token is not None]
    return {
        "questions": len(answers),
        "model": answers[0].model,
        "tool_calls": sum(len(answer.tool_calls) for answer in answers),
        "overhead_ms": spread([one.total - one.model - one.tools for one in timings]),
        "first_token_ms": spread(first),
        "model_ms": spread([one.model for one in timings]),
        "tools_ms": spread([one.tools for one in timings]),
        "total_ms": spread([one.total for one in timings]),
    }


def _questions(count: int) -> list[str]:
    files = [read_cases(SUITES / f"dev_{language}.jsonl") for language in ("en", "zh")]
    single = [[case.turns[0].user for case in cases if len(case.turns) == 1] for cases in files]
    mixed = [question for pair in zip(*single, strict=False) for question in pair]
    return mixed[:count]


def _answer(shop: Shop, settings: Settings, question: str) -> Answer:
    return Conversation(shop, Actor("bench", "marketer"), settings).ask(question)


def spread(values: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    cuts = statistics.quantiles(values, n=20, method="inclusive")
    return {"p50": round(statistics.median(values), 1), "p95": round(cuts[-1], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--questions", type=int, default=60, choices=range(2, 121), metavar="2..120")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    report = run(options.questions)
    if options.json:
        print(json.dumps(report))
        return
    print(f"{report['questions']} questions, {report['tool_calls']} tool calls, model {report['model']}")
    for name, label in (
        ("overhead_ms", "neither model nor tools"),
        ("first_token_ms", "first words of the answer"),
        ("model_ms", "model"),
        ("tools_ms", "tools"),
        ("total_ms", "all in all"),
    ):
        print(f"{label:26} p50 {report[name]['p50']:8.1f} ms   p95 {report[name]['p95']:8.1f} ms")


if __name__ == "__main__":
    main()
