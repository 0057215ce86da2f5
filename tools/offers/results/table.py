"""A campaign's results as a table for people."""

from typing import Any

from tools.behaviour.wording import plain
from tools.offers.results.model import Effect, Group, Offered, Results
from tools.offers.rewards.facts import SPANS
from tools.result import Artifact

COLUMNS = [
    "part",
    "name",
    "customers",
    "compared_with",
    "margin_per_customer",
    "margin_compared",
    "difference",
    "low",
    "high",
    "net_difference",
    "net_low",
    "net_high",
    "sent",
    "used",
    "cost",
]
_DEFINITION = (
    "Margin: contribution margin of all completed orders within {days} days of the decision, per customer, everybody "
    "in the arm they were drawn into whether or not their message was sent; net: less the cost of contacts and of "
    "offers used. Means are compared at equal margin in the {before} days before (CUPED{kept}). Ranges hold at 95% "
    "however often one looks, all segments together and all offers together. An offer is compared with those held back "
    "who could have got it, by the chance of that pick; offers do not compare with each other: each has its own customers."
)


def table(found: Results) -> Artifact:
    """The campaign, its segments and tests against what they compare with, and its offers."""
    groups = [("test", one) for one in found.tests] + [("segment", one) for one in found.segments]
    rows = [_compared(part, one) for part, one in groups]
    if found.margin is not None and found.net is not None:
        costs = [found.sent, found.used, plain(found.cost, "money")]
        rows.insert(0, [*_compared("campaign", Group(found.name, found.margin, found.net))[:12], *costs])
    for one in found.offers:
        rows.append([*_offered(one), one.sent, one.used, plain(one.cost, "money")])
    kept = f", which left {found.margin.kept:.0%} of the variance" if found.margin else ""
    return Artifact(
        title=f"Results of campaign {found.campaign_id} {found.name}",
        columns=COLUMNS,
        rows=rows,
        definition=_DEFINITION.format(days=found.window_days, before=SPANS * found.window_days, kept=kept),
    )


def _compared(part: str, group: Group) -> list[Any]:
    margin, net = group.margin, group.net
    means = [plain(margin.first_mean, "money"), plain(margin.second_mean, "money")]
    return [part, group.name, margin.first, margin.second, *means, *_range(margin), *_range(net), None, None, None]


def _offered(one: Offered) -> list[Any]:
    if one.margin is None or one.net is None:
        return ["offer", one.offer, one.customers, *[None] * 9]
    return _compared("offer", Group(one.offer, one.margin, one.net))[:12]


def _range(effect: Effect) -> list[Any]:
    return [plain(one, "money") for one in (effect.value, effect.low, effect.high)]
