"""Effects of parts of a campaign: of one arm against another, and of each offer against those who could have got it."""

from collections.abc import Mapping

import numpy as np

from tools.offers.results.always_valid import LEVEL, compare
from tools.offers.results.model import Effect, Group, Offered
from tools.offers.results.sums import Flags, Floats, arm
from tools.offers.rewards import Rewards


def compared(
    rows: Rewards, first: Flags, second: Flags, level: float, name: str = "", weight: Floats | None = None
) -> Group:
    """Margin and margin less cost of the customers of one arm against another's; `weight` (n,) is what those of the
    second count for."""
    margin, net = (_effect(rows, one, first, second, level, weight) for one in (rows.margin, rows.reward))
    return Group(name, margin, net)


def _effect(rows: Rewards, outcome: Floats, first: Flags, second: Flags, level: float, weight: Floats | None) -> Effect:
    before, bought = np.nan_to_num(rows.before), rows.orders > 0
    offered = arm(outcome[first], before[first], bought[first])
    other = arm(outcome[second], before[second], bought[second], None if weight is None else weight[second])
    found = compare(offered, other, float((rows.observed_days / rows.window_days).mean()), level=level)
    certain = not np.isnan(found.low)
    return Effect(
        first=int(first.sum()),
        second=int(second.sum()),
        first_buyers=int(bought[first].sum()),
        second_buyers=int(bought[second].sum()),
        first_mean=float(found.offered),
        second_mean=float(found.held),
        value=float(found.value),
        low=float(found.low) if certain else None,
        high=float(found.high) if certain else None,
        level=level,
        kept=float(found.kept),
    )


def offers_of(rows: Rewards, chances: Mapping[int, Mapping[str, float]]) -> list[Offered]:
    """The most frequent first. `chances` tells of those held back, by decision, with what chance they would have got
    which offer: weighted by it they are like the customers who did get it."""
    names, numbers = np.unique(rows.offer[rows.arm == "treated"].astype(np.str_), return_counts=True)
    level = 1 - (1 - LEVEL) / max(len(names), 1)
    order = np.argsort(-numbers, kind="stable").tolist()
    return [_offered(rows, str(names[nth]), chances, level) for nth in order]


def _offered(rows: Rewards, offer: str, chances: Mapping[int, Mapping[str, float]], level: float) -> Offered:
    mine = (rows.arm == "treated") & (rows.offer == offer)
    weight = np.array([chances.get(int(number), {}).get(offer, 0.0) for number in rows.decision_id])
    could = (rows.arm == "holdout") & (weight > 0)
    group = compared(rows, mine, could, level, offer, weight) if could.any() else None
    return Offered(
        offer=offer,
        customers=int(mine.sum()),
        sent=int((mine & rows.sent).sum()),
        used=int((mine & rows.used).sum()),
        cost=float(rows.cost[mine].sum()),
        margin=group.margin if group else None,
        net=group.net if group else None,
    )
