"""The tool `pending_drafts`: what waits for a person, oldest first."""

import re
from collections import Counter
from typing import Any

from sqlmodel import col, or_, select

from store.ledger import Campaign, Draft, Message
from tools.behaviour.segments import members
from tools.context import ToolContext
from tools.contract import PendingDrafts
from tools.offers.catalogue import catalogue_of
from tools.offers.drafts.keep import shown_id
from tools.offers.drafts.text import Telling
from tools.offers.funnel import sweep
from tools.offers.funnel.words import Words
from tools.result import Artifact, ToolError, ToolResult
from tools.words import parse_channel, parse_segments
from tools.words.numbers import parse_count

COLUMNS = [
    "draft_id",
    "customer_id",
    "offer",
    "channel",
    "language",
    "campaign_id",
    "created_at",
    "expires_at",
    "subject",
    "body",
]
_TOLD, _USUAL, _MOST = 4, 50, 500
Waiting = tuple[Draft, Message]


def pending_drafts(context: ToolContext, args: PendingDrafts) -> ToolResult:
    """How many wait, by channel and campaign, and the oldest. Raises ToolError for a word that is not known."""
    sweep(context.shop.ledger, context.now)
    found = _wanted(context, args)
    telling = Telling(context.language)
    limit = _USUAL if args.limit is None else max(1, min(parse_count(args.limit), _MOST))
    lines = _lines(telling, context, found, min(limit, _TOLD))
    rows: list[list[Any]] = [_row(draft, message) for draft, message in found[:limit]]
    artifact = Artifact(title="Drafts that wait for approval", columns=COLUMNS, rows=rows)
    return ToolResult(text="\n".join(lines), artifact=artifact)


def _wanted(context: ToolContext, args: PendingDrafts) -> list[Waiting]:
    wanted = select(Draft, Message).join(Message, col(Draft.message_id) == Message.id).where(Draft.state == "pending")
    if args.channel:
        wanted = wanted.where(Draft.channel == parse_channel(args.channel))
    with context.shop.ledger.session() as session:
        if args.campaign:
            wanted = wanted.where(Draft.campaign_id == _campaign(context, args.campaign))
        rows = list(session.exec(wanted.order_by(col(Draft.created_at), col(Draft.id))))
    if args.segment and rows:
        inside = _segment(context, args)
        rows = [(draft, message) for draft, message in rows if draft.customer_id in inside]
    return [(draft, message) for draft, message in rows]


def _campaign(context: ToolContext, said: str) -> int:
    """By number or name. Raises ToolError naming the campaigns with the nearest names."""
    number = re.fullmatch(r"\D{0,12}?(\d+)", said.strip())
    with context.shop.ledger.session() as session:
        same = or_(Campaign.name == said.strip(), *([Campaign.id == int(number[1])] if number else []))
        found = session.exec(select(Campaign).where(same)).first()
        known = session.exec(select(Campaign.name).order_by(col(Campaign.id).desc()).limit(3)).all()
    if found is None:
        raise ToolError(f"There is no campaign {said[:60]!r}; the latest are {', '.join(known) or 'none'}.")
    return found.id or 0


def _segment(context: ToolContext, args: PendingDrafts) -> set[str]:
    """Ids of the customers who are in all of the segments."""
    shop = context.shop
    found: set[str] | None = None
    with shop.warehouse.pinned():
        for segment in parse_segments(args.segment or "everyone"):
            table: Any = members(shop.warehouse, segment, shop.as_of.date())
            inside: set[str] = set(table.select("member").to_pyarrow()["member"].to_pylist())
            found = inside if found is None else found & inside
    return found or set[str]()


def _lines(telling: Telling, context: ToolContext, found: list[Waiting], told: int) -> list[str]:
    if not found:
        return [telling.say("none", where="")]
    first = found[0][0]
    key = "waits_one" if len(found) == 1 else "waits"
    head = telling.say(key, number=len(found), where="", draft=shown_id(first.id), day=first.created_at.date())
    rows = [_told(telling, context, draft, message) for draft, message in found[:told]]
    more = [telling.say("more", number=len(found) - told)] if len(found) > told else []
    return [head, *_counts(telling, context, found), *rows, *more]


def _counts(telling: Telling, context: ToolContext, found: list[Waiting]) -> list[str]:
    channels = Counter(draft.channel for draft, _ in found)
    campaigns = Counter(draft.campaign_id for draft, _ in found)
    words = Words(context.language, catalogue_of(context.shop.ledger, found[0][1].catalogue_version))
    said = [f"{words.named('channels', name)} {number}" for name, number in channels.most_common()]
    lines = [telling.say("by_channel", list=", ".join(said))] if len(found) > 1 else []
    if len(campaigns) > 1:
        counts = [
            f"{telling.say('alone') if one is None else one} {number}" for one, number in campaigns.most_common(5)
        ]
        lines.append(telling.say("by_campaign", list=", ".join(counts)))
    return lines


def _told(telling: Telling, context: ToolContext, draft: Draft, message: Message) -> str:
    words = Words(context.language, catalogue_of(context.shop.ledger, message.catalogue_version))
    return telling.say(
        "row" if draft.campaign_id is None else "row_campaign",
        draft=shown_id(draft.id),
        customer=draft.customer_id,
        offer=words.offer(draft.offer),
        channel=words.named("channels", draft.channel),
        language=telling.language(draft.language),
        campaign=draft.campaign_id,
        day=draft.created_at.date(),
    )


def _row(draft: Draft, message: Message) -> list[Any]:
    created, expires = f"{draft.created_at:%Y-%m-%d %H:%M}", f"{draft.expires_at:%Y-%m-%d %H:%M}"
    who = [draft.id, draft.customer_id, draft.offer, draft.channel, draft.language, draft.campaign_id]
    return [*who, created, expires, message.subject, message.body]
