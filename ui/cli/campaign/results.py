"""`winback campaign results` and `why`."""

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
    if found.margin and found.margin.first_buyers + found.margin.second_buyers:
        rows(shown.columns, [[part, name.replace("_", " "), *rest] for part, name, *rest in shown.rows], shown.title)


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
