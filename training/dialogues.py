"""Turns request forms into training dialogues: slots filled, people's ways of typing, tool answers, retellings."""

import json
import random
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tools.contract import CONTRACT
from training import retell
from training.extend import extended
from training.forms import Form, Turn
from training.slots import SLOT, Filler, lexicon

REFERENCE = re.compile(r"\{(row(\d+)|last)\.(\w+)\}")
FILTER_ORDER = ("country", "language", "category", "product", "segment", "channel", "customer")
TELL = {"query_metric": 0.2, "customer_profile": 0.5, "run_sql": 0.4}  # how often a single turn goes on to the answer
LISTS = {"group_by", "segment"}


@dataclass
class Message:
    """`learn` is the weight of this message's tokens in the loss."""

    role: str
    text: str
    learn: float = 0.0


@dataclass
class Dialogue:
    messages: list[Message] = field(default_factory=list)
    source: str = ""


class Skip(Exception):
    """This form cannot be filled this time (a row reference without such a row)."""


@cache
def sql_family() -> dict[str, str]:
    return yaml.safe_load((Path(__file__).parent / "sql_family.yaml").read_text())


@cache
def segment_names() -> dict[str, list[str]]:
    return {language: list(lexicon(language)["segment"]) for language in ("en", "zh")}


def call_text(tool: str, arguments: dict[str, Any]) -> str:
    body = json.dumps(arguments, ensure_ascii=False)
    return f'<tool_call>\n{{"name": "{tool}", "arguments": {body}}}\n</tool_call>'


class Composer:
    """Makes one dialogue from one form; all randomness comes from `rng`."""

    def __init__(self, form: Form, rng: random.Random):
        self.form, self.rng = form, rng
        self.filler = Filler(form.language, rng, novel=0.35)
        self.rows: list[dict[str, str]] = []
        self.typist = Typist(form.language, rng)

    def dialogue(self) -> Dialogue:
        made = Dialogue(source=self.form.source)
        several = len(self.form.turns) > 1
        for number, turn in enumerate(self.turns()):
            self.add_turn(
                made, turn, first=number == 0, tell=several or self.rng.random() < TELL.get(turn.tool or "", 0.03)
            )
        return made

    def turns(self) -> tuple[Turn, ...]:
        """The form's turns; a single one sometimes with more arguments than were written."""
        turns = self.form.turns
        if len(turns) > 1 or turns[0].tool in (None, "run_sql"):
            return turns
        only = turns[0]
        for chance in (0.35, 0.3, 0.3):
            if self.rng.random() > chance:
                break
            only = extended(only, self.form.language, self.rng)
        return (only,)

    def add_turn(self, made: Dialogue, turn: Turn, first: bool, tell: bool) -> None:
        request = self.filled(turn.request, said=True)
        call = self.arguments(turn) if turn.tool else None
        request, call = self.typist.type(request, call, first)
        made.messages.append(Message("user", request, 0.1))
        if turn.tool is None:
            text = turn.reply or self.rng.choice(lexicon(self.form.language)["replies"][turn.kind])
            made.messages.append(Message("assistant", text, 0.5))
            return
        assert call is not None
        made.messages.append(Message("assistant", call_text(turn.tool, call), 1.0))
        if tell:
            told = retell.reply(turn.tool, call, self.form.language, self.rng)
            self.rows = told.rows if told.rows and told.rows[0] else self.rows
            self.note_draft(told.rows)
            made.messages += [Message("tool", told.text), Message("assistant", told.answer, 0.6)]

    def note_draft(self, rows: list[dict[str, str]]) -> None:
        self.filler.said.pop("draft", None)
        if rows and "draft" in rows[0]:
            self.filler.said["draft"] = (rows[0]["draft"], rows[0]["draft"])

    def filled(self, text: str, said: bool) -> str:
        text = REFERENCE.sub(self.cell, text)
        return SLOT.sub(lambda m: self.slot(m[1] + m[2])[0 if said else 1], text)

    def slot(self, name: str) -> tuple[str, str]:
        if name == "draft" and name not in self.filler.said:
            raise Skip
        return self.filler.value(name)

    def cell(self, match: re.Match[str]) -> str:
        number = int(match[2]) if match[2] else len(self.rows)
        if not 1 <= number <= len(self.rows) or match[3] not in self.rows[number - 1]:
            raise Skip
        return self.rows[number - 1][match[3]]

    def arguments(self, turn: Turn) -> dict[str, Any]:
        if turn.tool == "run_sql":
            return {"sql": self.sql(turn.arguments)}
        flat = {key: self.argument(key, value) for key, value in turn.arguments.items()}
        filters = {key: flat[f"filters.{key}"] for key in FILTER_ORDER if f"filters.{key}" in flat}
        fields = CONTRACT[turn.tool or ""].model_fields
        unknown = [k for k in flat if not k.startswith("filters.") and k not in fields]
        if unknown:
            raise ValueError(f"{self.form.source}: {turn.tool} has no {unknown}")
        return {
            key: filters if key == "filters" else flat[key]
            for key in fields
            if key in flat or (key == "filters" and filters)
        }

    def argument(self, key: str, template: str) -> str | list[str]:
        listed = (key in LISTS or key.startswith("filters.")) and "," in template
        parts = (
            [self.filled(part.strip(), said=False) for part in template.split(",")]
            if listed
            else [self.filled(template, said=False)]
        )
        return parts if listed else parts[0]

    def sql(self, slots: dict[str, str]) -> str:
        if "sql" in slots:
            return slots["sql"]
        values = {key: self.filled(value, said=False) for key, value in slots.items() if key != "family"}
        for key in ("n", "money", "year"):
            if key in values:
                values[key] = digits(values[key])
        if any("'" in v or "%" in v for v in values.values()):
            raise Skip
        return " ".join(sql_family()[slots["family"]].split()).format(**values)


def digits(text: str) -> str:
    """The number in `text` when it stands in digits; other wordings are left to other tools."""
    found = re.fullmatch(r"[£€$¥]?(\d[\d,]*)( ?(?:元|块|块钱|英镑|pounds|euros|quid|GBP))?", text)
    if not found:
        raise Skip
    return found[1].replace(",", "")


class Typist:
    """People's ways of typing: openers, closers, case, lost punctuation, slips. Slot values stay equal in the call."""

    def __init__(self, language: str, rng: random.Random):
        self.language, self.rng = language, rng
        self.low = language == "en" and rng.random() < 0.18
        self.said = ""

    def type(self, request: str, call: dict[str, Any] | None, first: bool) -> tuple[str, dict[str, Any] | None]:
        rng, words = self.rng, lexicon(self.language)
        self.said += request + "\n"
        if first and rng.random() < 0.13:
            request = rng.choice(words["prefix"]["before_any"]) + request
        elif rng.random() < 0.08 and (call is None or "instruction" not in call):
            request = f"{request.rstrip('.?!。？！')}{rng.choice(words['suffix'])}"
        if rng.random() < 0.18 and not any(request.endswith(text) for text in strings(call)):
            request = request.rstrip(".?!。？！")
        if self.language == "en":
            if self.low and (call is None or "sql" not in call):
                request, call = request.lower(), lowercase(call, self.said)
            elif rng.random() < 0.1 and request[:1].islower() and not self.starts_copy(request, call):
                request = request[0].upper() + request[1:]
            if rng.random() < 0.08:
                request = self.slip(request, call)
        return request, call

    def starts_copy(self, request: str, call: dict[str, Any] | None) -> bool:
        return any(request.startswith(text) for text in strings(call))

    def slip(self, request: str, call: dict[str, Any] | None) -> str:
        """Swap, drop or double a letter of a word that no argument copies."""
        kept = " ".join(strings(call)).lower()
        words = request.split(" ")
        options = [i for i, w in enumerate(words) if len(w) > 4 and w.isalpha() and w.lower() not in kept]
        if not options:
            return request
        index = self.rng.choice(options)
        word, at = words[index], self.rng.randint(1, len(words[index]) - 2)
        words[index] = self.rng.choice(
            [
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                word[:at] + word[at + 1 :],
                word[:at] + word[at] + word[at:],
            ]
        )
        return " ".join(words)


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    return [value] if isinstance(value, str) else []


def lowercase(value: Any, request: str) -> Any:
    """Values that the person said, in lower case; what a tool said stays as it was."""
    if isinstance(value, dict):
        return {key: lowercase(item, request) for key, item in value.items()}
    if isinstance(value, list):
        return [lowercase(item, request) for item in value]
    return value.lower() if isinstance(value, str) and value in request else value
