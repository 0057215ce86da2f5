"""The hand-written fragments of one language, read and sorted by what they are about."""

import random
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

import yaml

POLARITIES = {"+": "positive", "0": "neutral", "-": "negative"}
_CHOICE = re.compile(r"\[([^\[\]|]*\|[^\[\]]*)\]")
_LABEL = re.compile(r"^(\S+)(?: @(\S+))? \| (.*)$")


@dataclass(frozen=True)
class Piece:
    """A whole text with what it says: aspect -> polarity. Empty `tags` means it suits any product."""

    text: str
    aspects: dict[str, str]
    tags: frozenset[str]

    def suits(self, tags: frozenset[str]) -> bool:
        return not self.tags or bool(self.tags & tags)


def pick(rng: random.Random, text: str) -> str:
    """Settle every [this|that]."""
    return _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), text)


class Grammar:
    """Fragments by section; every list holds at least one line."""

    def __init__(self, language: str) -> None:
        self.aspects = _read(language, "aspects")
        frames, whole = _read(language, "frames"), _read(language, "whole")
        self.frames = {name: _lines(value) for name, value in frames.items() if isinstance(value, str)}
        self.openers = {name: _lines(value) for name, value in frames["openers"].items()}
        self.closers = {name: _lines(value) for name, value in frames["closers"].items()}
        self.emoji = {name: str(value).split() for name, value in frames["emoji"].items()}
        self.fills = {name: str(value).split("|") for name, value in frames["fills"].items()}
        self.whole = {name: _pieces(value) for name, value in whole["whole"].items()}
        self.short = {name: _pieces(value) for name, value in whole["short"].items()}
        self.contrary = {name: _pieces(value) for name, value in whole["contrary"].items()}
        self.sarcasm = _pieces(whole["sarcasm"])
        self.injections = _lines(whole["injections"])

    @lru_cache(maxsize=4096)  # noqa: B019  (one grammar per language, for the life of a build)
    def clauses(self, aspect: str, polarity: str, tags: frozenset[str]) -> list[str]:
        """Clauses on an aspect that suit a product's tags; the closest ones count double."""
        pools: dict[str, str] = self.aspects[aspect][polarity]
        found = _lines(pools.get("any", ""))
        for tag in sorted(tags):
            found += 2 * _lines(pools.get(tag, ""))
        return found

    @lru_cache(maxsize=4096)  # noqa: B019
    def suited(self, section: str, polarity: str, tags: frozenset[str], aspect: str) -> list[Piece]:
        """Whole texts of a section for a product; with an aspect, only those that say it."""
        pools = {"whole": self.whole, "short": self.short, "contrary": self.contrary}
        pieces = self.sarcasm if section == "sarcasm" else pools[section].get(polarity, [])
        return [p for p in pieces if p.suits(tags) and (not aspect or p.aspects.get(aspect) == polarity)]


def _read(language: str, part: str) -> dict[str, Any]:
    text = (Path(__file__).parent / f"{language}_{part}.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return cast("dict[str, Any]", yaml.load(text, Loader=loader))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _pieces(text: str) -> list[Piece]:
    return [_piece(line) for line in _lines(text)]


def _piece(line: str) -> Piece:
    match = _LABEL.match(line)
    if match is None:
        raise ValueError(f"no labels: {line}")
    labels, tags, words = match.groups()
    said = [] if labels == "." else labels.split(",")
    return Piece(
        text=words,
        aspects={label[:-1]: POLARITIES[label[-1]] for label in said},
        tags=frozenset(tags.split(",")) if tags else frozenset(),
    )
