"""`winback campaign approve`, `reject`, `withdraw` and `edit`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.campaign.common import As, Home, Json, Role, acting, opened, said
from ui.cli.common import print_json

if TYPE_CHECKING:
    from tools.context import Actor

Campaign = Annotated[int | None, typer.Argument(help="The campaign's id.")]
Draft = Annotated[int | None, typer.Option(help="One draft instead of a campaign.")]


def approve(
    campaign: Campaign = None,
    draft: Draft = None,
    role: Role = "approver",
    as_name: As = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Approve a campaign with all its pending drafts, or one draft; `preview` shows the texts first."""
    _decide("approve", "approved", (campaign, draft), acting(role, as_name), home, as_json)


def reject(
    campaign: Campaign = None,
    draft: Draft = None,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
    role: Role = "approver",
    as_name: As = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Reject a campaign with all its pending drafts, or one draft, and give back what they hold."""
    _decide("reject", "rejected", (campaign, draft), acting(role, as_name), home, as_json, reason=reason)


def withdraw(
    campaign: Campaign = None,
    draft: Draft = None,
    reason: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
    role: Role = "approver",
    as_name: As = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Take an approval back for whatever of a campaign, or for one draft, is not sent yet."""
    _decide("withdraw", "withdrawn", (campaign, draft), acting(role, as_name), home, as_json, reason=reason)


def edit(
    draft: Annotated[int, typer.Argument(help="The draft's id.")],
    body: Annotated[str, typer.Option(help="The new text, with its merge tags.")],
    subject: Annotated[str | None, typer.Option(help="The new subject (default: as it is).")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every draft of the campaign with the same text.")] = False,
    role: Role = "approver",
    as_name: As = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Give a pending draft another text; it is checked against the offer like the model's."""
    from tools.offers.approval import edit as change

    with opened(home) as shop:
        actor = acting(role, as_name)
        message = change(shop, actor, datetime.now(), draft_id=draft, body=body, subject=subject, all=every)
    if as_json:
        print_json({"draft": draft, "message": message})
    else:
        said([f"Draft {draft} has your text now and is still pending."])


def _decide(
    act: str,
    came_to: str,
    target: tuple[int | None, int | None],
    actor: "Actor",
    home: Path | None,
    as_json: bool,
    **more: str,
) -> None:
    """Does what `act` of `tools.offers.approval` does to a campaign or a draft, and says what came of it."""
    campaign, draft = target
    what = _one(campaign, draft)
    from tools.offers import approval

    with opened(home) as shop:
        count = getattr(approval, act)(shop, actor, datetime.now(), draft_id=draft, campaign_id=campaign, **more)
    _told(what, came_to, count, as_json)


def _one(campaign: int | None, draft: int | None) -> str:
    if (campaign is None) == (draft is None):
        raise typer.BadParameter("give the id of a campaign, or --draft with that of one draft.")
    return f"Campaign {campaign}" if draft is None else f"Draft {draft}"


def _told(what: str, came_to: str, count: int, as_json: bool) -> None:
    if as_json:
        print_json({"state": came_to, "drafts": count})
    else:
        drafts = "1 draft" if count == 1 else f"{count:,} drafts"
        said([f"{what}: {drafts} {came_to}."])
