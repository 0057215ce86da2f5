"""A demo shop of 150 customers with everything that pages show; made once, copied for every test that writes into it.

It is labelled, indexed and scored, has a campaign with outcomes (`SENT`) and one that waits for approval (`WAITING`).
"""

import shutil
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from eval.offers.outcomes import decisions, outcomes
from eval.offers.simulation.world import read_world
from store.demo import make_demo
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor
from tools.offers.approval import approve
from tools.offers.catalogue import install_demo_catalogue
from tools.offers.delivery import export_csv
from tools.offers.drafts import writer
from tools.offers.outcomes import take_outcomes
from tools.offers.planning import PlanRequest, plan
from tools.refresh import refresh_shop
from tools.reviews.labelling.embedded import EmbeddedLabeller

SENT = "Summer win-back"
WAITING = "Autumn greetings"
_SEED = 7


def demo_shop(home: Path) -> Path:
    """Fills `home`."""
    shutil.copytree(_made(), home)
    return home


@cache
def _made() -> Path:
    home = Path(mkdtemp(prefix="winback-app-")) / "shop"
    make_demo(home, customers=150, seed=_SEED)
    shop = Shop.open(home, Settings(home=home))
    with EmbeddedLabeller(2) as labeller:
        refresh_shop(shop, labeller, datetime.now())
    install_demo_catalogue(shop.ledger, datetime.now())
    _sent(shop)
    _planned(shop, WAITING, "lapsed", 60, datetime.now())
    shop.close()
    return home


def _planned(shop: Shop, name: str, segment: str, budget: int, now: datetime) -> int:
    request = PlanRequest(segment=segment, budget=Decimal(budget), name=name)
    with shop.warehouse.pinned():
        return plan(shop, request, Actor("mary", "marketer"), now, writer(None)).campaign_id


def _sent(shop: Shop) -> None:
    noon = (shop.as_of + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    campaign_id = _planned(shop, SENT, "everyone", 300, noon)
    ann = Actor("ann", "approver")
    approve(shop, ann, noon, campaign_id=campaign_id)
    out = shop.home / "exports" / f"campaign-{campaign_id}.csv"
    out.parent.mkdir()
    export_csv(shop, ann, noon, out, campaign_id=campaign_id)
    rows = outcomes(read_world(shop.home), decisions(shop, campaign_id), _SEED)
    take_outcomes(shop, enumerate(rows, 2), "demo", noon + timedelta(days=31))
