"""The tool `draft_offer`: a message with an offer to one customer, saved pending; or a pending one, written anew."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from store.ledger import Decision, Draft, Message
from tools.behaviour.lookup import find_customer
from tools.context import ToolContext
from tools.contract import DraftOffer
from tools.offers.catalogue import active_catalogue
from tools.offers.drafts.keep import Saver, latest_pending, message_row
from tools.offers.drafts.model import Brief, Written
from tools.offers.drafts.rework import reworked
from tools.offers.drafts.situation import default_tone, personal, products_for, situation_of
from tools.offers.drafts.text import Telling
from tools.offers.drafts.writing import writer
from tools.offers.funnel import Decided, decide
from tools.offers.funnel.settle import find_offer
from tools.result import Artifact, ToolError, ToolResult
from tools.words import parse_channel, parse_language, parse_tone

COLUMNS = [
    "draft_id",
    "customer_id",
    "offer",
    "channel",
    "language",
    "tone",
    "subject",
    "body",
    "author",
    "cost_most",
    "valid_until",
    "expires_at",
    "note",
]
_DEFINITION = (
    "A draft waits until somebody approves it. Merge tags are filled when it is sent; no model sees the person. "
    "cost_most: contact and the most that the offer can cost."
)


def draft_offer(context: ToolContext, args: DraftOffer) -> ToolResult:
    """What was drafted for whom, then the text as it is, then who must approve it.

    Raises ToolError, one sentence, where no offer may be made (holdout, consent, caps, a complaint), where a word is
    not known, and where a draft cannot be reworked as asked, which then is as it was.
    """
    with context.shop.warehouse.pinned():
        customer = find_customer(context.shop.warehouse, args.customer_id)
        if args.draft is not None or args.instruction:
            draft, message, _written, brief = reworked(context, args, customer)
            return _told(context, draft, message, brief, again=True)
        return _new(context, args, customer)


def _new(context: ToolContext, args: DraftOffer, customer: str) -> ToolResult:
    shop, asked = context.shop, _asked(context, args)
    dry = decide(shop, customer, context.actor, context.now, nothing=False, dry_run=True, **asked)
    if dry.terms is None:
        raise ToolError(Telling(context.language).refused(dry, latest_pending(shop.ledger, customer)))
    brief = _brief(context, args, dry)
    written: Written = writer(context.llm)(brief)
    saver = Saver(brief, written, context.actor, context.now, [])
    decided = decide(shop, customer, context.actor, context.now, nothing=False, also=saver, **asked)
    draft = saver.saved[0]
    message = message_row(brief, written, context.actor, context.now, decided.catalogue_version)
    return _told(context, draft, message, brief, again=False)


def _asked(context: ToolContext, args: DraftOffer) -> dict[str, Any]:
    _version, catalogue = active_catalogue(context.shop.ledger)
    return {
        "channel": parse_channel(args.channel) if args.channel else None,
        "language": parse_language(args.language) if args.language else None,
        "offer": find_offer(catalogue, args.offer) if args.offer else None,
    }


def _brief(context: ToolContext, args: DraftOffer, decided: Decided) -> Brief:
    shop, offer = context.shop, decided.terms
    assert offer is not None
    known, own = situation_of(shop, decided.customer_id), personal(shop, decided.customer_id)
    brief = Brief(
        customer_id=decided.customer_id,
        offer=offer,
        catalogue=decided.catalogue,
        channel=decided.channel or "",
        language=decided.language or "",
        tone=parse_tone(args.tone) if args.tone else default_tone(offer, known),
        valid_until=decided.valid_until,
        situation=known.facts,
        reviews=own[0],
        names=own[1],
    )
    return replace(brief, recommendations=() if known.sore else products_for(context, decided.customer_id, brief))


def _told(context: ToolContext, draft: Draft, message: Message, brief: Brief, *, again: bool) -> ToolResult:
    reserved = _reserved(context, draft)
    lines = Telling(context.language).lines(draft, message, brief, reserved, again=again)
    row: list[Any] = [
        draft.id,
        draft.customer_id,
        draft.offer,
        draft.channel,
        draft.language,
        message.tone,
        message.subject,
        message.body,
        message.author,
        float(reserved),
        f"{draft.valid_until:%Y-%m-%d}" if draft.valid_until else None,
        f"{draft.expires_at:%Y-%m-%d %H:%M}",
        message.note,
    ]
    artifact = Artifact(
        kind="draft", title=f"Draft {draft.id} for customer {draft.customer_id}", columns=COLUMNS, rows=[row]
    )
    artifact.definition = _DEFINITION
    taken = {"channel": draft.channel, "language": draft.language, "tone": message.tone, "offer": draft.offer}
    return ToolResult(text="\n".join(lines), artifact=artifact, interpreted=taken)


def _reserved(context: ToolContext, draft: Draft) -> Decimal:
    with context.shop.ledger.session() as session:
        decision = session.get(Decision, draft.decision_id)
    return Decimal(decision.reserved_cents if decision else 0) / 100
