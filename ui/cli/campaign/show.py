"""`winback campaign list` and `show`."""

from collections import Counter
from typing import Annotated, Any

import typer

from ui.cli.campaign.common import Home, Json, opened, rows, said
from ui.cli.common import print_json

Named = Annotated[str, typer.Argument(help="The campaign's id or name.")]
_NEXT = {
    "pending": "Read its texts with `winback campaign preview {id}`; `winback campaign approve {id}` approves it.",
    "approved": "Send it with `winback campaign export {id} --out FILE.csv`, or to a webhook with `deliver URL {id}`.",
}


def list_campaigns(home: Home = None, as_json: Json = False) -> None:
    """Campaigns, the latest first, and how many of their drafts are in which state."""
    from sqlmodel import col, select

    from store.ledger import Campaign

    with opened(home) as shop, shop.ledger.session() as session:
        campaigns = list(session.exec(select(Campaign).order_by(col(Campaign.id).desc())))
        states = _drafts(session)
    alone = states.pop(None, Counter())
    if as_json:
        listed = [{**one.model_dump(), "drafts": states.get(one.id, {})} for one in campaigns]
        print_json({"campaigns": listed, "alone": alone})
        return
    if not campaigns and not alone:
        said(["No campaign has been planned yet; `winback campaign plan SEGMENT --budget 2000` plans one."])
        return
    cells = [
        [one.id, one.name, one.state, one.created_at.date(), one.created_by, _counts(states.get(one.id, Counter()))]
        for one in campaigns
    ]
    if cells:
        rows(["id", "name", "state", "created", "by", "drafts"], cells)
    if alone:
        said([f"Drafts outside of campaigns: {_counts(alone)}; `winback campaign preview` shows their texts."])


def show(campaign: Named, home: Home = None, as_json: Json = False) -> None:
    """One campaign: what was asked for, its budget, where its decisions ended, and what can be done next."""
    from sqlmodel import col, func, select

    from store.ledger import Budget, Decision
    from tools.offers.catalogue import catalogue_of
    from tools.offers.funnel.holds import campaign_scope
    from tools.offers.funnel.words import Words
    from tools.offers.results import find_campaign

    with opened(home) as shop:
        found = find_campaign(shop.ledger, campaign)
        counted = select(Decision.arm, Decision.offer, func.count()).where(Decision.campaign_id == found.id)
        with shop.ledger.session() as session:
            arms = list(session.exec(counted.group_by(col(Decision.arm), Decision.offer).order_by(func.count().desc())))
            budget = session.get(Budget, campaign_scope(found.id or 0))
            drafts = _drafts(session).get(found.id, Counter[str]())
        words = Words("en", catalogue_of(shop.ledger, found.catalogue_version))
    if as_json:
        print_json({**found.model_dump(), "drafts": drafts, "arms": [list(one) for one in arms], "budget": budget})
        return
    said([*_head(found), *([_money(budget, words)] if budget else []), f"Drafts: {_counts(drafts)}."])
    rows(["arm", "offer", "customers"], [[arm.replace("_", " "), words.offer(offer), n] for arm, offer, n in arms])
    if drafts[found.state]:
        said([_NEXT[found.state].format(id=found.id)])


def _drafts(session: Any) -> dict[int | None, Counter[str]]:
    """How many drafts are in which state, by campaign; None for those outside of any."""
    from sqlmodel import col, func, select

    from store.ledger import Draft

    counted = select(Draft.campaign_id, Draft.state, func.count()).group_by(col(Draft.campaign_id), Draft.state)
    states: dict[int | None, Counter[str]] = {}
    for campaign, state, number in session.exec(counted):
        states.setdefault(campaign, Counter())[state] = number
    return states


def _counts(states: Counter[str]) -> str:
    return ", ".join(f"{number:,} {state}" for state, number in sorted(states.items())) or "none"


def _head(one: Any) -> list[str]:
    """State, request and policy, a line each."""
    decided = f" by {one.decided_by}" if one.decided_by else ""
    when = f" on {one.decided_at.date()}" if one.decided_at else f", expires on {one.expires_at.date()}"
    why = f" ({one.reason})" if one.reason else ""
    only = [f"{name} {_plain(value)}" for name, value in one.filters.items()]
    only += [f"{name} {value}" for name in ("channel", "language", "tone") if (value := getattr(one, name))]
    sides = [f"{name} {' and '.join(map(str, side.values()))}" for name, side in one.variants.items()]
    test = f" Test: {'; '.join(sides)}." if sides else ""
    return [
        f'Campaign {one.id} "{one.name}" is {one.state}{decided}{when}{why}.',
        f"For {' and '.join(one.segment)}{''.join(f', {part}' for part in only)}; planned by {one.created_by} on "
        f"{one.created_at.date()}.{test}",
        f"Offers by policy {one.policy_version}, mode {one.mode}, from catalogue {one.catalogue_version}; results are "
        f"counted over {one.window_days} days.",
    ]


def _plain(value: Any) -> str:
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)


def _money(budget: Any, words: Any) -> str:
    limit, reserved, spent = (
        words.money(cents / 100) for cents in (budget.limit_cents, budget.reserved_cents, budget.spent_cents)
    )
    return f"Budget {limit}: {reserved} set aside, {spent} spent."
