"""An endless stream of packed training rows, made as it is consumed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from training import corpora, extra
from training.dialogues import Composer, Dialogue, Skip
from training.forms import Form, read_forms
from training.tokenizer import END, START

ROLE = {"user": "user", "assistant": "assistant", "tool": "user"}


@dataclass(frozen=True)
class Mix:
    """Shares of dialogues not from forms: argument lists (high at first, then low) and off-topic requests."""

    listed_first: float = 0.6
    listed_later: float = 0.08
    listed_until: float = 0.15
    off_topic: float = 0.03
    sql_kept: float = 0.6


class Stream:
    """Draws dialogues; `progress` (0 to 1 of the training) moves the curriculum."""

    def __init__(self, seed: int, mix: Mix | None = None, forms: list[Form] | None = None):
        self.rng = random.Random(seed)
        self.mix = mix or Mix()
        self.forms = forms or read_forms()[0]

    def dialogue(self, progress: float) -> Dialogue:
        roll = self.rng.random()
        early = progress < self.mix.listed_until
        if roll < (self.mix.listed_first if early else self.mix.listed_later):
            return extra.listed("zh" if self.rng.random() < 0.33 else "en", self.rng)
        if roll > 1 - self.mix.off_topic and corpora.off_topic():
            return extra.off_topic(self.rng)
        while True:
            form = self.rng.choice(self.forms)
            if form.turns[0].tool == "run_sql" and self.rng.random() > self.mix.sql_kept:
                continue
            try:
                return Composer(form, self.rng).dialogue()
            except Skip:
                continue


def encode(dialogue: Dialogue, tokenizer: Tokenizer) -> tuple[list[int], list[float]]:
    """Token ids and the loss weight of each; the layout is that of `chat_template.jinja`."""
    ids: list[int] = []
    weights: list[float] = []
    for message in dialogue.messages:
        text = f"<tool_response>\n{message.text}\n</tool_response>" if message.role == "tool" else message.text
        head = [START, *tokenizer.encode(ROLE[message.role] + "\n").ids]
        body = [*tokenizer.encode(text).ids, END]
        tail = tokenizer.encode("\n").ids
        ids += head + body + tail
        weights += [0.0] * len(head) + [message.learn] * len(body) + [0.0] * len(tail)
    return ids, weights


def rows(stream: Stream, tokenizer: Tokenizer, length: int, progress: list[float]) -> Iterator[np.ndarray]:
    """Packed rows of shape (4, length): tokens (with one more for the target), positions, documents, weights."""
    fill: list[tuple[int, int, int, float]] = []
    document = 0
    while True:
        ids, weights = encode(stream.dialogue(progress[0]), tokenizer)
        if len(ids) > length:
            continue
        if len(fill) + len(ids) > length + 1:
            fill += [(0, 0, -1, 0.0)] * (length + 1 - len(fill))
            yield np.array(fill, dtype=np.float64).T
            fill, document = [], 0
        fill += [(token, at, document, weight) for at, (token, weight) in enumerate(zip(ids, weights, strict=True))]
        document += 1
