"""What is not shown, however well it scores: what is no longer sold, and what the customer has and needs no more of."""

import numpy as np
from numpy.typing import NDArray

from tools.recommend.candidates import Candidates, again
from tools.recommend.statistics import Statistics

GONE_DAYS = 180  # unsold for so long: no longer in the range
_QUIET_DAYS = 14  # shorter silences say nothing
_CHANCE = 0.01
_REBOUGHT = 0.05  # share of buyers who buy again from which a product counts as one that is bought again
_TOO_SOON = 0.25  # of the usual gap
_JUST_NOW = 3  # days
_AHEAD_DAYS = 30


def sold_still(shop: Statistics) -> NDArray[np.bool_]:
    """(n,) whether a product seems to be in stock; the facts do not say, so its sales have to.

    Out of stock: unsold for 14 days or more, which at its usual number of days with a sale would happen by chance once
    in a hundred times (Poisson). No longer sold: unsold for 180 days.
    """
    usual = shop.days_sold / np.maximum(shop.first - shop.last + 1, 1)
    silent = (shop.last >= _QUIET_DAYS) & (np.exp(-usual * shop.last) < _CHANCE)
    return ~silent & (shop.last < GONE_DAYS)


def wanted(found: Candidates, shop: Statistics) -> NDArray[np.bool_]:
    """(k,) false for what the customer owns and is not usually bought again, or will not be due for a while.

    Usually bought again: by this customer already, or by one in twenty of its buyers. Not due: bought within three
    days though a quarter of the usual gap is longer, or so lately that it will not be due in a month either. The usual
    gap is the customer's own or else the product's, or else the shop's. How due it is otherwise, the ranker weighs.
    """
    mine = found.owned
    known = shop.gap[~np.isnan(shop.gap)]
    gap = np.where(np.isnan(mine.gap), shop.gap[mine.place], mine.gap)
    gap = np.where(np.isnan(gap), np.median(known) if len(known) else 0.0, gap)
    wish = (mine.times > 1) | (again(shop)[mine.place] >= _REBOUGHT)
    early = _TOO_SOON * gap
    wish &= (mine.last >= np.minimum(early, _JUST_NOW)) & (mine.last + _AHEAD_DAYS >= early)
    allowed = np.ones(len(found.place), bool)
    allowed[np.searchsorted(found.place, mine.place)] = wish
    return allowed
