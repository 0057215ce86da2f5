"""From the warehouse to counts by day: the engine joins and counts, so that the same definitions run on any."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa  # pyright: ignore[reportMissingTypeStubs]

from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour.dimensions import with_columns
from tools.behaviour.untyped import Table, _, ibis
from tools.result import ToolError
from tools.reviews.alerts.series import SCOPES, Ints, Item, Rows
from tools.reviews.labels import ASPECTS
from tools.reviews.rows import labelled_reviews

_LOW = 2
_EPOCH = date(1970, 1, 1)
_arrow: Any = pa


@dataclass(frozen=True)
class Counted:
    """`rows` are sorted by day, in days since 1970; `labelled` says whether complaints are what the texts say, with
    aspects, or low ratings for want of labels. `unread` counts reviews left out because they have no label yet."""

    rows: Rows
    labelled: bool
    unread: int


def count_reviews(shop: Shop) -> Counted:
    """All reviews up to the shop's today. Raises ToolError where it has none."""
    warehouse = shop.warehouse
    if not warehouse.has("reviews"):
        raise ToolError("This shop has no reviews; load some with `winback load SOURCE` first.")
    labelled = warehouse.has("review_labels")
    judged = complaints(warehouse).filter(_.moment <= shop.as_of)
    keys = [_.moment.date().name("day"), "product_id", "category", "country"]
    columns = _columns(labelled)
    placed = with_columns(judged, {"category", "country"}, warehouse)
    counted = placed.group_by(keys).aggregate(reviews=_.count(), **{name: _[name].sum() for name in columns})
    found: Any = counted.order_by("day").to_pyarrow()
    if not len(found):
        raise ToolError(
            f"This shop has no reviews up to {shop.as_of.date()}; load some with `winback load SOURCE` first."
        )
    rows = _rows(found, columns)
    return Counted(rows, labelled, _written(shop) - int(rows.reviews.sum()) if labelled else 0)


def complaints(warehouse: Warehouse) -> Table:
    """One row a review that can be judged: its columns, `moment`, `any` (1 where it is negative), and where there are
    labels a column per aspect (1 where that is complained about)."""
    if warehouse.has("review_labels"):
        rows = labelled_reviews(warehouse)
        flags = {"any": _.sentiment == "negative", **{aspect: _[aspect] == "negative" for aspect in ASPECTS}}
    else:
        reviews: Table = warehouse.table("reviews")
        rows = reviews.filter(_.rating.notnull()).mutate(moment=_.created_at)
        flags = {"any": _.rating <= _LOW}
    return rows.mutate(**{name: ibis.ifelse(flag, 1, 0) for name, flag in flags.items()})


def as_date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def as_day(day: date) -> int:
    return (day - _EPOCH).days


def _columns(labelled: bool) -> list[str]:
    return ["any", *ASPECTS] if labelled else ["any"]


def _written(shop: Shop) -> int:
    reviews: Table = shop.warehouse.table("reviews")
    return int(reviews.filter(_.created_at <= shop.as_of).count().to_pyarrow().as_py())


def _rows(found: Any, columns: list[str]) -> Rows:
    items, places = [Item("shop", "")], [np.zeros(len(found), dtype=np.int64)]
    for scope, name in zip(SCOPES[1:], ("category", "country", "product_id"), strict=True):
        coded = found[name].combine_chunks().dictionary_encode()
        known = coded.indices.fill_null(-1 - len(items)).to_numpy(zero_copy_only=False)
        places.append(known.astype(np.int64) + len(items))
        items += [Item(scope, str(value)) for value in coded.dictionary.to_pylist()]
    day = found["day"].cast(_arrow.date32()).cast(_arrow.int32())
    numbers = np.stack([_numbers(found[name]) for name in columns], axis=1)
    return Rows(items, _numbers(day), np.stack(places, axis=1), _numbers(found["reviews"]), numbers)


def _numbers(column: Any) -> Ints:
    return column.to_numpy().astype(np.int64)
