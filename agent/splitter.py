"""Takes a model's text apart while it streams: answer, thoughts, and tool calls written as text."""

import re
from typing import Literal, NamedTuple

Kind = Literal["answer", "think", "call", "void"]

_TAG = re.compile(r"<(/?)(think|tool_call)>")
_CALL = re.compile(r"<tool_call>(.*?)(?:</tool_call>|\Z)", re.DOTALL)
_TAGS = ("<think>", "</think>", "<tool_call>", "</tool_call>")
_KINDS: dict[str, Kind] = {"think": "think", "tool_call": "call"}


class Piece(NamedTuple):
    """Some text of one kind; `void` says that the answer so far was in truth thought (it ended with `</think>`)."""

    kind: Kind
    text: str


class Splitter:
    """Feed it text as it comes; `open_call` tells whether the text ended inside a tool call."""

    def __init__(self) -> None:
        self._held = ""
        self._kind: Kind = "answer"

    @property
    def open_call(self) -> bool:
        return self._kind == "call"

    def feed(self, text: str) -> list[Piece]:
        text = self._held + text
        pieces: list[Piece] = []
        position = 0
        for tag in _TAG.finditer(text):
            self._put(pieces, text[position : tag.start()])
            if tag[1] == "":
                self._kind = _KINDS[tag[2]]
            else:
                if tag[2] == "think" and self._kind == "answer":
                    pieces.append(Piece("void", ""))
                self._kind = "answer"
            position = tag.end()
        rest = text[position:]
        keep = _partial_tag(rest)
        self._held = rest[len(rest) - keep :]
        self._put(pieces, rest[: len(rest) - keep])
        return pieces

    def close(self) -> list[Piece]:
        pieces: list[Piece] = []
        self._put(pieces, self._held)
        self._held = ""
        return pieces

    def _put(self, pieces: list[Piece], text: str) -> None:
        if text:
            pieces.append(Piece(self._kind, text))


class Parts(NamedTuple):
    """A whole text taken apart. `cut_off`: it ended inside a tool call."""

    answer: str
    think: str
    calls: list[str]
    cut_off: bool


def split(text: str) -> Parts:
    """The same for a text that is complete."""
    splitter = Splitter()
    answer, think = "", ""
    for piece in [*splitter.feed(text), *splitter.close()]:
        if piece.kind == "answer":
            answer += piece.text
        elif piece.kind == "think":
            think += piece.text
        elif piece.kind == "void":
            answer, think = "", think + answer
    return Parts(
        answer.strip(), think.strip(), [found[1].strip() for found in _CALL.finditer(text)], splitter.open_call
    )


def _partial_tag(text: str) -> int:
    """How many characters at the end may be the start of a tag."""
    for length in range(min(len(text), max(map(len, _TAGS)) - 1), 0, -1):
        if any(tag.startswith(text[-length:]) for tag in _TAGS):
            return length
    return 0
