"""A campaign's results as a table for people."""

from typing import Any

from tools.behaviour.wording import plain
from tools.offers.results.model import Effect, Results
from tools.offers.rewards.facts import SPANS
from tools.result import Artifact

COLUMNS = ["part", "name", "customers", "against", "difference", "low", "high", "cost", "margin", "margin_against"]
_DEFINITION = (
    "Margin: contribution margin of all completed orders within {days} days of the decision, per customer, everybody "
    "in the arm they were drawn into whether or not their message was sent. Cost: of contacts and of offers used. "
    "Means are compared at equal margin in the {before} days before (CUPED{kept}). Ranges hold at 95% "
    "however often one looks, all segments together and all offers together. An offer is compared with those held back "
    "who could have got it, by the chance of that pick, and not with other offers: each has its own customers."
)


def table(found: Results) -> Artifact:
    """The campaign, its segments and tests against what they compare with, and its offers."""
    rows: list[list[Any]] = []
    if found.margin is not None:
        rows.append(_row("campaign", found.name, found.offered, found.margin, found.cost))
    for part, groups in (("test", found.tests), ("segment", found.segments)):
        rows += [_row(part, one.name, one.margin.first, one.margin) for one in groups]
    rows += [_row("offer", one.offer, one.customers, one.margin, one.cost) for one in found.offers]
    kept = f", which left {found.margin.kept:.0%} of the variance" if found.margin else ""
    days = {"days": found.window_days, "before": SPANS * found.window_days}
    return Artifact(
        title=f"Results of campaign {found.campaign_id} {found.name}",
        columns=COLUMNS,
        rows=rows,
        definition=_DEFINITION.format(kept=kept, **days),
    )


def _row(part: str, name: str, customers: int, margin: Effect | None, cost: float | None = None) -> list[Any]:
    paid = plain(cost, "money")
    if margin is None:
        return [part, name, customers, *[None] * 4, paid, None, None]
    told = [plain(one, "money") for one in (margin.value, margin.low, margin.high)]
    means = [plain(one, "money") for one in (margin.first_mean, margin.second_mean)]
    return [part, name, customers, margin.second, *told, paid, *means]
