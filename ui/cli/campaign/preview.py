"""`winback campaign preview`."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.campaign.common import Home, Json, opened, said
from ui.cli.common import print_json

if TYPE_CHECKING:
    from tools.offers.approval import TextPreview

_TEXTS = 10


def preview(
    campaign: Annotated[str | None, typer.Argument(help="Its id or name (default: drafts outside of any).")] = None,
    every: Annotated[bool, typer.Option("--all", help="All texts, not only those for most customers.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """The texts of a campaign, for how many customers each, and what they can cost at most."""
    from tools.behaviour.wording import money
    from tools.offers.approval import preview as look
    from tools.offers.results import find_campaign

    with opened(home) as shop:
        texts = look(shop.ledger, find_campaign(shop.ledger, campaign).id if campaign else None)
        currency = shop.currency
    if as_json:
        print_json({"texts": [asdict(one) for one in texts]})
        return
    shown = texts if every else texts[:_TEXTS]
    for one in shown:
        said(_told(one, money(one.reserved, currency)))
    left = texts[len(shown) :]
    if left:
        drafts = sum(one.drafts for one in left)
        said([f"{len(left):,} more texts for {drafts:,} customers; --all shows them too."])
    if any(one.state == "pending" for one in texts):
        said(["`winback campaign edit DRAFT --body TEXT --all` gives all customers of a text your own words."])
    if not texts:
        said(["There are no texts here."])


def _told(one: "TextPreview", cost: str) -> list[str]:
    variant = f", variant {one.variant}" if one.variant else ""
    return [
        f"{one.offer}, {one.channel}, {one.language}{variant}: {one.drafts:,} {one.state}, {cost} at most; "
        f"such as draft {one.draft_id}; by {one.author}",
        *([f"  Subject: {one.subject}"] if one.subject else []),
        *(f"  {line}".rstrip() for line in one.body.splitlines()),
        *([f"  ({one.note})"] if one.note else []),
        "",
    ]
