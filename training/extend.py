"""Adds an argument to a hand-written form: the same request with a time, a place, a channel… said as well."""

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml

from training.forms import Turn


@cache
def additions() -> dict[str, list[tuple[str, list[str], list[str]]]]:
    """By tool: (argument, English endings, Chinese wordings)."""
    listed = yaml.safe_load((Path(__file__).parent / "additions.yaml").read_text(encoding="utf-8"))
    return {tool: [(a["argument"], a["en"], a["zh"]) for a in entries] for tool, entries in listed.items()}


def extended(turn: Turn, language: str, rng: random.Random) -> Turn:
    """The turn with one more argument, or as it is when it has none to add."""
    options = [
        addition
        for addition in additions().get(turn.tool or "", [])
        if addition[0] not in turn.arguments and fits(addition[0], turn)
    ]
    if not options:
        return turn
    argument, english, chinese = rng.choice(options)
    wording = rng.choice(chinese if language == "zh" else english)
    slot = wording[wording.index("{") : wording.index("}") + 1] if "{" in wording else "risk"
    mark = turn.request[-1:] if turn.request[-1:] in "?？" and rng.random() < 0.5 else ""
    body = turn.request.rstrip(".?!。？！ ")
    request = wording[1:] + body + mark if wording.startswith("^") else body + wording + mark
    return replace(turn, request=request, arguments={**turn.arguments, argument: slot})


def fits(argument: str, turn: Turn) -> bool:
    """No second product, segment or place, and no list options for one customer."""
    if "{" + argument.removeprefix("filters.") + "}" in turn.request:
        return False
    if turn.tool == "churn_risk" and "customer_id" in turn.arguments:
        return False
    if argument == "limit" and turn.tool == "query_metric" and "group_by" not in turn.arguments:
        return False
    if argument.startswith("filters.") and any(key.startswith("filters.") for key in turn.arguments):
        return False
    if argument == "product" and "customer_id" in turn.arguments:
        return False
    if argument == "group_by":
        return not turn.request.lower().startswith(("which", "who", "where", "when", "哪", "谁"))
    return argument != "segment" or "segment" not in turn.request
