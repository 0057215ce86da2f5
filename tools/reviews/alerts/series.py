"""Reviews and complaints by day, of everything that is watched: quick to count over any window of any item."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Scope = Literal["shop", "category", "country", "product"]
SCOPES: tuple[Scope, ...] = ("shop", "category", "country", "product")
SHOP = 0  # the shop's index among items
ANY = 0  # the column of complaints about whatever; those about an aspect follow
SLACK = 1
_CELLS = 10_000_000  # of the table of days: 40 MB
_OPENED = 10  # rows that must be in for history to begin: a stray date of long ago is none


@dataclass(frozen=True)
class Item:
    """Whose reviews are counted: the shop's (`id` ""), or those of one category, country or product."""

    scope: Scope
    id: str


@dataclass(frozen=True)
class Rows:
    """Reviews counted by day and place: n rows.

    `day` (n,) counts from any origin; `place` (n, 4) is the index in `items` of the shop, the category, the country
    and the product, -1 where it is not known; `reviews` (n,) and `complaints` (n, aspects), of which the first column
    is complaints about anything.
    """

    items: Sequence[Item]
    day: Ints
    place: Ints
    reviews: Ints
    complaints: Ints


class Counts:
    """Running totals per key (an item, or an item's aspect; `keys` in all), over `span` days from `first`.

    The first keys, the shop's and its large parts', have a table of every day; the others, which may be many and have
    few days each, are searched for.
    """

    def __init__(self, key: Ints, day: Ints, number: Ints, first: int, span: int, keys: int) -> None:
        self._first, self._span = first, span
        self._dense = min(keys, _CELLS // span)
        place = key * span + (day - first + SLACK)
        often = key < self._dense
        daily = np.bincount(place[often], weights=number[often], minlength=self._dense * span).astype(np.int32)
        self._daily = daily.reshape(self._dense, span)
        self._table = np.cumsum(self._daily, axis=1, dtype=np.int32)
        self._at, group = np.unique(place[~often], return_inverse=True)
        rest = np.bincount(group, weights=number[~often], minlength=len(self._at))
        self._sum = np.concatenate([[0.0], np.cumsum(rest)])

    def within(self, key: Ints, after: Ints | int, until: Ints | int) -> Floats:
        """How many on the days after `after` up to and including `until`; the arguments are broadcast."""
        return self._upto(key, until) - self._upto(key, after)

    def _upto(self, key: Ints, day: Ints | int) -> Floats:
        offset = np.clip(np.asarray(day) - self._first, -SLACK, self._span - SLACK - 1) + SLACK
        key, offset = np.broadcast_arrays(key, offset)
        often = key < self._dense
        if often.all():
            return self._table[key, offset].astype(np.float64)
        found = self._sum[np.searchsorted(self._at, key * self._span + offset, side="right")]
        found[often] = self._table[key[often], offset[often]]
        return found

    @property
    def marks(self) -> tuple[Ints, Ints]:
        """The keys and days on which there is anything, in the order of keys, then days."""
        place = np.concatenate([np.flatnonzero(self._daily), self._at])
        return place // self._span, place % self._span - SLACK + self._first


class History:
    """All that is watched, from `first` to `last`. A stream is an item's complaints about one aspect:
    `item * aspects + aspect`. Raises ValueError where there are no rows."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.aspects = int(rows.complaints.shape[1])
        origin, self.last = int(rows.day.min()), int(rows.day.max())
        self.first = int(np.sort(rows.day)[min(_OPENED, len(rows.day)) - 1])
        span = self.last - origin + 2 + SLACK
        self.scope: Ints = np.array([SCOPES.index(item.scope) for item in rows.items])
        keys, days, numbers = _stacked(rows)
        self.reviews = Counts(keys, days, numbers, origin, span, len(rows.items))
        streams = [_streams(rows, column, self.aspects) for column in range(self.aspects)]
        key, day, number = (np.concatenate(parts) for parts in zip(*streams, strict=True))
        self.complaints = Counts(key, day, number, origin, span, len(rows.items) * self.aspects)

    @cached_property
    def parent(self) -> Ints:
        """Of a product its category, where known; of anything else the shop; of the shop -1."""
        parent = np.full(len(self.rows.items), SHOP)
        category, product = self.rows.place[:, 1], self.rows.place[:, 3]
        both = (category >= 0) & (product >= 0)
        parent[product[both]] = category[both]
        parent[SHOP] = -1
        return parent

    @cached_property
    def since(self) -> Ints:
        """The day of each item's first review; after the last day where it has none."""
        first = np.full(len(self.rows.items), self.last + 1)
        item, day = self.reviews.marks
        np.minimum.at(first, item, day)
        return first

    @cached_property
    def _products(self) -> Ints:
        """How many products there are in the shop and in each category, and at least one in anything else."""
        product = self.scope == SCOPES.index("product")
        products = np.bincount(self.parent[product], minlength=len(self.scope))
        products[SHOP] = product.sum()
        return np.maximum(products, 1)

    def siblings(self, whole: Ints) -> Ints:
        """Among how many products what is not known of one is shared out."""
        return self._products[whole]

    def stream(self, item: Any, aspect: Any) -> Any:
        return item * self.aspects + aspect


def _stacked(rows: Rows) -> tuple[Ints, Ints, Ints]:
    known = rows.place >= 0
    spread = [np.broadcast_to(values[:, None], known.shape)[known] for values in (rows.day, rows.reviews)]
    return rows.place[known], spread[0], spread[1]


def _streams(rows: Rows, aspect: int, aspects: int) -> tuple[Ints, Ints, Ints]:
    number = rows.complaints[:, aspect]
    known = (rows.place >= 0) & (number > 0)[:, None]
    day, count = (np.broadcast_to(values[:, None], known.shape)[known] for values in (rows.day, number))
    return rows.place[known] * aspects + aspect, day, count
