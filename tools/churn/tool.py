"""The tool `churn_risk`: who may leave, why, and what it would cost; for one customer or a ranked list."""

from tools.behaviour import profile_facts
from tools.churn.risk import scores, table
from tools.churn.risk.asked import understood
from tools.churn.risk.scores import purchases
from tools.churn.risk.text import Telling, unscored
from tools.context import ToolContext
from tools.contract import ChurnRisk
from tools.result import Artifact, ToolError, ToolResult


def churn_risk(context: ToolContext, args: ChurnRisk) -> ToolResult:
    """Risk as statements and as a table whose first column is customer_id.

    Raises ToolError or WinbackError, one sentence, where a word is not known or nobody has been scored yet.
    """
    shop = context.shop
    with shop.warehouse.pinned():
        asked = understood(shop, args)
        if not shop.warehouse.has("churn_scores"):
            raise ToolError(unscored(context.language, scores.anybody_bought(shop.warehouse)))
        made = scores.made(shop.warehouse)
        telling = Telling(context.language, shop.currency, made)
        if asked.customer is None:
            ranking = scores.ranked(shop, asked, made)
            found = telling.listed(ranking, asked), table.of_ranking(ranking, telling)
        else:
            found = _one(context, asked.customer, telling)
    lines, artifact = found
    lines += telling.notes(shop.as_of) + telling.taken(asked.taken)
    interpreted = {"customer_id": asked.customer} if asked.customer and asked.taken else {}
    return ToolResult(text="\n".join(lines), artifact=artifact, interpreted=interpreted)


def _one(context: ToolContext, customer: str, telling: Telling) -> tuple[list[str], Artifact | None]:
    shop = context.shop
    bought = purchases(shop.warehouse, customer)
    if not bought.orders:
        return [telling.say("never", customer=customer)], None
    row = scores.score(shop.warehouse, customer)
    if row is None:
        return [telling.say("unscored", customer=customer)], None
    segments = profile_facts.segments_of(shop, customer)
    return telling.one(row, segments, bought), table.of_customer(row, bought, telling)
