"""Writing a message: by the model, once more where it fails the checks, else the offer's own template, and said so."""

import json
from functools import partial
from typing import Any, cast

from langchain_core.language_models import BaseChatModel

from store.errors import WinbackError
from tools.offers.drafts.asking import Asking, asking
from tools.offers.drafts.checks import check
from tools.offers.drafts.model import Brief, MessageWriter, Problem, Written
from tools.offers.drafts.template import template

_TRIES = 2
NO_MODEL = "The offer's own template stands here: no language model was at hand."
_NO_WAY = "The offer's own template stands here: the model has no sentences for this offer, language and channel."
_SILENT = "The offer's own template stands here: the model gave no usable text."
_FAILED = "The offer's own template stands here: the model's text failed the checks twice ({why})."


def writer(llm: BaseChatModel | None) -> MessageWriter:
    """Writes with `llm`; without one, and where it fails twice, the offer's own template stands, and `note` says why.

    A model that reads rules (`reads_rules`, true unless it says otherwise) writes freely under a schema of subject and
    body; the bundled one chooses among hand-written sentences. Neither is told who the customer is.
    """
    return partial(_write, llm)


def _write(llm: BaseChatModel | None, brief: Brief) -> Written:
    if llm is None:
        return template(brief, NO_MODEL)
    problems: list[Problem] = []
    for nth in range(1, _TRIES + 1):
        asked = asking(brief, problems, free=bool(getattr(llm, "reads_rules", True)))
        if asked is None:
            return template(brief, _NO_WAY)
        text = _answer(llm, asked)
        if text is None:
            problems = []
            continue
        subject, body = text
        problems = check(subject, body, brief)
        if not problems:
            return Written(subject, body, _name(llm), tries=nth)
    why = "; ".join(one.text for one in problems[:3])
    return template(brief, _FAILED.format(why=why) if why else _SILENT, _TRIES)


def _answer(llm: BaseChatModel, asked: Asking) -> tuple[str | None, str] | None:
    """Subject and body; None where the model cannot be reached or its answer is not of the form asked for."""
    form = {"type": "json_schema", "json_schema": {"name": "message", "strict": True, "schema": asked.schema}}
    try:
        reply = llm.bind(response_format=form).invoke(asked.messages)
        read: Any = json.loads(reply.text)
    except (WinbackError, ValueError):
        return None
    if not isinstance(read, dict):
        return None
    parts = cast("dict[str, Any]", read)
    wanted: list[str] = asked.schema["required"]
    if not all(isinstance(parts.get(name), str) for name in wanted):
        return None
    return asked.assembled({name: parts[name] for name in wanted})


def _name(llm: BaseChatModel) -> str:
    return str(getattr(llm, "model_name", None) or getattr(llm, "model", None) or "model")
