"""Replacing personal data: by tokens in what a person typed, by tokens or a remark in everything else."""

import re
from collections.abc import Callable

from agent.privacy.contacts import Span, contact_spans, without_overlaps
from agent.privacy.names import KnownName, name_spans
from agent.privacy.vault import Vault

_BRACKETED = re.compile(r"<(<email-\d+>)>")
_HIDDEN = {"email": "[e-mail hidden]", "phone": "[phone hidden]"}


def mask_question(text: str, vault: Vault, known: KnownName | None = None) -> str:
    """A person's message with every e-mail address, phone number and name replaced by its token."""
    contacts = contact_spans(text)
    names = [span for span in name_spans(text, known) if not _touches(span, contacts)]
    masked = _replace(text, [*contacts, *names], vault.token)
    return _BRACKETED.sub(r"\1", masked)


def mask_text(text: str, vault: Vault) -> str:
    """Text of a tool or of the model: known personal data becomes its token, any other contact a remark."""
    text = _replace(text, contact_spans(text), lambda kind, value: vault.known(kind, value) or _HIDDEN[kind])
    for token, value in vault.values.items():
        if token.startswith("<name-") and _is_telling(value) and value.casefold() in text.casefold():
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])", token, text, flags=re.IGNORECASE)
    return text


def _is_telling(name: str) -> bool:
    """A first name alone ("May", "王") is also an ordinary word; only fuller names are looked for in other text."""
    return " " in name or (len(name) > 1 and not name.isascii())


def _touches(span: Span, others: list[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in others)


def _replace(text: str, spans: list[Span], by: Callable[[str, str], str]) -> str:
    parts: list[str] = []
    end = 0
    for span in without_overlaps(spans):
        parts += [text[end : span.start], by(span.kind, text[span.start : span.end])]
        end = span.end
    return "".join(parts) + text[end:]
