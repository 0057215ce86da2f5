"""Customers at a cut-off with what followed, as arrays: what models learn from and figures are judged by."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, ibis
from tools.churn.btyd import Dates
from tools.churn.embedding import ProductVectors
from tools.churn.features import FEATURES, features
from tools.churn.known import known_at
from tools.churn.labels import outcomes
from tools.churn.untyped import pa

Floats = NDArray[np.float64]
_PLACE = {name: place for place, name in enumerate(FEATURES)}


@dataclass(frozen=True)
class Observed:
    """n customers, by id: x (n, len(FEATURES)), and in the `days` after the cut-off their orders, spend and calendar
    days to the next order (NaN where there was none)."""

    ids: NDArray[np.str_]
    x: Floats
    orders: Floats
    spend: Floats
    next_days: Floats
    days: int

    def __len__(self) -> int:
        return len(self.ids)


def column(x: Floats, name: str) -> Floats:
    return x[:, _PLACE[name]]


def dates_of(x: Floats) -> Dates:
    """The purchase dates that features (n, len(FEATURES)) tell of."""
    return Dates(column(x, "repeat_days"), column(x, "recency_age_days"), column(x, "age_days"))


def matrix(batch: Any) -> Floats:
    """(n, len(FEATURES)) of a table or record batch of features.

    Sums differ in their last digits from run to run and engine to engine, and a tree's threshold may lie between:
    single precision makes them equal, and so models and scores.
    """
    return np.column_stack([np.asarray(batch[name], dtype=np.float32) for name in FEATURES]).astype(np.float64)


def observe(
    warehouse: Warehouse,
    cutoff: datetime,
    days: int,
    *,
    horizon_days: int | None = None,
    history_days: int | None = None,
    vectors: ProductVectors | None = None,
    customers: Table | None = None,
) -> Observed:
    """Features at `cutoff` with windows for `horizon_days` (default: `days`), and what followed within `days`."""
    known = known_at(warehouse, cutoff, history_days=history_days, customers=customers)
    seen = _fetched(warehouse, features(known, vectors, horizon_days or days))
    after = _fetched(warehouse, outcomes(warehouse, cutoff, days, history_days=history_days, customers=customers))
    ids = np.asarray(seen["customer_id"].to_pylist(), dtype=np.str_)
    assert ids.tolist() == after["customer_id"].to_pylist(), "features and outcomes are of the same customers"
    return Observed(
        ids=ids,
        x=matrix(seen),
        orders=_floats(after, "orders"),
        spend=_floats(after, "spend"),
        next_days=_floats(after, "next_order_days"),
        days=days,
    )


def _floats(table: Any, name: str) -> Floats:
    return table[name].cast(pa.float64()).fill_null(float("nan")).to_numpy().astype(np.float64)


def _fetched(warehouse: Warehouse, table: Table) -> Any:
    """In the order of the ids, whatever the engine's."""
    backend: Any = warehouse.backend
    return backend.to_pyarrow(table).sort_by("customer_id")


def sampled(warehouse: Warehouse, cutoff: datetime, history_days: int | None, most: int) -> Table | None:
    """About `most` customers, always the same ones of a shop, as a table of ids; None where all are meant."""
    known = known_at(warehouse, cutoff, history_days=history_days)
    buyers = known.purchases.select("customer_id").distinct()
    ids: list[str] = _fetched(warehouse, buyers)["customer_id"].to_pylist()
    if len(ids) <= most:
        return None
    chosen = sorted(ids, key=lambda one: zlib.crc32(one.encode()))[:most]
    return ibis.memtable(pa.table({"customer_id": pa.array(sorted(chosen), type=pa.string())}))


def span(warehouse: Warehouse, cutoff: datetime, history_days: int | None) -> int:
    """Days of history: from the first purchase (within `history_days`) to the cut-off."""
    known = known_at(warehouse, cutoff, history_days=history_days)
    first: Any = known.purchases.ordered_at.min().to_pyarrow().as_py()
    return 0 if first is None else (cutoff.date() - first.date()).days + 1
