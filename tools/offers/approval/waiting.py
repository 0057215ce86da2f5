"""What waits for a person, and what was decided lately."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from sqlmodel import Session, col, func, select

from store.ledger import Campaign, Decision, Delivery, Draft, Ledger, Message, ToolCallAudit

ALONE = 0  # in place of a campaign's id: drafts outside of any
_ACTS = ("campaign.approve", "campaign.reject", "campaign.withdraw", "campaign.edit")


@dataclass(frozen=True)
class Waiting:
    """A pending draft with its text; `reserved` is the most it can cost, `others` how many more pending drafts of its
    campaign have the same text, `asked_by` who wanted it."""

    draft: Draft
    message: Message
    reserved: Decimal
    asked_by: str
    others: int


@dataclass(frozen=True)
class Acted:
    """Something that was decided. `draft_id`, `message_id` or `campaign_id` says on what, `drafts` on how many;
    `open` of these are approved and not sent, and can be withdrawn."""

    at: datetime
    act: str
    by: str
    draft_id: int | None
    message_id: int | None
    campaign_id: int | None
    reason: str | None
    drafts: int
    open: int


@dataclass(frozen=True)
class Counts:
    """Pending drafts by campaign (ALONE: outside of any) and by channel."""

    campaigns: Counter[int] = field(default_factory=Counter[int])
    channels: Counter[str] = field(default_factory=Counter[str])


def counts(ledger: Ledger) -> Counts:
    wanted = select(Draft.campaign_id, Draft.channel, func.count()).where(Draft.state == "pending")
    campaigns, channels = Counter[int](), Counter[str]()
    with ledger.session() as session:
        for campaign, channel, number in session.exec(wanted.group_by(col(Draft.campaign_id), Draft.channel)):
            campaigns[campaign or ALONE] += number
            channels[channel] += number
    return Counts(campaigns, channels)


def pending_campaigns(ledger: Ledger) -> list[Campaign]:
    """The latest first."""
    with ledger.session() as session:
        return list(session.exec(select(Campaign).where(Campaign.state == "pending").order_by(col(Campaign.id).desc())))


def waiting(
    ledger: Ledger,
    *,
    campaign: int | None = None,
    channel: str | None = None,
    customers: Collection[str] | None = None,
    limit: int = 20,
    offset: int = 0,
) -> tuple[list[Waiting], int]:
    """Pending drafts, the latest first, and how many there are in all; of a campaign (ALONE: outside of any), a
    channel, these customers."""
    plain = cast(Any, select)  # its overloads end at four columns
    kept: list[Any] = [Draft.state == "pending"]
    if campaign is not None:
        kept.append(col(Draft.campaign_id).is_(None) if campaign == ALONE else Draft.campaign_id == campaign)
    if channel:
        kept.append(Draft.channel == channel)
    wanted = (
        plain(Draft, Message, Decision.reserved_cents, Decision.actor)
        .join(Message, col(Draft.message_id) == Message.id)
        .join(Decision, col(Draft.decision_id) == Decision.id)
        .where(*kept)
        .order_by(col(Draft.created_at).desc(), col(Draft.id).desc())
    )
    ids = select(Draft.id, Draft.customer_id).where(*kept)
    ids = ids.order_by(col(Draft.created_at).desc(), col(Draft.id).desc())
    with ledger.session() as session:
        found = [number for number, who in session.exec(ids) if customers is None or who in customers]
        page = found[offset : offset + limit]
        rows = cast(Any, session).exec(wanted.where(col(Draft.id).in_(page))).all()
        same = _sharing(session, [message.id or 0 for _draft, message, *_rest in rows])
        return [
            Waiting(draft, message, Decimal(cents) / 100, actor, max(same[message.id or 0] - 1, 0))
            for draft, message, cents, actor in rows
        ], len(found)


def _sharing(session: Session, messages: Collection[int]) -> Counter[int]:
    wanted = select(Draft.message_id, func.count()).where(col(Draft.message_id).in_(messages), Draft.state == "pending")
    return Counter(dict(session.exec(wanted.group_by(col(Draft.message_id))).all()))


def lately(ledger: Ledger, limit: int = 20) -> list[Acted]:
    """Decisions of people, the latest first."""
    acts = select(ToolCallAudit).where(col(ToolCallAudit.tool).in_(_ACTS), col(ToolCallAudit.error).is_(None))
    with ledger.session() as session:
        found = session.exec(acts.order_by(col(ToolCallAudit.id).desc()).limit(limit)).all()
        return [_acted(session, one) for one in found]


def _acted(session: Session, entry: ToolCallAudit) -> Acted:
    about = {name: _number(entry.arguments.get(name)) for name in ("draft_id", "message_id", "campaign_id")}
    if about["draft_id"] is not None:
        about["message_id"] = None
    return Acted(
        at=entry.at,
        act=entry.tool.removeprefix("campaign."),
        by=entry.actor,
        reason=entry.arguments.get("reason"),
        drafts=entry.rows,
        open=_open(session, about) if entry.tool == "campaign.approve" else 0,
        **about,
    )


def _open(session: Session, about: dict[str, int | None]) -> int:
    """Drafts that are approved and that no sender has claimed."""
    claimed = select(Delivery.draft_id).where(Delivery.state != "failed")
    name = next((name for name, value in about.items() if value is not None), None)
    if name is None:
        return 0
    column = {"draft_id": Draft.id, "message_id": Draft.message_id, "campaign_id": Draft.campaign_id}[name]
    wanted = select(func.count()).select_from(Draft).where(Draft.state == "approved", column == about[name])
    return session.exec(wanted.where(col(Draft.id).not_in(claimed))).one()


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) else None
