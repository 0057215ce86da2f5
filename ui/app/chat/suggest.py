"""What to ask next, from the tools that were used and the customers that came up; no model is asked."""

import re
from typing import Any

from agent.transcript import KeptTurn
from ui.app.frame.words import Words

_NEXT: dict[str, tuple[str, ...]] = {
    "query_metric": ("by_category", "by_country", "at_risk"),
    "run_sql": ("at_risk", "by_category"),
    "customer_profile": ("why_risk", "would_buy", "draft"),
    "churn_risk": ("offer", "draft", "would_buy"),
    "review_sentiment": ("alerts", "complaints", "unhappy"),
    "search_reviews": ("sentiment", "alerts"),
    "sentiment_alerts": ("complaints", "unhappy"),
    "recommend_products": ("offer", "draft"),
    "choose_offer": ("draft", "why_risk"),
    "draft_offer": ("pending", "would_buy"),
    "plan_campaign": ("pending", "results"),
    "campaign_results": ("plan", "at_risk"),
    "pending_drafts": ("results", "at_risk"),
}
_SHOWN = 3


def suggestions(turn: KeptTurn, words: Words) -> list[str]:
    """Two or three questions in the page's language; none after a turn that called no tool."""
    good = [call for call in turn.calls if call.error is None and not call.running]
    customer = next((found for call in reversed(good) if (found := _customer(call.arguments, call.artifact))), None)
    keys = dict.fromkeys(key for call in reversed(good) for key in _NEXT.get(call.tool, ()))
    texts = [words(f"next.{key}", customer=customer or "") for key in keys if customer or not _about_one(key)]
    asked = turn.question.strip().casefold()
    return [one for one in texts if one.casefold() != asked][:_SHOWN]


def _about_one(key: str) -> bool:
    return key in {"why_risk", "would_buy", "draft", "offer"}


def _customer(arguments: dict[str, Any], artifact: Any) -> str | None:
    """The customer that a call was about, or the first of its table."""
    given = str(arguments.get("customer_id") or "")
    if not given and artifact is not None and artifact.rows and "customer_id" in artifact.columns:
        given = str(artifact.rows[0][artifact.columns.index("customer_id")])
    return given if re.fullmatch(r"[\w-]{1,40}", given) else None
