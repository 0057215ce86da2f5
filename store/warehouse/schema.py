"""The canonical tables, as DuckDB column types. Ids are text; moments are naive, in the shop's own time zone.

Money is DECIMAL(18, 4): unit prices below a penny must add up, and figures are quoted with two decimals.
`orders.country` is where the order went, so that guest orders have one; left empty it becomes the customer's.
An order with a negative total is a credit note: money given back, never an order placed.
"""

from typing import Literal

Kind = Literal["facts", "insights"]
MONEY = "DECIMAL(18, 4)"
DEMO_SHOP = "Winback demo shop"  # the demo's name; loading real data replaces a shop of this name

FACTS: dict[str, dict[str, str]] = {
    "customers": {
        "customer_id": "VARCHAR",
        "country": "VARCHAR",
        "language": "VARCHAR",
        "signup_at": "TIMESTAMP",
        "attributes": "JSON",
    },
    "products": {
        "product_id": "VARCHAR",
        "name": "VARCHAR",
        "category": "VARCHAR",
        "price": MONEY,
        "cost": MONEY,
    },
    "orders": {
        "order_id": "VARCHAR",
        "customer_id": "VARCHAR",
        "ordered_at": "TIMESTAMP",
        "channel": "VARCHAR",
        "status": "VARCHAR",
        "total": MONEY,
        "country": "VARCHAR",
    },
    "order_items": {
        "order_id": "VARCHAR",
        "line": "INTEGER",
        "product_id": "VARCHAR",
        "quantity": "INTEGER",
        "unit_price": MONEY,
    },
    "events": {
        "event_id": "VARCHAR",
        "customer_id": "VARCHAR",
        "session_id": "VARCHAR",
        "occurred_at": "TIMESTAMP",
        "kind": "VARCHAR",
        "product_id": "VARCHAR",
        "query": "VARCHAR",
        "duration_s": "DOUBLE",
    },
    "reviews": {
        "review_id": "VARCHAR",
        "customer_id": "VARCHAR",
        "product_id": "VARCHAR",
        "rating": "DOUBLE",
        "text": "VARCHAR",
        "language": "VARCHAR",
        "created_at": "TIMESTAMP",
    },
}

INSIGHTS: dict[str, dict[str, str]] = {
    "churn_scores": {
        "customer_id": "VARCHAR",
        "as_of": "TIMESTAMP",
        "horizon_days": "INTEGER",
        "churn_probability": "DOUBLE",
        "expected_orders": "DOUBLE",
        "expected_spend": MONEY,
        "spend_if_retained": MONEY,
        "value_at_risk": MONEY,
        "reasons": "JSON",
        "model_version": "VARCHAR",
    },
    "review_labels": {
        "review_id": "VARCHAR",
        "sentiment": "VARCHAR",
        "score": "DOUBLE",
        "aspects": "JSON",
        "model_version": "VARCHAR",
        "contradicts_rating": "BOOLEAN",
        "text_key": "VARCHAR",
    },
    "segments": {"customer_id": "VARCHAR", "segment": "VARCHAR", "as_of": "TIMESTAMP"},
}

TABLES: dict[Kind, dict[str, dict[str, str]]] = {"facts": FACTS, "insights": INSIGHTS}
REQUIRED = ("customers", "products", "orders", "order_items")
STATUSES = ("completed", "cancelled", "refunded")
EVENT_KINDS = ("view", "search", "cart_add", "cart_remove", "checkout")
MOMENTS = {"orders": "ordered_at", "events": "occurred_at", "reviews": "created_at"}


def create_table(table: str, columns: dict[str, str]) -> str:
    """The CREATE TABLE statement for one canonical table."""
    return f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})"
