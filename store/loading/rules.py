"""What a canonical row must be: its key, the columns it cannot do without, and values that make no sense."""

from datetime import datetime, timedelta

from store.loading.expressions import literal
from store.warehouse.schema import EVENT_KINDS, STATUSES

KEYS: dict[str, tuple[str, ...]] = {
    "customers": ("customer_id",),
    "products": ("product_id",),
    "orders": ("order_id",),
    "order_items": ("order_id", "line"),
    "events": ("event_id",),
    "reviews": ("review_id",),
}
# `line` may be left out: the loader numbers the lines of each order.
NEEDED: dict[str, tuple[str, ...]] = {
    "customers": ("customer_id",),
    "products": ("product_id",),
    "orders": ("order_id", "ordered_at"),
    "order_items": ("order_id", "product_id", "quantity", "unit_price"),
    "events": ("event_id", "occurred_at", "kind"),
    "reviews": ("review_id", "created_at"),
}
CLEANED = {
    ("orders", "status"): "CASE lower({0}) WHEN 'canceled' THEN 'cancelled' ELSE coalesce(lower({0}), 'completed') END",
    ("events", "kind"): "lower({0})",
    ("customers", "language"): "lower({0})",
    ("reviews", "language"): "lower({0})",
}


def nonsense(table: str, now: datetime) -> list[tuple[str, str]]:
    """Conditions over a typed row that reject it, each with its reason. `now` is in the shop's time zone."""
    future = f"> TIMESTAMP '{now + timedelta(days=1):%Y-%m-%d %H:%M:%S}'"
    return {
        "customers": [],
        "products": [("price < 0", "price is negative"), ("cost < 0", "cost is negative")],
        "orders": [
            (f"ordered_at {future}", "ordered_at is in the future"),
            (f"status NOT IN {_listed(STATUSES)}", f"status is not one of {', '.join(STATUSES)}"),
            ("total < 0 AND status = 'completed'", "total of a completed order is negative"),
        ],
        "order_items": [("quantity = 0", "quantity is zero"), ("unit_price < 0", "unit_price is negative")],
        "events": [
            (f"occurred_at {future}", "occurred_at is in the future"),
            (f"kind NOT IN {_listed(EVENT_KINDS)}", f"kind is not one of {', '.join(EVENT_KINDS)}"),
            ("duration_s < 0", "duration_s is negative"),
        ],
        "reviews": [
            (f"created_at {future}", "created_at is in the future"),
            ("rating NOT BETWEEN 1 AND 5", "rating is not between 1 and 5"),
        ],
    }[table]


def _listed(values: tuple[str, ...]) -> str:
    return f"({', '.join(map(literal, values))})"
