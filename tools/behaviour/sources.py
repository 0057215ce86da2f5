"""What metrics count: rows with a moment, the columns and the flags that metrics.yaml speaks of.

A source takes the warehouse and whether its rows must name a product; its rows have `moment`, `customer_id` and
what its comment in metrics.yaml promises. Everything is an Ibis expression, run by the engine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _, ibis


@dataclass(frozen=True)
class Source:
    """`table` holds the moments (its bare name and column); `lacks` are the dimensions its rows cannot have."""

    build: Callable[[Warehouse, bool], Table]
    table: str
    moment: str
    lacks: tuple[str, ...] = ()


def _orders(warehouse: Warehouse, by_product: bool) -> Table:
    if by_product:
        return _lines(warehouse)
    orders: Table = warehouse.table("orders")
    return orders.select(
        "order_id",
        "customer_id",
        "country",
        "channel",
        moment=_.ordered_at,
        amount=_.total,
        given_back=_.total.abs(),
        **_order_flags(),
    )


def _order_flags() -> dict[str, Any]:
    """A credit note, an order with a negative total, gives money back and was never placed."""
    placed = ibis.coalesce(_.total >= 0, True)  # an order of unknown worth was placed
    return {"completed": _.status == "completed", "placed": placed, "refunded": _.status == "refunded"}


def _lines(warehouse: Warehouse) -> Table:
    orders: Table = warehouse.table("orders")
    orders = orders.select(
        "order_id",
        "customer_id",
        "country",
        "channel",
        moment=_.ordered_at,
        sign=ibis.ifelse(_.total < 0, -1, 1),
        **_order_flags(),
    )
    lines: Table = warehouse.table("order_items")
    lines = lines.select("order_id", "product_id", "quantity", amount=_.quantity * _.unit_price)
    return lines.join(orders, "order_id").mutate(given_back=_.amount * _.sign)


def _baskets(warehouse: Warehouse, by_product: bool) -> Table:
    if by_product:
        return _lines(warehouse)
    lines: Table = warehouse.table("order_items")
    pieces = lines.group_by(basket=_.order_id).aggregate(quantity=_.quantity.sum())
    orders = _orders(warehouse, False)
    baskets = orders.left_join(pieces, orders.order_id == pieces.basket)
    return baskets.mutate(quantity=ibis.coalesce(_.quantity, 0))


def _costed_lines(warehouse: Warehouse, _by_product: bool) -> Table:
    products: Table = warehouse.table("products")
    products = products.filter(_.cost.notnull()).select("product_id", "category", "cost")
    lines = _lines(warehouse).filter(_.completed).join(products, "product_id")
    return lines.mutate(margin=_.amount - _.quantity * _.cost)


def _first_orders(warehouse: Warehouse, by_product: bool) -> Table:
    orders: Table = warehouse.table("orders")
    orders = orders.filter(_.status == "completed", _.customer_id.notnull())
    nth = ibis.row_number().over(group_by="customer_id", order_by=[orders.ordered_at, orders.order_id])
    first = orders.mutate(nth=nth).filter(_.nth == 0)
    first = first.select("order_id", "customer_id", "country", "channel", moment=_.ordered_at)
    if not by_product:
        return first
    lines: Table = warehouse.table("order_items")
    return lines.select("order_id", "product_id").join(first, "order_id")


def _buyers(warehouse: Warehouse, by_product: bool) -> Table:
    return _orders(warehouse, by_product).filter(_.completed, _.customer_id.notnull())


def fold_buyers(rows: Table, keys: list[str]) -> Table:
    """One row per customer and group, with the flag `repeated`: two or more orders in it.

    Two orders differ where the first and the last id do, which is far quicker to find than to count them.
    """
    folded = rows.group_by([*keys, "customer_id"]).aggregate(first=_.order_id.min(), last=_.order_id.max())
    return folded.mutate(repeated=_.first != _.last)


def _events(warehouse: Warehouse, by_product: bool) -> Table:
    events: Table = warehouse.table("events")
    if by_product:
        events = events.filter(_.product_id.notnull())
    return events.select(
        "customer_id",
        "product_id",
        moment=_.occurred_at,
        visitor=ibis.coalesce(_.customer_id, _.session_id),
        viewed=_.kind == "view",
        added=_.kind == "cart_add",
    )


def _sessions(warehouse: Warehouse, by_product: bool) -> Table:
    """By product: one row per session and product, `added` meaning that product."""
    events: Table = warehouse.table("events")
    events = events.filter(_.session_id.notnull())
    added = (_.kind == "cart_add").any()
    sessions = events.group_by("session_id").aggregate(
        moment=_.occurred_at.min(),
        customer_id=_.customer_id.max(),
        checked_out=(_.kind == "checkout").any(),
        **({} if by_product else {"added": added}),
    )
    if by_product:
        touched = events.filter(_.product_id.notnull()).group_by("session_id", "product_id")
        sessions = touched.aggregate(added=added).join(sessions, "session_id")
    return sessions.mutate(abandoned=_.added & ~_.checked_out)


def _reviews(warehouse: Warehouse, _by_product: bool) -> Table:
    reviews: Table = warehouse.table("reviews")
    low = reviews.rating <= 2
    if warehouse.has("review_labels"):
        labels: Table = warehouse.table("review_labels")
        labels = labels.select(labelled="review_id", sentiment="sentiment")
        reviews = reviews.left_join(labels, reviews.review_id == labels.labelled)
        low = ibis.coalesce(reviews.sentiment == "negative", reviews.rating <= 2)
    return reviews.select(
        "review_id",
        "customer_id",
        "product_id",
        "rating",
        "language",
        moment=reviews.created_at,
        negative=low,
        judged=low.notnull(),
    )


SOURCES: dict[str, Source] = {
    "orders": Source(_orders, "orders", "ordered_at"),
    "baskets": Source(_baskets, "orders", "ordered_at"),
    "costed_lines": Source(_costed_lines, "orders", "ordered_at"),
    "first_orders": Source(_first_orders, "orders", "ordered_at"),
    "buyers": Source(_buyers, "orders", "ordered_at"),
    "events": Source(_events, "events", "occurred_at", lacks=("channel",)),
    "sessions": Source(_sessions, "events", "occurred_at", lacks=("channel",)),
    "reviews": Source(_reviews, "reviews", "created_at", lacks=("channel",)),
}
