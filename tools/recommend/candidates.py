"""What could be shown to one customer, and what speaks for each product: one definition for fitting and serving."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]

from tools.recommend.neighbours import Neighbours
from tools.recommend.statistics import Floats, Ints, Statistics

REACH = 100  # candidates by each way of finding them
HALF_LIVES = (30, 180)  # days
_TASTE_HALF_LIFE = 60
_COUNTRY_PRIOR = 20.0  # customers; a small country's shares are drawn towards the shop's

FEATURES: tuple[str, ...] = (
    *("times", "last", "due", "recent", "lasting", "rate"),  # this customer and this product; NaN where not owned
    *("weight", "weight_recent", "likeness"),  # from what else the customer owns
    *("share_7", "share_30", "share_90", "share_ever", "share_country"),  # customers who bought it
    *("again", "first_sold", "last_sold"),
    *("quiet", "repeats", "basket", "breadth"),  # this customer
)
TASTE = ("weight", "weight_recent", "likeness")
POPULARITY = ("share_7", "share_30", "share_90", "share_ever", "share_country", "first_sold", "last_sold")

_sparse: Any = sparse


@dataclass(frozen=True)
class History:
    """One customer's purchases up to a moment, a row per order and product: `place` of the product in the statistics,
    `order` any number that tells orders apart, `ago` days before the moment."""

    place: Ints
    order: Ints
    ago: Ints
    country: str | None = None

    def until(self, days: int) -> "History":
        """As it was so many days before."""
        past = self.ago >= days
        return History(self.place[past], self.order[past], self.ago[past] - days, self.country)


@dataclass(frozen=True)
class Owned:
    """A row per product owned, by place: days with a purchase, the days since the last and the first."""

    place: Ints
    times: Ints
    last: Ints
    since: Ints

    @property
    def gap(self) -> Floats:
        """Usual days between two purchases of it by this customer; NaN where bought once."""
        between = np.maximum(self.times - 1, 1)
        return np.where(self.times > 1, (self.since - self.last) / between, np.nan)


@dataclass(frozen=True)
class Candidates:
    """`place` (k,) of products, `values` (k, len(FEATURES)); `owned` says what the customer has of them."""

    place: Ints
    values: Floats
    owned: Owned


def owned(history: History) -> Owned:
    day = np.unique(np.stack([history.place, history.ago]), axis=1)
    place, start, times = np.unique(day[0], return_index=True, return_counts=True)
    return Owned(place, times, day[1][start], day[1][start + times - 1])


def find(history: History, shop: Statistics, near: Neighbours) -> Candidates:
    """Products owned, those that go with them, and those most bought lately in the shop and the country."""
    mine = owned(history)
    weight, recent, likeness = _taste(history, mine, near)
    country = _country_share(history.country, shop)
    lately = shop.lately[:, 1]
    ways = (_best(weight), _best(likeness), _best(lately), _best(country))
    place = np.unique(np.concatenate([mine.place, *ways])).astype(np.int64)
    parts = [
        *_own(place, history, mine, shop),
        *(values[place] for values in (weight, recent, likeness)),
        *_shares(place, shop),
        country[place],
        again(shop)[place],
        shop.first[place],
        shop.last[place],
        *(np.full(len(place), value) for value in _habits(history, mine)),
    ]
    return Candidates(place, np.stack(parts, axis=1), mine)


def again(shop: Statistics) -> Floats:
    """Share of a product's buyers who bought it on another day too, few buyers drawn towards the shop's share."""
    usual = shop.again.sum() / max(shop.buyers.sum(), 1)
    return (shop.again + 10 * usual) / (shop.buyers + 10)


def _best(values: Floats) -> Ints:
    """Places of the largest, those above 0."""
    some = np.flatnonzero(values > 0)
    return some if len(some) <= REACH else some[np.argpartition(-values[some], REACH - 1)[:REACH]]


def _taste(history: History, mine: Owned, near: Neighbours) -> tuple[Floats, Floats, Floats]:
    """(n,) each: EASE of what is owned, of what was bought lately, mean cosine with what is owned."""
    count = max(len(mine.place), 1)
    fading = _fading(history, mine, _TASTE_HALF_LIFE)
    return (
        _sum(near.weight, mine.place, np.ones(len(mine.place))),
        _sum(near.weight, mine.place, fading),
        _sum(near.likeness, mine.place, np.full(len(mine.place), 1 / count)),
    )


def _sum(matrix: Any, places: Ints, factors: Floats) -> Floats:
    row = _sparse.csr_matrix((factors, places, [0, len(places)]), shape=(1, matrix.shape[0]))
    found: NDArray[Any] = (row @ matrix).toarray()
    return found[0].astype(np.float64)


def _fading(history: History, mine: Owned, half_life: float) -> Floats:
    """Of each product owned the number of purchases, each counting half after so many days."""
    at = np.searchsorted(mine.place, history.place)
    faded = np.bincount(at, weights=0.5 ** (history.ago / half_life), minlength=len(mine.place))
    return faded.astype(np.float64)


def _own(place: Ints, history: History, mine: Owned, shop: Statistics) -> list[Floats]:
    """times, last, due (share of the usual gap that has passed), recent and lasting (purchases that fade), rate."""
    orders = max(len(np.unique(history.order)), 1)
    gap = np.where(np.isnan(mine.gap), shop.gap[mine.place], mine.gap)
    columns = [
        mine.times.astype(np.float64),
        mine.last.astype(np.float64),
        mine.last / (gap + 1),
        *(_fading(history, mine, half) for half in HALF_LIVES),
        mine.times / orders,
    ]
    at = np.searchsorted(place, mine.place)
    spread = [np.full(len(place), np.nan) for _column in columns]
    for target, column in zip(spread, columns, strict=True):
        target[at] = column
    return spread


def _shares(place: Ints, shop: Statistics) -> list[Floats]:
    counts = [*shop.lately[place].T, shop.buyers[place]]
    return [count / max(total, 1) for count, total in zip(counts, shop.active, strict=True)]


def _country_share(country: str | None, shop: Statistics) -> Floats:
    """(n,) share of the country's customers who bought it lately; the shop's where the country is not known."""
    shares = shop.lately[:, 2] / max(shop.active[2], 1)
    buyers, size = shop.of_group(country)
    return (buyers + _COUNTRY_PRIOR * shares) / (size + _COUNTRY_PRIOR)


def _habits(history: History, mine: Owned) -> tuple[float, float, float, float]:
    """Days since the last order, share of lines that are repeats, products an order, products owned."""
    if not len(history.place):
        return np.nan, np.nan, np.nan, 0.0
    lines, orders = len(history.place), len(np.unique(history.order))
    return float(history.ago.min()), 1 - len(mine.place) / lines, lines / orders, float(len(mine.place))
