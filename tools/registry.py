"""The tools that are built. LangChain, the command line and the evaluation all register from here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.behaviour.profile import customer_profile
from tools.behaviour.query_metric import query_metric
from tools.behaviour.run_sql import run_sql
from tools.churn.tool import churn_risk
from tools.context import ToolContext
from tools.contract import CONTRACT, EFFECTS, Effect, ToolArgs, description
from tools.offers.choose.tool import choose_offer
from tools.offers.drafts.pending import pending_drafts
from tools.offers.drafts.tool import draft_offer
from tools.offers.planning.tool import plan_campaign
from tools.offers.results.tool import campaign_results
from tools.recommend.tool import recommend_products
from tools.result import ToolResult
from tools.reviews.alerts import sentiment_alerts
from tools.reviews.search import search_reviews
from tools.reviews.sentiment import review_sentiment

Run = Callable[[ToolContext, Any], ToolResult]


@dataclass(frozen=True)
class Tool:
    """One thing the agent can do. Approval is derived from `effect`, never from a list of names."""

    name: str
    run: Run

    @property
    def effect(self) -> Effect:
        return EFFECTS[self.name]

    @property
    def args(self) -> type[ToolArgs]:
        return CONTRACT[self.name]

    @property
    def description(self) -> str:
        return description(self.name)


REGISTRY: dict[str, Tool] = {
    run.__name__: Tool(run.__name__, run)
    for run in (
        query_metric,
        run_sql,
        customer_profile,
        churn_risk,
        review_sentiment,
        search_reviews,
        sentiment_alerts,
        recommend_products,
        choose_offer,
        draft_offer,
        plan_campaign,
        campaign_results,
        pending_drafts,
    )
}
