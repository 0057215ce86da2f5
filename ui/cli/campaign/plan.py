"""`winback campaign plan`."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import typer

from ui.cli.campaign.common import As, Home, Json, Role, acting, opened, said
from ui.cli.common import ModelUrl, json_object, print_json


def plan(
    segment: Annotated[list[str], typer.Argument(help="One segment, or several that must all hold.")],
    budget: Annotated[str | None, typer.Option(help="The most it may cost, such as 2000 or £2k.")] = None,
    filters: Annotated[str, typer.Option(help='A JSON object, such as {"country": "France"}.')] = "{}",
    channel: Annotated[str | None, typer.Option(help="email, sms, push, call or wechat (default: the best).")] = None,
    language: Annotated[str | None, typer.Option(help="Default: each customer's own.")] = None,
    tone: Annotated[str | None, typer.Option(help="warm, formal, playful or apologetic.")] = None,
    offer: Annotated[list[str] | None, typer.Option(help="Only this offer; may be given several times.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many customers.")] = None,
    name: Annotated[str | None, typer.Option(help="What to call it.")] = None,
    variants: Annotated[
        str, typer.Option(help='A test, such as {"A": {"tone": "warm"}, "B": {"tone": "playful"}}.')
    ] = "{}",
    mode: Annotated[str | None, typer.Option(help="explore, exploit or fixed (default: the shop's).")] = None,
    role: Role = "marketer",
    as_name: As = None,
    model_url: ModelUrl = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Decide on every customer of a segment and write the texts; a person approves before anything is sent."""
    differs = json_object(variants, "--variants")
    chosen = json_object(filters, "--filters")
    from agent.client import chat_model
    from tools.offers.catalogue import active_catalogue
    from tools.offers.drafts import writer
    from tools.offers.planning import PlanRequest
    from tools.offers.planning import plan as make
    from tools.offers.planning.text import Telling
    from tools.words import parse_money
    from ui.cli.common import settings_for

    request = PlanRequest(
        segment=segment,
        filters=chosen,
        budget=Decimal(str(parse_money(budget))) if budget is not None else None,
        channel=channel,
        language=language,
        tone=tone,
        limit=limit,
        name=name,
        offers=offer,
        variants=differs,
        mode=mode,
    )
    with opened(home) as shop:
        write = writer(chat_model(settings_for(home, model_url=model_url)))
        with shop.warehouse.pinned():
            report = make(shop, request, acting(role, as_name), datetime.now(), write)
        if as_json:
            print_json(asdict(report))
        else:
            said(Telling("en", active_catalogue(shop.ledger)[1]).lines(report))
