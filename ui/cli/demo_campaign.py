"""The demo shop's first campaign: planned, approved and exported on the shop's last day, with what came of it.

It goes through the same code as any other campaign. Its customers' answers come from what the demo shop knows of them
and nobody else does; they take the place of a month.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from store.shop import Shop

BUDGET = 4000
NAME = "Summer win-back"
_SEED = 7


def run_campaign(shop: "Shop") -> None:
    """Once: nothing where offers have been decided on already."""
    from sqlmodel import select

    from store.ledger import Campaign
    from tools.offers.catalogue import install_demo_catalogue

    install_demo_catalogue(shop.ledger, datetime.now())
    with shop.ledger.session() as session:
        if session.exec(select(Campaign.id).limit(1)).first() is not None:
            return
    noon = (shop.as_of + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    if noon + timedelta(days=60) > datetime.now():
        return  # its outcomes would lie in the future
    _approved(shop, noon)
    taken = _outcomes(shop, noon)
    typer.echo(f"Campaign {NAME!r} was planned, approved and sent on {noon.date()}; {taken:,} orders came back since.")


def _approved(shop: "Shop", noon: datetime) -> None:
    from decimal import Decimal

    from agent.client import chat_model
    from tools.context import Actor
    from tools.offers.approval import approve
    from tools.offers.delivery import export_csv
    from tools.offers.drafts import writer
    from tools.offers.planning import PlanRequest, plan

    request = PlanRequest(segment="everyone", budget=Decimal(BUDGET), name=NAME)
    with shop.warehouse.pinned():
        report = plan(shop, request, Actor("mary", "marketer"), noon, writer(chat_model(shop.settings)))
    ann = Actor("ann", "approver")
    approve(shop, ann, noon, campaign_id=report.campaign_id)
    out = shop.home / "exports" / f"campaign-{report.campaign_id}.csv"
    out.parent.mkdir(exist_ok=True)
    export_csv(shop, ann, noon, out, campaign_id=report.campaign_id)


def _outcomes(shop: "Shop", noon: datetime) -> int:
    from eval.offers.outcomes import decisions, outcomes
    from eval.offers.simulation.world import read_world
    from tools.offers.outcomes import take_outcomes
    from tools.offers.results import find_campaign

    asked = decisions(shop, find_campaign(shop.ledger, NAME).id or 0)
    rows = outcomes(read_world(shop.home), asked, _SEED)
    return take_outcomes(shop, enumerate(rows, 2), "demo", noon + timedelta(days=31)).matched
