"""The tool contract: thirteen names, their arguments and effects. A docstring here is what the model reads.

Arguments are liberal: people's words ("last quarter", "VIPs", "the UK", "上个月") are accepted everywhere and
normalised by `tools.words`. A tool that is not built yet is in the contract but not in the registry.
"""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

Words = str | list[str]
Number = int | float | str
Filters = dict[str, Any]

PERIOD = "time span as the person said it, or 2011, 2011-11, 2011-11-05, 2011-09..2011-11; default all"
FILTERS = "object from dimension (country, language, category, product, segment, channel, customer) to a value or list"
SEGMENT = "champions, loyal, new, at_risk, lapsed, high_value, unhappy or everyone; a list must all hold"
CHANNEL = "email, sms, push, call or wechat"
TONE = "warm, formal, playful or apologetic"


class Effect(StrEnum):
    """What a call may change: nothing, or a pending draft that a person must approve. No tool sends."""

    READ = "read"
    PROPOSE = "propose"


class ToolArgs(BaseModel):
    """Base of all argument models: unknown arguments are refused by name."""

    model_config = ConfigDict(extra="forbid")


class QueryMetric(ToolArgs):
    """A defined business metric, in total or by dimension: revenue, orders, refund_rate, negative_share and so on."""

    metric: str = Field(
        description="revenue, gmv, orders, units, customers, new_customers, visitors, repeat_rate, "
        "average_order_value, items_per_order, gross_margin, refund_rate, refund_amount, views, cart_adds, "
        "cart_abandonment_rate, conversion_rate, reviews, average_rating, negative_share or complaints"
    )
    group_by: Words | None = Field(
        None,
        description="one or two of hour, weekday, day, week, month, quarter, country, language, category, product, "
        "segment, channel, customer",
    )
    period: str | None = Field(None, description=PERIOD)
    filters: Filters | None = Field(None, description=FILTERS)
    order: str | None = Field(None, description="desc (default, highest first) or asc")
    limit: Number | None = Field(None, description="how many rows")


class RunSql(ToolArgs):
    """Read-only SQL (DuckDB) over the shop's tables, for what query_metric cannot express."""

    sql: str = Field(description="one SELECT over customers, products, orders, order_items, events, reviews")


class CustomerProfile(ToolArgs):
    """Everything about one customer on one page: orders, value, habits, contacts, reviews."""

    customer_id: Number | None = Field(None, description="the customer's id as written")
    order_id: Number | None = Field(None, description="an order of the customer")
    contact: str | None = Field(None, description="a token such as <email-1> that stands for an e-mail, phone or name")


class ChurnRisk(ToolArgs):
    """Who may leave, why, and what it would cost; for one customer or a ranked list."""

    customer_id: Number | None = None
    segment: Words | None = Field(None, description=SEGMENT)
    filters: Filters | None = Field(None, description=FILTERS)
    limit: Number | None = None
    offset: Number | None = Field(None, description="rows to skip")
    sort: str | None = Field(None, description="value_at_risk (default) or risk")


class ReviewSentiment(ToolArgs):
    """How customers feel, by aspect, with quotes."""

    product: str | None = None
    customer_id: Number | None = None
    aspect: str | None = Field(None, description="quality, delivery, price, service, packaging, fit or design")
    period: str | None = Field(None, description=PERIOD)
    filters: Filters | None = Field(None, description=FILTERS)


class SearchReviews(ToolArgs):
    """Reviews found by meaning."""

    query: str = Field(description="what to look for, in the person's words")
    sentiment: str | None = Field(None, description="positive, neutral or negative")
    product: str | None = None
    customer_id: Number | None = None
    period: str | None = Field(None, description=PERIOD)
    filters: Filters | None = Field(None, description=FILTERS)
    limit: Number | None = None


class SentimentAlerts(ToolArgs):
    """Products or aspects whose complaints surged."""

    period: str | None = Field(None, description=PERIOD)
    product: str | None = None
    aspect: str | None = Field(None, description="quality, delivery, price, service, packaging, fit or design")


class RecommendProducts(ToolArgs):
    """What to show this customer next."""

    customer_id: Number
    limit: Number | None = None


class ChooseOffer(ToolArgs):
    """The offer that suits one customer best, with the reasons and what was ruled out."""

    customer_id: Number


class DraftOffer(ToolArgs):
    """Writes a message with an offer to one customer, or reworks `draft` as `instruction` says; saved pending."""

    customer_id: Number
    channel: str | None = Field(None, description=CHANNEL)
    language: str | None = Field(None, description="ISO 639-1 code; default the customer's own")
    tone: str | None = Field(None, description=TONE)
    offer: str | None = Field(None, description="a named offer; default the best eligible one")
    draft: Number | None = Field(None, description="id of a draft to rework")
    instruction: str | None = Field(None, description="how to rework it, in the person's words")


class PlanCampaign(ToolArgs):
    """Offers for a whole segment within a budget, with a control group; saved pending."""

    segment: Words = Field(description=SEGMENT)
    filters: Filters | None = Field(None, description=FILTERS)
    budget: Number | None = Field(None, description="in the shop's currency")
    channel: str | None = Field(None, description=CHANNEL)
    language: str | None = None
    tone: str | None = Field(None, description=TONE)
    limit: Number | None = None
    name: str | None = None


class CampaignResults(ToolArgs):
    """Uplift of a campaign against its control group, with the uncertainty; default the latest."""

    campaign: str | None = Field(None, description="id or name")


class PendingDrafts(ToolArgs):
    """What waits for a person's approval."""

    segment: Words | None = Field(None, description=SEGMENT)
    channel: str | None = Field(None, description=CHANNEL)
    campaign: str | None = None
    limit: Number | None = None


CONTRACT: dict[str, type[ToolArgs]] = {
    "query_metric": QueryMetric,
    "run_sql": RunSql,
    "customer_profile": CustomerProfile,
    "churn_risk": ChurnRisk,
    "review_sentiment": ReviewSentiment,
    "search_reviews": SearchReviews,
    "sentiment_alerts": SentimentAlerts,
    "recommend_products": RecommendProducts,
    "choose_offer": ChooseOffer,
    "draft_offer": DraftOffer,
    "plan_campaign": PlanCampaign,
    "campaign_results": CampaignResults,
    "pending_drafts": PendingDrafts,
}

EFFECTS: dict[str, Effect] = {
    name: Effect.PROPOSE if name in {"draft_offer", "plan_campaign"} else Effect.READ for name in CONTRACT
}


def description(name: str) -> str:
    """The sentence the model reads about a tool."""
    return " ".join((CONTRACT[name].__doc__ or "").split())
