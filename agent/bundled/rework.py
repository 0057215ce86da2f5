"""A wish about the draft that was just made: for whom, of which draft, and what of it still holds."""

import json
import re
from dataclasses import dataclass, field
from typing import Any, cast

from agent.bundled import spans
from tools.contract import EFFECTS, Effect
from tools.result import ToolError
from tools.words import find_language, parse_channel, parse_tone

DRAFT = re.compile(r"(?<![A-Za-z0-9])d\d{4,}(?![A-Za-z0-9])")
_LONGEST = 3  # words that name a language, a tone or a channel
_LEAST_LETTERS = 3  # `it`, `no` and `is` are words, not codes of languages
_READERS = {"language": find_language, "tone": parse_tone, "channel": parse_channel}


@dataclass(frozen=True)
class Rework:
    """What a call that reworks the latest draft says: `fixed` word for word, `choices` one of these or nothing."""

    fixed: dict[str, str]
    choices: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def proposing(messages: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The calls that proposed something, by their ids."""
    calls = [call for m in messages for call in cast("list[dict[str, Any]]", m.get("tool_calls") or [])]
    return {c.get("id", ""): c["function"] for c in calls if EFFECTS.get(c["function"]["name"]) is Effect.PROPOSE}


def rework(messages: list[dict[str, Any]]) -> Rework | None:
    """Where the latest message follows a draft and names nobody else; None anywhere else."""
    told = [message for message in messages if message["role"] == "tool"]
    if not told or messages[-1]["role"] != "user":
        return None
    made = proposing(messages).get(told[-1].get("tool_call_id", ""))
    draft = DRAFT.search(str(told[-1]["content"]))
    given: dict[str, Any] = json.loads(made["arguments"]) if made else {}
    wish = str(messages[-1]["content"])
    if draft is None or "customer_id" not in given or _names_another(wish, {draft[0], str(given["customer_id"])}):
        return None
    fixed = {"customer_id": str(given["customer_id"]), "draft": draft[0], "instruction": " ".join(wish.split())}
    return Rework(fixed, {name: _choices(name, given.get(name), wish) for name in _READERS})


def _names_another(wish: str, known: set[str]) -> bool:
    return any(len(one) > len("2026") and one.lstrip("#") not in known for one in spans.ID.findall(wish))


def _choices(name: str, before: object, wish: str) -> list[str]:
    """What held before, and what the wish names."""
    named = [found for phrase in spans.phrases([wish], _LONGEST) if (found := _read(name, phrase))]
    return spans.distinct([*([str(before)] if before else []), *named])


def _read(name: str, phrase: str) -> str | None:
    if phrase.isascii() and len(phrase) < _LEAST_LETTERS:
        return None
    try:
        return _READERS[name](phrase)
    except ToolError:
        return None
