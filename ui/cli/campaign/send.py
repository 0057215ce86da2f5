"""`winback campaign export` and `deliver`."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.campaign.common import As, Home, Json, Role, acting, opened, said
from ui.cli.common import print_json

if TYPE_CHECKING:
    from tools.offers.delivery import DeliveryReport

Which = Annotated[int | None, typer.Argument(help="The campaign's id (default: whatever is approved).")]
Drafts = Annotated[list[int] | None, typer.Option("--draft", help="Only this draft; may be given several times.")]


def export(
    campaign: Which = None,
    out: Annotated[Path, typer.Option(help="The CSV file to write.")] = Path("campaign.csv"),
    draft: Drafts = None,
    role: Role = "approver",
    as_name: As = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Write approved drafts to a file for a mail tool, each customer once; the same command finishes one that died."""
    from tools.offers.delivery import export_csv

    with opened(home) as shop:
        actor = acting(role, as_name)
        report = export_csv(shop, actor, datetime.now(), out, campaign_id=campaign, draft_ids=draft)
    _told(report, as_json)


def deliver(
    url: Annotated[str, typer.Argument(help="An https URL; requests are signed with WINBACK_WEBHOOK_SECRET.")],
    campaign: Which = None,
    draft: Drafts = None,
    role: Role = "approver",
    as_name: As = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Post approved drafts to a webhook, one signed request each, and try again what fails for a while."""
    from tools.offers.delivery import deliver as post

    with opened(home) as shop:
        report = post(shop, acting(role, as_name), datetime.now(), url, campaign_id=campaign, draft_ids=draft)
    _told(report, as_json)


def _told(report: "DeliveryReport", as_json: bool) -> None:
    if as_json:
        print_json(vars(report))
        return
    messages = "1 message" if report.sent == 1 else f"{report.sent:,} messages"
    said([f"{messages} to {report.target}."])
    for what, reasons in (("withdrawn", report.withdrawn), ("later", report.deferred), ("refused", report.failed)):
        said([f"{number:,} {what}: {reason}." for reason, number in reasons.most_common()])
