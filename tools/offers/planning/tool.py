"""The tool `plan_campaign`: offers for a whole segment within a budget, with a control group; saved pending."""

from typing import Any

from tools.context import ToolContext
from tools.contract import PlanCampaign
from tools.offers.catalogue import active_catalogue
from tools.offers.drafts import writer
from tools.offers.planning.plan import plan
from tools.offers.planning.report import PlanReport
from tools.offers.planning.request import PlanRequest
from tools.offers.planning.text import Telling
from tools.result import Artifact, ToolResult
from tools.words import parse_count, parse_money

COLUMNS = ["campaign_id", "offer", "channel", "language", "drafts", "subject", "body", "author"]
_DEFINITION = (
    "Cost set aside: contact and the most that each offer can cost, even if every customer redeems it. Expected gain: "
    "contribution margin within {days} days that the policy expects beyond that of no offer, less the cost."
)


def plan_campaign(context: ToolContext, args: PlanCampaign) -> ToolResult:
    """The plan as statements, with its texts as an artifact of kind draft whose rows name the campaign.

    Raises ToolError or WinbackError, one sentence, where a word is not known or nobody can be given an offer.
    """
    request = PlanRequest(
        segment=args.segment,
        filters=args.filters or {},
        budget=None if args.budget is None else parse_money(args.budget),
        channel=args.channel,
        language=args.language,
        tone=args.tone,
        limit=None if args.limit is None else parse_count(args.limit),
        name=args.name,
    )
    with context.shop.warehouse.pinned():
        report = plan(context.shop, request, context.actor, context.now, writer(context.llm))
    _version, catalogue = active_catalogue(context.shop.ledger)
    telling = Telling(context.language, catalogue)
    lines = telling.lines(report) + [telling.taken(said, meant) for said, meant in _taken(args, report)]
    artifact = Artifact(
        kind="draft",
        title=f"Campaign {report.campaign_id}: {report.name}",
        columns=COLUMNS,
        rows=_rows(report),
        definition=_DEFINITION.format(days=catalogue.window_days),
    )
    return ToolResult(text="\n".join(lines), artifact=artifact, interpreted={"segment": report.segment})


def _taken(args: PlanCampaign, report: PlanReport) -> list[tuple[str, str]]:
    """People's words for the segment, where they are not its name."""
    said = args.segment if isinstance(args.segment, str) else " ".join(args.segment)
    meant = " and ".join(report.segment)
    plain = said.casefold().replace("_", " ")
    return (
        []
        if sorted(plain.split()) == sorted(meant.replace("_", " ").replace(" and ", " ").split())
        else [(said, meant)]
    )


def _rows(report: PlanReport) -> list[list[Any]]:
    rows: list[list[Any]] = [
        [report.campaign_id, one.offer, one.channel, one.language, one.drafts, one.subject, one.body, one.author]
        for one in report.samples
    ]
    return rows or [[report.campaign_id, *[None] * (len(COLUMNS) - 1)]]
