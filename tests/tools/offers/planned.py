"""A demo shop with a planned campaign, made once and copied for every test that writes into it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from sqlmodel import col, select

from store.demo import make_demo
from store.ledger import Draft
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor
from tools.offers.approval import approve
from tools.offers.catalogue import install_demo_catalogue
from tools.offers.delivery import export_csv
from tools.offers.drafts import writer
from tools.offers.planning import PlanRequest, plan

NOW = datetime(2026, 7, 1, 12)  # a weekday at noon: quiet nowhere in Europe
MARY, ANN = Actor("mary", "marketer"), Actor("ann", "approver")
CAMPAIGN = 1


@cache
def _made() -> Path:
    home = Path(mkdtemp(prefix="winback-planned-")) / "shop"
    make_demo(home, customers=150, seed=7)
    shop = Shop.open(home, Settings(home=home))
    install_demo_catalogue(shop.ledger, NOW)
    request = PlanRequest(segment="everyone", filters={"country": ["United Kingdom", "Germany"]}, mode="explore")
    with shop.warehouse.pinned():
        plan(shop, request, MARY, NOW, writer(None))
    shop.close()
    return home


@cache
def _sent() -> Path:
    folder = Path(mkdtemp(prefix="winback-sent-"))
    with planned(folder) as shop:
        approve(shop, ANN, NOW + timedelta(minutes=5), campaign_id=CAMPAIGN)
        export_csv(shop, ANN, NOW + timedelta(minutes=5), folder / "out.csv")
    return folder / "shop"


@contextmanager
def planned(folder: Path, *, sent: bool = False, **settings: object) -> Iterator[Shop]:
    """The shop, in `folder`, with campaign 1 pending, or else approved and exported."""
    home = folder / "shop"
    if not home.exists():
        shutil.copytree(_sent() if sent else _made(), home)
    shop = Shop.open(home, Settings(home=home, **settings))  # pyright: ignore[reportArgumentType]
    yield shop
    shop.close()


def drafts(shop: Shop, state: str | None = None) -> list[Draft]:
    wanted = select(Draft).order_by(col(Draft.id))
    with shop.ledger.session() as session:
        return [one for one in session.exec(wanted) if state in (None, one.state)]
