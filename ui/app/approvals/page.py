"""Everything that waits for a person's yes or no, and what was decided lately."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from store.errors import WinbackError
from tools.behaviour.segments import members, rules
from tools.behaviour.wording import money
from tools.offers.approval import (
    ALONE,
    Acted,
    Waiting,
    approve,
    counts,
    edit,
    lately,
    pending_campaigns,
    reject,
    waiting,
    withdraw,
)
from tools.offers.approval.texts import problems
from tools.offers.campaigns import one_campaign
from tools.offers.catalogue import catalogue_of
from tools.offers.funnel import sweep
from tools.offers.funnel.terms import CHANNELS
from tools.offers.funnel.words import Words
from ui.app.frame import Desk, Templates, Visit, panel
from ui.app.shown import ProposalView, card

_render = Templates(Path(__file__).parent)
_PAGE = 20
_ACTS = {"approve": approve, "reject": reject, "withdraw": withdraw}


def build(desk: Desk) -> None:
    box = panel()

    def shown(visit: Visit) -> Markup:
        return _page(desk, visit, None)

    def acted(visit: Visit) -> Markup:
        return _page(desk, visit, _acted(desk, visit))

    desk.on_load(shown, box)
    desk.bind(box.click, acted, None, box)
    desk.bind(box.submit, acted, None, box)


def _acted(desk: Desk, visit: Visit) -> tuple[str, str] | None:
    """What came of a decision; the ledger says whether it still can be made, and by this person."""
    act, shop = visit.text("act"), desk.shop()
    number = visit.number("id") if "id" in visit.data else None
    name = {"draft": "draft_id", "message": "message_id", "campaign": "campaign_id"}.get(visit.text("kind"))
    if name is None or number is None:
        return None
    try:
        if act == "edit" and name == "draft_id":
            subject = visit.text("subject", 400) if "subject" in visit.data else None
            edit(shop, visit.actor, visit.now, draft_id=number, body=visit.text("body", 10_000), subject=subject)
            return "good", desk.words("done.edit")
        if act not in _ACTS:
            return None
        reason: dict[str, Any] = {} if act == "approve" else {"reason": visit.text("reason", 500)}
        done = _ACTS[act](shop, visit.actor, visit.now, **{name: number}, **reason)
        return "good", desk.words(f"done.{act}", n=f"{done:,}")
    except WinbackError as problem:
        return "bad", str(problem)


def _page(desk: Desk, visit: Visit, notice: tuple[str, str] | None) -> Markup:
    shop, query = desk.shop(), visit.query
    sweep(shop.ledger, visit.now)
    asked, channel, segment = query.get("campaign", str(ALONE)), query.get("channel", ""), query.get("segment", "")
    channel, segment = channel if channel in CHANNELS else "", segment if segment in rules(scored=True) else ""
    chosen = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    offset = int(query["from"]) if query.get("from", "").isdigit() and len(query["from"]) < 8 else 0
    found, total = waiting(
        shop.ledger,
        campaign=chosen,
        channel=channel or None,
        customers=_members(desk, segment) if segment else None,
        limit=_PAGE,
        offset=offset,
    )
    number, campaigns = counts(shop.ledger), pending_campaigns(shop.ledger)
    return _render(
        "page",
        t=desk.words,
        desk=desk,
        notice=notice,
        campaigns=[_campaign(desk, one.id or 0, number.campaigns[one.id or 0]) for one in campaigns],
        names=[(str(one.id), one.name) for one in campaigns],
        cards=[_card(desk, one) for one in found],
        total=total,
        drafts=sum(number.campaigns.values()),
        channels_named=[(name, desk.words.or_plain("channel", name)) for name in CHANNELS],
        segments_named=[(name, desk.words.or_plain("segment", name)) for name in rules(scored=True)],
        asked=asked,
        channel=channel,
        segment=segment,
        older=_link(desk, visit, offset + _PAGE) if offset + _PAGE < total else None,
        newer=_link(desk, visit, max(offset - _PAGE, 0)) if offset else None,
        lately=[_lately(desk, one) for one in lately(shop.ledger)],
    )


def _members(desk: Desk, segment: str) -> set[str]:
    shop = desk.shop()
    with shop.warehouse.pinned():
        table: Any = members(shop.warehouse, segment, shop.as_of.date())
        return set(table.select("member").to_pyarrow()["member"].to_pylist())


def _link(desk: Desk, visit: Visit, offset: int) -> str:
    kept = {name: visit.query[name][:60] for name in ("campaign", "channel", "segment") if name in visit.query}
    return desk.url("approvals", **kept, **{"from": offset})


def _campaign(desk: Desk, campaign_id: int, drafts: int) -> dict[str, Any]:
    one = one_campaign(desk.shop().ledger, campaign_id)
    cents = one.budget.reserved_cents if one.budget else one.reserved_cents
    cost = money(cents / 100, desk.shop().currency)
    line = desk.words("campaign_line", n=f"{drafts:,}", cost=cost, who=one.campaign.created_by)
    return {"id": campaign_id, "name": one.campaign.name, "line": line}


def _card(desk: Desk, one: Waiting) -> dict[str, Any]:
    shop, t, draft, message = desk.shop(), desk.words, one.draft, one.message
    words = Words(desk.language, catalogue_of(shop.ledger, message.catalogue_version))
    wrong = "; ".join(problem.text for problem in problems(shop, message, draft))
    link = Markup('<a href="{}">{}</a>').format(desk.url("customers", id=draft.customer_id), draft.customer_id)
    facts: list[tuple[str, Any]] = [
        (t("customer"), link),
        (t("offer"), words.offer(draft.offer)),
        (t("channel"), f"{words.named('channels', draft.channel)}, {draft.language}"),
        (t("cost"), money(one.reserved, shop.currency)),
        (t("asked_by"), one.asked_by),
        (t("written_by"), message.author),
        (t("until"), f"{draft.expires_at:%Y-%m-%d %H:%M}"),
    ]
    facts += [(t("problems"), wrong)] if wrong else []
    view = ProposalView(
        kind="draft",
        id=draft.id or 0,
        state=draft.state,
        allowed=("approve", "edit", "reject"),
        subject=message.subject,
        body=message.body,
        facts=facts,
        text=message.note or "",
    )
    shared = {"id": message.id, "n": one.others + 1} if one.others else None
    return {"html": card(view, desk.language), "why": desk.url("campaigns", why=f"draft:{draft.id}"), "shared": shared}


def _lately(desk: Desk, one: Acted) -> dict[str, Any]:
    kinds = (("draft", one.draft_id), ("message", one.message_id), ("campaign", one.campaign_id))
    kind, number = next(((kind, number) for kind, number in kinds if number is not None), ("campaign", None))
    what = desk.words(f"what.{kind}", id=number)
    said = desk.words(f"acted.{one.act}", who=one.by, what=what, n=f"{one.drafts:,}")
    when = f"{one.at:%Y-%m-%d %H:%M}"
    return {"said": said, "when": when, "reason": one.reason, "open": one.open, "kind": kind, "id": number}
