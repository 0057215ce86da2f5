"""`winback campaign results`, `why`, `caps` and `fairness`."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal

import typer

from ui.cli.campaign.common import Home, Json, opened, rows, said
from ui.cli.common import print_json

Language = Annotated[Literal["en", "zh"], typer.Option(help="The language of the answer.")]


def results(
    campaign: Annotated[str | None, typer.Argument(help="Its id or name (default: the latest).")] = None,
    language: Language = "en",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """What a campaign was worth, against the customers held out."""
    from tools.offers.results import lines, table
    from tools.offers.results import results as measure

    with opened(home) as shop, shop.warehouse.pinned():
        found = measure(shop, campaign, datetime.now())
    if as_json:
        print_json({**asdict(found), "text": lines(found, language)})
        return
    said(lines(found, language))
    shown = table(found)
    if shown.rows:
        rows(shown.columns, shown.rows, shown.title)


def why(
    what: Annotated[str, typer.Argument(help="A customer's id, draft:ID or decision:ID.")],
    language: Language = "en",
    home: Home = None,
    as_json: Json = False,
) -> None:
    """How it was decided, step by step; rejected drafts too."""
    from tools.behaviour.lookup import find_customer
    from tools.offers.funnel import why as explain

    kind, colon, number = what.partition(":")
    asked: dict[str, Any] = {}
    if colon and kind in ("draft", "decision"):
        if not number.strip().lstrip("d").isdigit():
            raise typer.BadParameter(f"{number!r} is no id; write {kind}:12.")
        asked[f"{kind}_id"] = int(number.strip().lstrip("d"))
    with opened(home) as shop:
        if not asked:
            asked["customer_id"] = find_customer(shop.warehouse, what)
        told = explain(shop.ledger, language=language, **asked)
    if as_json:
        print_json({"text": told})
    else:
        said(told)


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
    said(
        [
            f"{found.at_cap:,} of {found.reachable:,} customers in reach have had as many contacts as allowed "
            f"on some channel, {found.everywhere:,} of them on all; {found.contacted:,} are contacted within "
            "seven days of now."
        ]
    )
    if found.capped:
        columns = ["customer_id", "channel", "until", "reason"]
        rows(
            columns, [[one.customer_id, one.channel, f"{one.until:%Y-%m-%d %H:%M}", one.reason] for one in found.capped]
        )


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
    if as_json:
        print_json(asdict(found))
        return
    said([f"{found.offered:,} of {found.considered:,} customers considered got an offer ({found.share:.1%})."])
    columns = ["by", "group", "considered", "offered", "share", "low", "high", "value", "value_each", "differs"]
    mark = {1: "more", -1: "fewer", 0: ""}
    told = [[*list(asdict(one).values())[:-1], mark[one.differs]] for one in found.groups]
    rows(columns, told)
