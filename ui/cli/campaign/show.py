"""`winback campaign list`, `show` and `preview`."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from ui.cli.campaign.common import Home, Json, opened, rows, said
from ui.cli.common import print_json

Named = Annotated[str, typer.Argument(help="The campaign's id or name.")]


def list_campaigns(home: Home = None, as_json: Json = False) -> None:
    """Campaigns, the latest first, and how many of their drafts are in which state."""
    from sqlmodel import col, func, select

    from store.ledger import Campaign, Draft

    with opened(home) as shop, shop.ledger.session() as session:
        campaigns = list(session.exec(select(Campaign).order_by(col(Campaign.id).desc())))
        counted = select(Draft.campaign_id, Draft.state, func.count()).group_by(col(Draft.campaign_id), Draft.state)
        states: dict[int | None, dict[str, int]] = {}
        for campaign, state, number in session.exec(counted):
            states.setdefault(campaign, {})[state] = number
    alone = states.pop(None, {})
    if as_json:
        print_json(
            {"campaigns": [{**one.model_dump(), "drafts": states.get(one.id, {})} for one in campaigns], "alone": alone}
        )
        return
    if not campaigns and not alone:
        said(["No campaign has been planned yet; `winback campaign plan SEGMENT --budget 2000` plans one."])
        return
    columns = ["id", "name", "state", "created", "by", "drafts"]
    rows(
        columns,
        [
            [one.id, one.name, one.state, one.created_at.date(), one.created_by, _counts(states.get(one.id, {}))]
            for one in campaigns
        ],
    )
    if alone:
        said([f"Drafts outside of campaigns: {_counts(alone)}."])


def show(campaign: Named, home: Home = None, as_json: Json = False) -> None:
    """One campaign: what was asked for, its budget, and where its decisions ended."""
    from sqlmodel import col, func, select

    from store.ledger import Budget, Decision
    from tools.offers.funnel.holds import campaign_scope
    from tools.offers.results import find_campaign

    with opened(home) as shop:
        found = find_campaign(shop.ledger, campaign)
        counted = select(Decision.arm, Decision.offer, func.count()).where(Decision.campaign_id == found.id)
        with shop.ledger.session() as session:
            arms = list(session.exec(counted.group_by(col(Decision.arm), Decision.offer).order_by(func.count().desc())))
            budget = session.get(Budget, campaign_scope(found.id or 0))
    if as_json:
        print_json({**found.model_dump(), "arms": [list(one) for one in arms], "budget": budget})
        return
    said([_head(found), *([_money(budget)] if budget else [])])
    rows(["arm", "offer", "customers"], arms)


def preview(campaign: Named, home: Home = None, as_json: Json = False) -> None:
    """Every text of a campaign, for how many customers, and what they can cost at most."""
    from tools.offers.approval import preview as look
    from tools.offers.results import find_campaign

    with opened(home) as shop:
        texts = look(shop.ledger, find_campaign(shop.ledger, campaign).id or 0)
        currency = shop.currency
    if as_json:
        print_json([asdict(one) for one in texts])
        return
    for one in texts:
        variant = f", variant {one.variant}" if one.variant else ""
        said(
            [
                f"{one.offer}, {one.channel}, {one.language}{variant}: {one.drafts:,} {one.state}, "
                f"{one.reserved:,.2f} {currency} at most; written by {one.author}; edit it as draft {one.draft_id}",
                *([f"  Subject: {one.subject}"] if one.subject else []),
                *(f"  {line}" for line in one.body.splitlines()),
                *([f"  ({one.note})"] if one.note else []),
                "",
            ]
        )


def _counts(states: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {state}" for state, number in sorted(states.items())) or "none"


def _head(one: Any) -> str:
    decided = f", {one.state} by {one.decided_by} on {one.decided_at.date()}" if one.decided_by else f", {one.state}"
    why = f" ({one.reason})" if one.reason else ""
    return (
        f"Campaign {one.id} {one.name!r}: segment {' and '.join(one.segment)}, planned by {one.created_by} on "
        f"{one.created_at.date()}, mode {one.mode}, policy {one.policy_version}{decided}{why}."
    )


def _money(budget: Any) -> str:
    limit, reserved, spent = (cents / 100 for cents in (budget.limit_cents, budget.reserved_cents, budget.spent_cents))
    return f"Budget {limit:,.2f}: {reserved:,.2f} set aside, {spent:,.2f} spent."
