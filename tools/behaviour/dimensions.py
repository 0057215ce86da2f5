"""What a metric can be broken down or filtered by: the column behind a dimension, and how its members read."""

from datetime import date, datetime
from typing import Any

from store.warehouse import Warehouse
from tools.behaviour import segments
from tools.behaviour.untyped import Column, Table, _, ibis

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PRODUCT = {"product", "category"}
TIME: dict[str, Column] = {
    "hour": _.moment.hour(),
    "weekday": _.moment.day_of_week.index(),
    "day": _.moment.truncate("D"),
    "week": _.moment.truncate("W"),
    "month": _.moment.truncate("M"),
    "quarter": _.moment.truncate("Q"),
}
COLUMNS = {"product": "product_id", "customer": "customer_id"}
OWNER = {"country": "customers", "language": "customers", "category": "products"}
KEYS = {"customers": "customer_id", "products": "product_id"}
UNKNOWN = "unknown"


def key(dimension: str) -> Column:
    """The expression whose values are the dimension's members."""
    return TIME[dimension] if dimension in TIME else _[COLUMNS.get(dimension, dimension)]


def with_columns(rows: Table, dimensions: set[str], warehouse: Warehouse) -> Table:
    """Rows with the columns these dimensions need, joined from customers or products where they lack them."""
    for owner, owner_key in KEYS.items():
        wanted = [d for d in sorted(dimensions) if OWNER.get(d) == owner and d not in rows.columns]
        if wanted:
            table: Table = warehouse.table(owner)
            table = table.select(*wanted, owner=owner_key)
            rows = rows.left_join(table, rows[owner_key] == table.owner).drop("owner")
    return rows


def with_segments(rows: Table, warehouse: Warehouse, today: date) -> Table:
    """Rows once for every segment their customer is in."""
    belongs = segments.memberships(warehouse, today)
    return rows.join(belongs, rows.customer_id == belongs.member)


def with_names(rows: Table, warehouse: Warehouse) -> Table:
    """Rows with the product's name in `name`, for rows whose key column is `product`."""
    products: Table = warehouse.table("products")
    products = products.select(named="product_id", name=ibis.coalesce(_.name, _.product_id))
    return rows.left_join(products, rows.product == products.named)


def member(dimension: str, value: Any) -> str:
    """How one member is written: 2011-11, 2011-Q4, Monday, 14:00; a week by its Monday."""
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime):
        return _moment(dimension, value)
    if dimension == "hour":
        return f"{int(value):02d}:00"
    if dimension == "weekday":
        return WEEKDAYS[int(value)]
    return str(value)


def _moment(dimension: str, value: datetime) -> str:
    if dimension == "month":
        return f"{value:%Y-%m}"
    if dimension == "quarter":
        return f"{value.year}-Q{(value.month + 2) // 3}"
    return f"{value:%Y-%m-%d}"
