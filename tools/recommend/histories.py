"""Customers' purchases, fetched from the engine for those customers only."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _
from tools.recommend.candidates import History
from tools.recommend.statistics import Ints, places_of

_AT_ONCE = 1000


class Histories:
    """Purchases of some customers up to a moment, by customer; products are still ids."""

    def __init__(self, purchases: Table, customers: Sequence[str], countries: dict[str, str | None]) -> None:
        """`purchases` as `bought` gives them; `countries` of the customers, where known."""
        parts = [purchases.filter(_.customer_id.isin(some)).distinct().to_pyarrow() for some in _portions(customers)]
        columns = {name: _joined(parts, name) for name in ("customer_id", "product_id", "order_id", "ago")}
        order = np.lexsort((columns["product_id"], columns["ago"], columns["customer_id"]))
        self._customer, self.product = columns["customer_id"][order], columns["product_id"][order]
        self.ago: Ints = columns["ago"][order]
        self.order: Ints = np.unique(columns["order_id"][order], return_inverse=True)[1].astype(np.int64)
        self.countries = countries

    def history(self, customer: str, places: Ints) -> History:
        """`places` (all rows,) of the products in some statistics, -1 where they are not in there."""
        rows = self._rows(customer)
        known = places[rows] >= 0
        fields = (values[rows][known] for values in (places, self.order, self.ago))
        return History(*fields, country=self.countries.get(customer))

    def places(self, ids: NDArray[np.str_]) -> Ints:
        return places_of(self.product, ids)

    def _rows(self, customer: str) -> slice:
        start, end = (int(np.searchsorted(self._customer, customer, side)) for side in ("left", "right"))
        return slice(start, end)


def countries(warehouse: Warehouse, customers: Sequence[str]) -> dict[str, str | None]:
    """Where these customers live, as far as the shop knows."""
    table: Table = warehouse.table("customers")
    table = table.select("customer_id", "country")
    parts = (table.filter(_.customer_id.isin(some)).to_pyarrow().to_pylist() for some in _portions(customers))
    return {row["customer_id"]: row["country"] for part in parts for row in part}


def _portions(customers: Sequence[str]) -> list[list[str]]:
    return [list(customers[at : at + _AT_ONCE]) for at in range(0, len(customers), _AT_ONCE)]


def _joined(parts: list[Any], name: str) -> NDArray[Any]:
    kind = np.int64 if name == "ago" else np.str_
    return np.concatenate([np.asarray(part[name].to_pylist(), kind) for part in parts] or [np.zeros(0, kind)])
