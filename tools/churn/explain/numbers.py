"""The numbers that each reason carries: which column of the features, and how it is rounded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tools.churn.untyped import pa, pc
from tools.reviews.labels import ASPECTS

Kind = Literal["count", "money", "share", "day", "word"]
_DIGITS = {"money": 2, "share": 3}


@dataclass(frozen=True)
class Number:
    """`name` is what the wording calls it. A count is whole; a day is a moment's date; a word is a text. A number
    that is null is left out, and a `sparse` one where it is 0."""

    name: str
    column: str
    kind: Kind = "count"
    sparse: bool = False


_ORDERS = Number("orders", "orders")
_LAST, _BEFORE = Number("last", "orders_last"), Number("before", "orders_before")
_FIRST = Number("first", "first_order_at", "day")

NUMBERS: dict[str, tuple[Number, ...]] = {
    "lateness": (Number("since", "recency_days"), Number("gap", "usual_gap_days"), _ORDERS),
    "frequency": (_ORDERS, _FIRST, _LAST),
    "spend": (
        Number("last", "spend_last", "money"),
        Number("before", "spend_before", "money"),
        Number("mean", "spend_mean", "money"),
    ),
    "trend": (_LAST, _BEFORE),
    "regularity": (Number("gap", "gap_mean"), Number("longest", "gap_longest"), _ORDERS),
    "tenure": (Number("tenure", "tenure_days"), _FIRST),
    "range": (Number("products", "products"), Number("categories", "categories")),
    "discounts": (Number("discounted", "discount_share", "share"),),
    "refunds": (
        Number("refunded", "refunded_orders"),
        Number("refund", "last_refund_at", "day"),
        Number("cancelled", "cancelled_share", "share", sparse=True),
    ),
    "browsing": (
        Number("visits", "sessions_month"),
        Number("before", "sessions_month_before"),
        Number("half_year", "sessions"),
        Number("visit", "last_visit_at", "day"),
    ),
    "complaints": (
        Number("reviews", "reviews"),
        Number("complaints", "complaints"),
        Number("complaint", "last_complaint_at", "day"),
        Number("aspect", "last_complaint_aspect", "word"),
        *(Number(aspect, f"complaints_{aspect}", sparse=True) for aspect in ASPECTS),
    ),
    "season": (Number("autumn", "autumn_share", "share"), _ORDERS),
    "taste": (Number("products", "products"),),
}


def json_members(batch: Any, numbers: Sequence[Number]) -> Any:
    """An array of texts: the members of a JSON object for each row of `batch`."""
    if not numbers:
        return pa.array([""] * batch.num_rows, pa.string())
    return listed([_member(batch.column(number.column), number) for number in numbers])


def listed(texts: Sequence[Any]) -> Any:
    """Arrays of texts to one array: what is not null, with commas between. (Skipping nulls is left to no Arrow option:
    where all are null it loses the rows.)"""
    parts = [pc.fill_null(pc.binary_join_element_wise(", ", text, ""), "") for text in texts]
    return pc.utf8_slice_codeunits(pc.binary_join_element_wise(*parts, ""), 2)


def _member(column: Any, number: Number) -> Any:
    if number.kind == "day":
        value = pc.strftime(column, format='"%Y-%m-%d"')
    elif number.kind == "word":
        value = pc.binary_join_element_wise('"', column, '"', "")
    else:
        value = _figure(column, number)
    return pc.binary_join_element_wise(f'"{number.name}": ', value, "")


def _figure(column: Any, number: Number) -> Any:
    value = pc.cast(column, pa.float64())
    told = pc.and_(pc.is_finite(value), pc.not_equal(value, 0)) if number.sparse else pc.is_finite(value)
    value = pc.if_else(told, pc.round(value, ndigits=_DIGITS.get(number.kind, 0)), None)
    return pc.cast(pc.cast(value, pa.int64()) if number.kind == "count" else value, pa.string())
