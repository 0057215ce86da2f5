"""Customers as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONTEXT: tuple[str, ...] = (
    "churn_probability",  # within the scores' horizon
    "expected_orders",  # per day, all things considered
    "spend_if_retained",  # within the scores' horizon
    "recency_days",
    "tenure_days",  # since the first order
    "orders",
    "orders_90d",
    "order_value",  # mean, drawn to the shop's where orders are few
    "margin",  # share of revenue, likewise
    "discount_share",  # of what was bought, measured against list prices
    "complaint_60d",  # 1: a negative review within 60 days
    "refund_60d",  # 1: a refund within 60 days
)


@dataclass(frozen=True)
class People:
    """n customers; everything runs over them.

    country, language: as the shop has them. segments, categories: those they are in, and those they bought from.
    margin (n,): share of revenue left by what they bought, nan unknown. order_value (n,): mean of their orders in the
    shop's currency, the shop's mean for those without. orders (n,): completed ones. complained_at: the latest negative
    review. features (n, len(names)): what a policy sees, nan unknown; names are CONTEXT, then the shop's own customer
    attributes ("loyalty_card", "acquired_by=friend") as 0 or 1.
    """

    ids: list[str]
    country: list[str | None]
    language: list[str | None]
    segments: list[frozenset[str]]
    categories: list[frozenset[str]]
    margin: Floats
    order_value: Floats
    orders: Floats
    complained_at: list[datetime | None]
    features: Floats
    names: tuple[str, ...] = CONTEXT

    def __len__(self) -> int:
        return len(self.ids)

    def context(self, row: int) -> dict[str, float]:
        """What a policy sees of one customer, as a decision records it: unknown values are left out."""
        seen = self.features[row].tolist()
        return {name: round(value, 6) for name, value in zip(self.names, seen, strict=True) if value == value}

    def take(self, rows: Sequence[int] | NDArray[np.intp]) -> "People":
        """These rows, in this order."""
        places = np.asarray(rows, dtype=np.intp)

        def chosen(value: Any) -> Any:
            if isinstance(value, np.ndarray):
                return value[places]
            return [value[place] for place in places] if isinstance(value, list) else value

        return People(**{field.name: chosen(getattr(self, field.name)) for field in fields(self)})
