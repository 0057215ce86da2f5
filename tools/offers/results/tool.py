"""The tool `campaign_results`: what came of a campaign, against its holdout."""

from tools.context import ToolContext
from tools.contract import CampaignResults
from tools.offers.results.measure import results
from tools.offers.results.table import table
from tools.offers.results.text import lines
from tools.result import ToolResult


def campaign_results(context: ToolContext, args: CampaignResults) -> ToolResult:
    """The results in words and as a table. Raises ToolError with the nearest campaigns where there is none such."""
    shop = context.shop
    with shop.warehouse.pinned():
        found = results(shop, args.campaign, context.now)
    return ToolResult(text="\n".join(lines(found, context.language)), artifact=table(found))
