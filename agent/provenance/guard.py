"""What customers' words may not bring about: checked before a tool runs.

Once a conversation holds customers' words, every value of a call that could act on somebody must come from the person
or from the shop's own data. What stands in customers' words alone, or nowhere (decoded, translated, put together), is
refused. Before that, nothing is checked.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from agent.provenance import support
from agent.provenance.gather import Provenance, leaves
from agent.provenance.refusals import Why, reason
from agent.provenance.requests import asks_for_figures, asks_for_proposal
from agent.provenance.tokens import TOKEN, contains, id_of, named_ids, same_id
from tools.contract import EFFECTS, Effect
from tools.result import ToolError
from tools.words import find_language, parse_channel, parse_tone
from tools.words.text import fold

Fault = tuple[Why, str]
_IDS = frozenset({"customer_id", "order_id", "draft", "contact", "customer", "order"})
_CLOSED_READ = frozenset(
    {"period", "limit", "offset", "metric", "group_by", "order", "sort", "segment", "sentiment", "aspect"}
)
_CLOSED: dict[str, Callable[[str], object]] = {"channel": parse_channel, "tone": parse_tone, "language": find_language}
_LITERAL = re.compile(r"'((?:[^']|'')*)'|\"([^\"]*)\"|\b(\d{4,})\b")
_RUN = 6


def refusal(tool: str, arguments: Mapping[str, Any], known: Provenance, language: str) -> str | None:
    """Why this call may not be made, as a sentence in `language`; None where it may."""
    if not known.words:
        return None
    check = _proposal if EFFECTS.get(tool) is Effect.PROPOSE else _reading
    fault = check(arguments, known)
    return reason(fault[0], language, tool, fault[1]) if fault else None


def _reading(arguments: Mapping[str, Any], known: Provenance) -> Fault | None:
    for name, value in _named_leaves(arguments):
        if name == "sql":
            if why := _sql(value, known):
                return why, name
        elif name in _IDS:
            if not support.known_id(value, known):
                return "id", name
        elif name not in _CLOSED_READ and support.strange_codes(value, known):
            return "id", name
    return None


def _sql(statement: str, known: Provenance) -> Why | None:
    """A statement of a customer's, one with an id of theirs, or one after their words when nobody asked for rows."""
    tokens = TOKEN.findall(fold(statement))
    runs = (" ".join(tokens[at : at + _RUN]) for at in range(max(1, len(tokens) - _RUN + 1)))
    if any(f" {run} " in known.customers_tokens and f" {run} " not in known.trusted_tokens for run in runs):
        return "sql-words"
    literals = [found[1] or found[2] or found[3] or "" for found in _LITERAL.finditer(statement)]
    if any(support.strange_codes(literal, known) for literal in literals):
        return "sql-words"
    subject = [one for literal in literals if (one := id_of(literal))]
    bound = any(same_id(one, other) for one in subject for other in named_ids(known.asked))
    return None if bound or not known.fresh or asks_for_figures(known.asked) else "sql-asked"


def _proposal(arguments: Mapping[str, Any], known: Provenance) -> Fault | None:
    if not asks_for_proposal(known.asked) and not _follows_up(arguments, known):
        return "nobody-asked", ""
    faults = (_argument(name, value, known) for name, value in arguments.items() if value not in (None, "", [], {}))
    return next((fault for fault in faults if fault), None)


def _follows_up(arguments: Mapping[str, Any], known: Provenance) -> bool:
    """Whether it reworks what was proposed in this conversation, as the person now says."""
    target = id_of(arguments.get("customer_id"))
    made = [id_of(one.get("customer_id")) for one in known.proposed]
    return bool(arguments.get("instruction")) and target is not None and target in made


def _argument(name: str, value: Any, known: Provenance) -> Fault | None:
    if name == "customer_id":
        return None if support.known_target(value, known) else ("target", name)
    if name == "draft":
        return None if support.known_id(value, known) else ("id", name)
    if name == "segment":
        return None if support.known_segment(value, known) else ("segment", name)
    if name in {"budget", "limit"}:
        return None if support.known_amount(value, known) else ("amount", name)
    if name == "filters":
        return _filters(value, known)
    if name in _CLOSED:
        return None if all(_is_choice(name, leaf, known) for leaf in leaves(value)) else ("choice", name)
    texts = known.said if name == "instruction" else (*known.said, *known.told)
    return None if all(support.known_text(leaf, texts) for leaf in leaves(value)) else ("text", name)


def _filters(value: Any, known: Provenance) -> Fault | None:
    if not isinstance(value, Mapping):
        return "filter", "filters"
    for dimension, inside in cast("Mapping[str, Any]", value).items():
        if dimension == "segment":
            fine = support.known_segment(inside, known)
        elif dimension in _IDS:
            fine = all(support.known_target(leaf, known) for leaf in leaves(inside))
        else:
            fine = all(support.known_filter(dimension, leaf, known) for leaf in leaves(inside))
        if not fine:
            return "filter", "filters"
    return None


def _is_choice(name: str, value: str, known: Provenance) -> bool:
    """One of the few values there are, unless only a customer said it."""
    if contains(known.trusted_tokens, value):
        return True
    try:
        return _CLOSED[name](value) is not None and not contains(known.customers_tokens, value)
    except ToolError:
        return False


def _named_leaves(arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in arguments.items():
        if isinstance(value, Mapping):
            yield from _named_leaves(cast("Mapping[str, Any]", value))
        else:
            yield from ((str(name), leaf) for leaf in leaves(value))
