"""One review in words: an intent goes in, a text comes out with what it really says."""

import random
import re
from dataclasses import dataclass

from store.demo.catalogue import Product
from store.demo.prose.grammar import Grammar, Piece, pick
from store.demo.prose.noise import roughen
from store.demo.prose.slots import Slots

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
_NAMES = ("negative", "neutral", "positive")
_FIRST_SLOT = re.compile(r"\{(\w+)\}")
_STOPS = (".", "!", "?", "。", "！", "？", "…", '"')


@dataclass(frozen=True)
class Intent:
    """What somebody means to say. `wronged`: after an incident, whose aspect is then the first (or `other`)."""

    product: Product
    sentiment: int
    aspects: tuple[str, ...]
    other: str
    mixed: bool
    wronged: bool
    contradicts: bool
    price: float
    month: int  # of the order, January 0
    abroad: bool


@dataclass(frozen=True)
class Prose:
    """A text, how it was made, and what it says: aspect -> polarity."""

    text: str
    style: str
    aspects: dict[str, str]


class Writer:
    """Writes reviews in one language. `sarcasm` and `injection` are chances: the first of negative reviews."""

    def __init__(self, language: str, sarcasm: float, injection: float) -> None:
        self._language = language
        self._grammar = Grammar(language)
        self._sarcasm = sarcasm
        self._injection = injection
        self._space = "" if language == "zh" else " "
        self._stop = "。" if language == "zh" else "."

    def write(self, intent: Intent, rng: random.Random) -> Prose:
        """A text for the intent. Some say less than was meant, none says the opposite."""
        slots = Slots(rng, self._grammar.fills, intent.product, self._language, intent.price, intent.month)
        style, text, aspects = self._compose(intent, rng)
        text = slots.fill(pick(rng, text))
        if style != "injection":
            text = roughen(rng, text, self._language, self._grammar.emoji[_NAMES[intent.sentiment]])
        return Prose(text, style, aspects)

    def _compose(self, intent: Intent, rng: random.Random) -> tuple[str, str, dict[str, str]]:
        if rng.random() < self._injection:
            return "injection", rng.choice(self._grammar.injections), {}
        for style, chance in self._whole_styles(intent):
            if rng.random() < chance and (piece := self._whole(style, intent, rng)):
                return self._rounded_off(style, piece, intent, rng)
        if intent.mixed or (intent.sentiment == NEUTRAL and rng.random() < 0.6):
            return self._mixed(intent, rng)
        roll = rng.random()
        if roll < 0.2:
            return self._single(intent, rng)
        if roll < 0.29:
            return self._ramble(intent, rng)
        return self._plain(intent, rng, rng.choice([1, 1, 2, 2, 2, 3]))

    def _whole_styles(self, intent: Intent) -> list[tuple[str, float]]:
        return [
            ("contrary", 0.3 if intent.contradicts else 0.0),
            ("sarcasm", self._sarcasm if intent.sentiment == NEGATIVE else 0.0),
            ("short", 0.0 if intent.mixed else 0.13),
            ("whole", 0.0 if intent.mixed and intent.sentiment != NEUTRAL else 0.09),
        ]

    def _whole(self, style: str, intent: Intent, rng: random.Random) -> Piece | None:
        """A text written in one piece; one about the incident, for somebody who suffered one."""
        about = intent.aspects[0] if intent.wronged or style == "sarcasm" else ""
        if intent.wronged and intent.sentiment != NEGATIVE:
            return None
        pieces = self._grammar.suited(style, _NAMES[intent.sentiment], intent.product.tags, about)
        return rng.choice(pieces) if pieces else None

    def _clause(self, intent: Intent, rng: random.Random, aspect: str, polarity: str) -> str:
        tags = intent.product.tags
        if aspect == "delivery":
            occasions = {"abroad": intent.abroad, "winter": intent.month == 11}
            tags = tags | {name for name, given in occasions.items() if given}
        return rng.choice(self._grammar.clauses(aspect, polarity, tags))

    def _mixed(self, intent: Intent, rng: random.Random) -> tuple[str, str, dict[str, str]]:
        main, other = ("negative", "positive") if intent.sentiment == NEGATIVE else ("positive", "negative")
        said = {intent.aspects[0]: main, intent.other: other}
        clauses = {polarity: self._clause(intent, rng, aspect, polarity) for aspect, polarity in said.items()}
        joiner = rng.choice(self._grammar.frames["joiners"])
        text = self._joined(joiner, clauses["positive"], clauses["negative"])
        parts = [self._sentence(text)]
        if rng.random() < 0.3:
            parts.insert(0, rng.choice(self._grammar.openers[_NAMES[intent.sentiment]]))
        return "mixed", self._space.join(parts), said

    def _rounded_off(
        self, style: str, piece: Piece, intent: Intent, rng: random.Random
    ) -> tuple[str, str, dict[str, str]]:
        """A whole text, some with a further thought or a closing word."""
        aspect, polarity = intent.aspects[-1], _NAMES[intent.sentiment]
        roll = rng.random() if style in ("sarcasm", "whole") else 1.0
        if roll < 0.3 and aspect not in piece.aspects and intent.sentiment != NEUTRAL:
            more = self._sentence(self._clause(intent, rng, aspect, polarity))
            return style, f"{piece.text}{self._space}{more}", piece.aspects | {aspect: polarity}
        if roll < 0.6:
            return (
                style,
                piece.text + self._space + rng.choice(self._grammar.closers[polarity]),
                piece.aspects,
            )
        return style, piece.text, piece.aspects

    def _single(self, intent: Intent, rng: random.Random) -> tuple[str, str, dict[str, str]]:
        aspect, polarity = intent.aspects[0], _NAMES[intent.sentiment]
        lead = rng.choice(self._grammar.frames["leads"])
        return (
            "sentence",
            self._joined(lead, self._clause(intent, rng, aspect, polarity), ""),
            {aspect: polarity},
        )

    def _plain(self, intent: Intent, rng: random.Random, count: int) -> tuple[str, str, dict[str, str]]:
        polarity = _NAMES[intent.sentiment]
        said = dict.fromkeys(intent.aspects[:count], polarity)
        clauses = [self._clause(intent, rng, aspect, polarity) for aspect in said]
        if len(clauses) > 1:
            clauses[:2] = [self._joined(rng.choice(self._grammar.frames["ands"]), clauses[0], clauses[1])]
        parts = [self._sentence(clause) for clause in clauses]
        if rng.random() < 0.6:
            parts.insert(0, rng.choice(self._grammar.openers[polarity]))
        if rng.random() < 0.5:
            parts.append(rng.choice(self._grammar.closers[polarity]))
        return "plain", self._space.join(parts), said

    def _ramble(self, intent: Intent, rng: random.Random) -> tuple[str, str, dict[str, str]]:
        polarity, frames = _NAMES[intent.sentiment], self._grammar.frames
        said = dict.fromkeys(intent.aspects, polarity)
        clauses = [self._clause(intent, rng, aspect, polarity) for aspect in said]
        first, second = rng.sample(frames["digressions"], 2)
        parts = [rng.choice(frames["stories"]), clauses[0], first, clauses[1], clauses[2]]
        parts += [second] if rng.random() < 0.4 else []
        parts += [rng.choice(self._grammar.closers[polarity])]
        return "ramble", self._space.join(self._sentence(part) for part in parts), said

    def _joined(self, joiner: str, a: str, b: str) -> str:
        """Both clauses in one; what starts a sentence within is capitalised."""
        text = joiner.replace("{a}", "\0").replace("{b}", "\1")
        for mark, clause in (("\0", a), ("\1", b)):
            at = text.find(mark)
            begins = at == 0 or text[:at].rstrip().endswith((".", "!"))
            text = text.replace(mark, _capital(clause) if begins else clause)
        return text

    def _sentence(self, clause: str) -> str:
        return _capital(clause) + ("" if clause.endswith(_STOPS) else self._stop)


def _capital(clause: str) -> str:
    """Capitalised, whether it starts with a letter, a slot or a choice of words."""
    if clause.startswith("["):
        end = clause.index("]")
        options = "|".join(_capital(option) for option in clause[1:end].split("|"))
        return f"[{options}]{clause[end + 1 :]}"
    slot = _FIRST_SLOT.match(clause)
    if slot and not slot[1].endswith("_cap"):
        return "{" + slot[1] + "_cap}" + clause[slot.end() :]
    return clause[:1].upper() + clause[1:]
