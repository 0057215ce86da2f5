"""A conversation taken apart by who said what."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage

from agent.provenance.decoded import decoded
from agent.provenance.tokens import contains, joined, writers
from agent.review.request import proposed
from tools.call import ToolOutcome


@dataclass(frozen=True)
class Provenance:
    """Who said what in a conversation up to now.

    `asked` is the person's message of this turn and `said` all of theirs; `told` are the statements of tools, `sources`
    the shop's own words on each quote, `words` the customers'. `apart` are the statements of results that quote nobody
    by id, `apart_now` those of this turn. `proposed` are the arguments of proposals that were made. `fresh` says that
    customers' words were read in this very turn. What the model said counts for nothing.
    """

    asked: str = ""
    said: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    apart_now: tuple[str, ...] = ()
    proposed: tuple[dict[str, Any], ...] = ()
    fresh: bool = False
    trusted: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "trusted", (*self.said, *self.told, *self.sources))

    @cached_property
    def trusted_tokens(self) -> str:
        return joined(self.trusted)

    @cached_property
    def customers_tokens(self) -> str:
        """The customers' words one after the other, and again as they read once they are decoded."""
        return joined([*self.words, " ".join(self.words), *decoded(self.words)])


def gather(messages: Sequence[AnyMessage]) -> Provenance:
    """Reads the messages of a conversation, oldest first; tool messages hold what `note` made of their outcome."""
    people = [at for at, one in enumerate(messages) if isinstance(one, HumanMessage) and not _is_correction(one)]
    start = people[-1] if people else 0
    notes = [_noted(one) for one in messages if isinstance(one, ToolMessage)]
    now = [_noted(one) for one in messages[start:] if isinstance(one, ToolMessage)]
    said = tuple(messages[at].text for at in people)
    return Provenance(
        asked=said[-1] if said else "",
        said=said,
        told=_all(notes, "told"),
        sources=_all(notes, "sources"),
        words=_all(notes, "words"),
        apart=_all(notes, "apart"),
        apart_now=_all(now, "apart"),
        proposed=tuple(_proposals(messages)),
        fresh=any(one.get("words") for one in now),
    )


def note(outcome: ToolOutcome, known: Provenance, proposes: bool) -> dict[str, Any]:
    """What a tool message keeps of its outcome. What a failed call says may be an echo, so nothing of it is told.

    Nor is what the call itself brought in: an argument that stood nowhere before does not become the shop's word by
    being repeated.
    """
    if outcome.untrusted:
        return {"words": outcome.text.splitlines()}
    told = "" if outcome.error else _without_echo(outcome.text, outcome.arguments, known)
    sources, words = [one.source for one in outcome.quotes], [one.words for one in outcome.quotes]
    apart = [] if any(map(writers, sources)) else [told]
    made = proposes and outcome.error is None
    saved = proposed(outcome.artifact) if made else None
    return {"told": [told], "apart": apart, "sources": sources, "words": words, "proposed": made, "saved": saved}


def _without_echo(text: str, arguments: Mapping[str, Any], known: Provenance) -> str:
    if not known.words:
        return text
    for value in leaves(arguments):
        if len(value) > 1 and not contains(known.trusted_tokens, value):
            text = re.sub(re.escape(value), " ", text, flags=re.IGNORECASE)
    return text


def leaves(value: Any) -> list[str]:
    """All plain values inside an argument, as text."""
    if isinstance(value, Mapping):
        inside: Iterable[Any] = cast("Mapping[Any, Any]", value).values()
    elif isinstance(value, list | tuple):
        inside = cast("Sequence[Any]", value)
    else:
        return [] if value is None or isinstance(value, bool) else [str(value)]
    return [leaf for one in inside for leaf in leaves(one)]


def _noted(message: ToolMessage) -> dict[str, Any]:
    return cast("dict[str, Any]", message.artifact) if isinstance(message.artifact, dict) else {}


def _all(notes: Iterable[dict[str, Any]], key: str) -> tuple[str, ...]:
    return tuple(text for one in notes for text in one.get(key, ()) if text)


def _is_correction(message: HumanMessage) -> bool:
    return bool(message.additional_kwargs.get("correction"))


def _proposals(messages: Iterable[AnyMessage]) -> Iterable[dict[str, Any]]:
    calls: dict[str | None, dict[str, Any]] = {}
    for message in messages:
        if isinstance(message, AIMessage):
            calls |= {call["id"]: call["args"] for call in message.tool_calls}
        elif isinstance(message, ToolMessage) and _noted(message).get("proposed"):
            yield calls.get(message.tool_call_id, {})
