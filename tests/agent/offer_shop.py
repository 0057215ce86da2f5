"""A small demo shop with offers, copied for every test that writes into it."""

import shutil
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp

from store.demo import make_demo
from store.settings import Settings
from store.shop import Shop
from tools.context import Actor
from tools.offers.catalogue import install_demo_catalogue
from tools.offers.funnel import decide


@cache
def _made() -> Path:
    home = Path(mkdtemp(prefix="winback-offers-")) / "shop"
    make_demo(home, customers=60, seed=7)
    shop = Shop.open(home, Settings(home=home))
    install_demo_catalogue(shop.ledger, datetime.now())
    shop.close()
    return home


def offer_shop(home: Path) -> Path:
    """Fills `home`."""
    shutil.copytree(_made(), home)
    return home


@cache
def customers(channel: str = "email", language: str = "en") -> list[str]:
    """Three customers who can be given an offer by this channel, in a language that they read."""
    shop = Shop.open(_made(), Settings(home=_made()))
    ann, now = Actor("ann", "approver"), datetime.now()
    rows = shop.warehouse.table("customers").select("customer_id").to_pyarrow()
    with shop.warehouse.pinned():
        ids = sorted(rows["customer_id"].to_pylist())
        tried = (decide(shop, one, ann, now, channel=channel, dry_run=True, nothing=False) for one in ids)
        fit = (one.customer_id for one in tried if one.arm == "treated" and one.language == language)
        found = list(islice(fit, 3))
    shop.close()
    return found
