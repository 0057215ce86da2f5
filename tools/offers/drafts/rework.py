"""A pending draft written anew as somebody asks."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import yaml
from sqlmodel import Session

from store.ledger import Draft, Message
from tools.context import ToolContext
from tools.contract import DraftOffer
from tools.offers.catalogue import catalogue_of
from tools.offers.drafts.keep import latest_pending, message_row, shown_id
from tools.offers.drafts.model import Brief, Written
from tools.offers.drafts.phrases.bank import LANGUAGES
from tools.offers.drafts.situation import personal, situation_of
from tools.offers.drafts.writing import writer
from tools.result import ToolError
from tools.words import find_language, parse_channel, parse_language, parse_tone
from tools.words.choices import vocabulary

_LONGEST = 500  # characters of an instruction
_PHRASE = 3  # words
_NO_CHANNEL = {
    "text",
    "message",
    "short message",
    "mail",
    "信息",
    "消息",
    "通知",
}  # what is reworked, whatever it is sent by


@dataclass(frozen=True)
class Wish:
    """What an instruction asks for, as far as it is a choice among known things."""

    tone: str | None
    language: str | None
    channel: str | None
    shorter: bool
    other: bool  # another wording, or a term that every text has

    @property
    def known(self) -> bool:
        return bool(self.tone or self.language or self.shorter or self.other)


def reworked(context: ToolContext, args: DraftOffer, customer: str) -> tuple[Draft, Message, Written, Brief]:
    """The draft with its new text, still pending. Raises ToolError, the draft as it was, where it is not possible."""
    draft, message = _found(context, args, customer)
    instruction = " ".join((args.instruction or "").split())[:_LONGEST] or "Write it differently."
    wish = wish_of(instruction)
    channel = parse_channel(args.channel) if args.channel else None
    _refuse(draft, message, [one for one in (channel, wish.channel) if one], args)
    brief = _brief(context, args, draft, message, wish, instruction)
    chooses = not getattr(context.llm, "reads_rules", True)
    if context.llm is None or (chooses and not _follows(brief, message, wish)):
        raise ToolError(
            f"Draft {shown_id(draft.id)} is as it was: {'this model' if chooses else 'without a model I'} "
            "cannot follow that wish; edit the text yourself or ask for shorter, another tone or another language."
        )
    written = writer(context.llm)(brief)
    if written.author == "template" or (written.subject, written.body) == (message.subject, message.body):
        why = written.note if written.author == "template" else "the new text would be the same"
        raise ToolError(f"Draft {shown_id(draft.id)} is as it was: {_clause(why or '')}.")
    return (*_saved(context, draft, message, written, brief), written, brief)


def wish_of(instruction: str) -> Wish:
    """Reads the wish word by word and in phrases of up to three words."""
    words, text = _phrases(instruction), instruction.casefold()
    named = [
        found
        for one in words
        if (found := find_language(one)) in LANGUAGES
        and (len(one) > len("in de") or re.search(r"[\u3400-\u9fff]", one))
    ]
    tone = next((found for one in words if (found := _tone(one))), None)
    channel = next((found for one in words if (found := _channel(one))), None)
    return Wish(tone, next(iter(named), None), channel, _says("shorter", text), _says("other", text))


def _says(what: str, text: str) -> bool:
    return any(re.search(rf"(?<![a-z]){one}(?![a-z])", text) for one in _words()[what])


def _tone(phrase: str) -> str | None:
    """Also of "less formal", which is warm."""
    for tone, some in _words_by_tone().items():
        if phrase.casefold() in some:
            return tone
    return vocabulary("tone").exact(phrase)


def _channel(phrase: str) -> str | None:
    return vocabulary("channel").exact(phrase) if phrase.casefold() not in _NO_CHANNEL else None


def _phrases(text: str) -> list[str]:
    """Longest first, so that "less formal" comes before "formal"; Chinese by its characters."""
    words = re.findall(r"[^\W_]+", text)
    found = [" ".join(words[at : at + size]) for size in range(_PHRASE, 0, -1) for at in range(len(words) - size + 1)]
    chinese = re.findall(r"[\u3400-\u9fff]+", text)
    found += [run[at : at + size] for run in chinese for size in (5, 4, 3, 2) for at in range(len(run) - size + 1)]
    return found


def _found(context: ToolContext, args: DraftOffer, customer: str) -> tuple[Draft, Message]:
    ledger = context.shop.ledger
    digits = re.search(r"\d+", str(args.draft)) if args.draft is not None else None
    with ledger.session() as session:
        draft = session.get(Draft, int(digits[0])) if digits else None
        if draft is None or draft.customer_id != customer:
            draft = latest_pending(ledger, customer)
        if draft is None:
            raise ToolError(f"Customer {customer} has no pending draft to rework; ask for a new draft.")
        if draft.state != "pending":
            raise ToolError(f"Draft {shown_id(draft.id)} is {draft.state} already; ask for a new draft.")
        message = session.get(Message, draft.message_id)
    assert message is not None
    return draft, message


def _refuse(draft: Draft, message: Message, channels: list[str], args: DraftOffer) -> None:
    """Another channel or offer is another decision, with its own consent, caps and budget."""
    if other := next((one for one in channels if one != message.channel), None):
        raise ToolError(
            f"Draft {shown_id(draft.id)} is as it was: it goes by {message.channel}; "
            f"reject it and ask for a draft by {other}."
        )
    if args.offer and args.offer.casefold().replace(" ", "_") != draft.offer:
        raise ToolError(f"Draft {shown_id(draft.id)} is as it was: reject it and ask for a draft with that offer.")


def _brief(
    context: ToolContext, args: DraftOffer, draft: Draft, message: Message, wish: Wish, instruction: str
) -> Brief:
    shop = context.shop
    catalogue = catalogue_of(shop.ledger, message.catalogue_version)
    known, own = situation_of(shop, draft.customer_id), personal(shop, draft.customer_id)
    return Brief(
        customer_id=draft.customer_id,
        offer=catalogue.offer(message.offer),
        catalogue=catalogue,
        channel=message.channel,
        language=wish.language or (parse_language(args.language) if args.language else message.language),
        tone=wish.tone or (parse_tone(args.tone) if args.tone else message.tone),
        valid_until=draft.valid_until,
        recommendations=(),
        situation=known.facts,
        variant=message.variant,
        reviews=own[0],
        names=own[1],
        instruction=instruction,
        previous=(message.subject, message.body),
        short=wish.shorter,
    )


def _follows(brief: Brief, message: Message, wish: Wish) -> bool:
    """Whether choosing among sentences can do what is asked."""
    return wish.known or (brief.tone, brief.language) != (message.tone, message.language)


def _saved(
    context: ToolContext, draft: Draft, message: Message, written: Written, brief: Brief
) -> tuple[Draft, Message]:
    with context.shop.ledger.exclusive() as session:
        now_there = _still_pending(session, draft)
        row = message_row(brief, written, context.actor, context.now, message.catalogue_version, message)
        session.add(row)
        session.flush()
        now_there.message_id, now_there.language = row.id or 0, brief.language
        session.add(now_there)
        session.flush()
        return now_there.model_copy(), row.model_copy()


def _still_pending(session: Session, draft: Draft) -> Draft:
    found = session.get(Draft, draft.id)
    if found is None or found.state != "pending" or found.message_id != draft.message_id:
        raise ToolError(f"Draft {shown_id(draft.id)} was changed by somebody meanwhile; look at it and ask again.")
    return found


def _clause(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


@cache
def _words() -> dict[str, list[str]]:
    text = Path(__file__).with_name("wishes.yaml").read_text("utf-8")
    return cast("dict[str, dict[str, list[str]]]", yaml.safe_load(text))["length"]


@cache
def _words_by_tone() -> dict[str, list[str]]:
    text = Path(__file__).with_name("wishes.yaml").read_text("utf-8")
    return cast("dict[str, dict[str, list[str]]]", yaml.safe_load(text))["tone"]
