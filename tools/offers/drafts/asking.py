"""What the model is asked: plain facts, and a schema that its answer has to keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from prompts.loader import render
from tools.offers.drafts.checks.length import BODY, SUBJECT
from tools.offers.drafts.model import Brief, Problem
from tools.offers.drafts.money import money, percent
from tools.offers.drafts.phrases.bank import Options, options

_NAMES = {"en": "English", "zh": "Chinese", "de": "German", "fr": "French", "es": "Spanish", "nl": "Dutch"}
_SMS_CHARACTERS = {"zh": 100}  # so that date, code and name still fit into two segments
_USUAL_SMS = 230
_MOST_BYTES = 864  # of an answer of the bundled model


@dataclass(frozen=True)
class Asking:
    """`assembled` makes subject and body of the answer's parts."""

    messages: Sequence[BaseMessage]
    schema: dict[str, Any]
    assembled: Callable[[dict[str, str]], tuple[str | None, str]]


def asking(brief: Brief, problems: Sequence[Problem], *, free: bool) -> Asking | None:
    """None where the model can only choose and there is nothing to choose from."""
    return _free(brief, problems) if free else _chosen(brief, problems)


def _free(brief: Brief, problems: Sequence[Problem]) -> Asking:
    longest = _SMS_CHARACTERS.get(brief.language, _USUAL_SMS) if brief.channel == "sms" else BODY[brief.channel]
    fields: dict[str, Any] = {"body": {"type": "string", "maxLength": longest}}
    if brief.channel == "email":
        fields = {"subject": {"type": "string", "maxLength": SUBJECT}, **fields}
    rules = render(
        "draft-rules",
        language=_language(brief),
        tone=brief.tone,
        channel=brief.channel,
        length=longest,
        tag="{{first_name}}",
    )
    messages = [SystemMessage(rules), HumanMessage(_facts(brief)), *_again(brief, problems)]
    return Asking(messages, _object(fields), lambda parts: (parts.get("subject"), parts["body"].strip()))


def _again(brief: Brief, problems: Sequence[Problem]) -> list[HumanMessage]:
    said: list[str] = []
    if brief.instruction and brief.previous:
        subject, body = brief.previous
        said.append(render("draft-rework", subject=subject or "-", body=body, instruction=brief.instruction))
    if problems:
        said.append(render("draft-again", problems="\n".join(f"- {one.text}" for one in problems)))
    return [HumanMessage(one) for one in said]


def _chosen(brief: Brief, problems: Sequence[Problem]) -> Asking | None:
    found = options(brief)
    if found is None:
        return None
    parts = _fitting(found, brief, shorter=any(one.key in {"segments", "too_long", "subject_long"} for one in problems))
    schema = _object({name: {"enum": some} for name, some in parts.items()})
    wish = " ".join([f"Write a message in {_language(brief)}, {brief.tone}, by {brief.channel}.", *brief.situation])
    return Asking([HumanMessage(wish)], schema, found.assembled)


def _fitting(found: Options, brief: Brief, *, shorter: bool) -> dict[str, list[str]]:
    """The choices, without those that were just written and are to be changed, and short enough for the model."""
    before = "\n".join(one for one in brief.previous or () if one) if brief.instruction else ""
    parts = {name: [one for one in some if one not in before] or some for name, some in found.parts.items()}
    if shorter or sum(max(len(one.encode()) for one in some) + 20 for some in parts.values()) > _MOST_BYTES:
        return {name: [min(some, key=len)] for name, some in parts.items()}
    return parts


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _facts(brief: Brief) -> str:
    """The offer and what the shop's own tables say; data, one a line."""
    offer, currency = brief.offer, brief.catalogue.currency
    lines = [f"offer: {offer.name.get(brief.language) or offer.name['en']} ({offer.kind.replace('_', ' ')})"]
    if offer.percent is not None:
        lines.append(f"percentage off: {percent(offer.percent, brief.language)}")
        if offer.cost_most is not None:
            lines.append(f"at most: {money(offer.cost_most, currency, brief.language)} off")
    if offer.amount is not None:
        lines.append(f"amount off: {money(offer.amount, currency, brief.language)}")
    if offer.minimum_order:
        lines.append(f"orders of at least: {money(offer.minimum_order, currency, brief.language)}")
    lines += ["valid until: {{valid_until}}"]
    lines += ["code: {{code}}"] if offer.code else ["code: none needed"]
    lines += ["last line: {{opt_out}}"] if brief.opt_out else []
    lines += [f"product to mention, as data: {name}" for name in brief.recommendations]
    return "\n".join([*lines, *brief.situation])


def _language(brief: Brief) -> str:
    return _NAMES.get(brief.language, brief.language)
