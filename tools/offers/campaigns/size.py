"""What an experiment of this size can show."""

from dataclasses import dataclass

import numpy as np

from store.ledger import Campaign
from store.shop import Shop
from tools.offers.results.always_valid import FEWEST, LEVEL, reach
from tools.offers.rewards.decided import decided
from tools.offers.rewards.facts import SPANS, margin_before, margin_share
from tools.offers.rewards.untyped import pd


@dataclass(frozen=True)
class Size:
    """`offered` customers against `held`. `smallest` is the difference in margin per customer that the interval at the
    window's end will just tell from none, if customers spend as they did in a window before the campaign; None where
    nobody is held back, or too few of either arm bought to say."""

    offered: int
    held: int
    smallest: float | None


def size(shop: Shop, campaign: Campaign) -> Size:
    """Without CUPED, which makes the interval somewhat narrower."""
    with shop.ledger.session() as session:
        rows = decided(session, campaign.id)
    held = (rows["arm"] == "holdout").to_numpy(dtype=bool)
    offered, back = int((~held).sum()), int(held.sum())
    if not offered or not back:
        return Size(offered, back, None)
    rows["place"] = np.arange(len(rows))
    rows["known_at"] = rows[["at", "as_of"]].min(axis=1)
    rows["window_days"] = pd.to_numeric(rows["window_days"]) / SPANS  # one window instead of SPANS
    share, _assumed = margin_share(shop.warehouse)
    before = np.nan_to_num(margin_before(shop.warehouse, rows, share).to_numpy(dtype=np.float64))
    if min(int((before[arm] > 0).sum()) for arm in (held, ~held)) < FEWEST:
        return Size(offered, back, None)
    pooled = float(before.var(ddof=1))
    error = (pooled * (1 / offered + 1 / back)) ** 0.5
    return Size(offered, back, float(reach(1.0, 1 - LEVEL)) * error)
