"""`winback campaign caps` and `fairness`: how contacts and offers are spread over customers."""

from dataclasses import asdict
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.campaign.common import Home, Json, opened, rows, said
from ui.cli.common import print_json

if TYPE_CHECKING:
    from tools.offers.results.fairness import Fairness
    from tools.offers.results.pressure import Capped, Pressure

_DIFFERS = {1: "more than others", -1: "fewer than others", 0: ""}
_LIMITS = {
    "cap_day": "this channel, 24 hours",
    "cap_week": "this channel, seven days",
    "cap_day_all": "all channels, 24 hours",
    "cap_week_all": "all channels, seven days",
}
_SHOWN = 20


def caps(
    customer: Annotated[str | None, typer.Argument(help="One customer (default: everybody).")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Who has had as many contacts as allowed, and until when."""
    from tools.behaviour.lookup import find_customer
    from tools.offers.results import contact_pressure

    with opened(home) as shop:
        wanted = find_customer(shop.warehouse, customer) if customer else None
        found = contact_pressure(shop.ledger, datetime.now(), wanted)
    if as_json:
        print_json(asdict(found))
        return
    said([_pressure(found) if wanted is None else _one(wanted, found)])
    if found.capped:
        by_customer = groupby(sorted(found.capped, key=_same), key=_same)
        cells = [
            [who, _channels(list(some)), f"{until:%Y-%m-%d %H:%M}", _LIMITS[reason]]
            for (who, until, reason), some in by_customer
        ]
        rows(["customer", "channels", "not before", "limit reached"], cells, most=_SHOWN)


def _same(one: "Capped") -> tuple[str, datetime, str]:
    return one.customer_id, one.until, one.reason


def _pressure(found: "Pressure") -> str:
    return (
        f"{found.at_cap:,} of {found.reachable:,} customers who can be reached have had as many contacts as allowed "
        f"on some channel, {found.everywhere:,} of them on all; {found.contacted:,} are contacted within seven days "
        "of now."
    )


def _one(customer: str, found: "Pressure") -> str:
    if not found.reachable:
        return f"Customer {customer} has consented to no channel."
    return f"Customer {customer} has had as many contacts as allowed{'' if found.capped else ' on no channel'}."


def _channels(some: "list[Capped]") -> str:
    from tools.offers.funnel.terms import CHANNELS

    return "all" if len(some) == len(CHANNELS) else ", ".join(one.channel for one in some)


def fairness(
    campaign: Annotated[str | None, typer.Argument(help="Its id or name (default: all decisions).")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Whether offers, and what they are worth, fall to countries and languages alike."""
    from tools.offers.results import fairness as measure
    from tools.offers.results import find_campaign

    with opened(home) as shop, shop.warehouse.pinned():
        chosen = find_campaign(shop.ledger, campaign).id if campaign else None
        found = measure(shop, chosen)
        currency = shop.currency
    if as_json:
        print_json(asdict(found))
    elif not found.considered:
        said(["No offers have been decided on yet."])
    else:
        said(
            [
                f"{found.offered:,} of {found.considered:,} customers considered got an offer ({found.share:.1%}).",
                "Worth: what using it once costs the shop, per offer made and for each customer considered.",
            ]
        )
        _groups(found, currency)


def _groups(found: "Fairness", currency: str) -> None:
    from tools.behaviour.wording import money

    for dimension, groups in groupby(found.groups, key=lambda one: one.dimension):
        cells = [
            [
                one.group,
                one.considered,
                one.offered,
                f"{one.share:.0%}",
                f"{one.low:.0%}-{one.high:.0%}",
                money(one.value, currency),
                money(one.value_each, currency),
                _DIFFERS[one.differs],
            ]
            for one in groups
        ]
        rows([dimension, "considered", "offered", "share", "95% range", "an offer", "each", "differs"], cells)
