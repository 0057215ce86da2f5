"""What the warehouse knows of one customer, fetched table by table; the engine does the filtering."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour import segments
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis

Row = dict[str, Any]


@dataclass(frozen=True)
class Orders:
    """A customer's orders, latest first; `gap_days` is the usual (median) time between days with an order."""

    rows: list[Row]

    @property
    def completed(self) -> list[Row]:
        return [row for row in self.rows if row["status"] == "completed"]

    @property
    def gap_days(self) -> int | None:
        days = sorted({row["ordered_at"].date() for row in self.completed})
        gaps = [(later - earlier).days for earlier, later in pairwise(days)]
        return round(median(gaps)) if gaps else None


def person(warehouse: Warehouse, customer: str) -> Row:
    """country, language and signup_at; empty for a customer whom only orders name."""
    rows = _of(warehouse, "customers", customer).select("country", "language", "signup_at")
    found = fetch(rows)
    return found[0] if found else {"country": None, "language": None, "signup_at": None}


def orders(warehouse: Warehouse, customer: str) -> Orders:
    rows = _of(warehouse, "orders", customer).order_by(ibis.desc("ordered_at"), ibis.desc("order_id"))
    return Orders(fetch(rows.select("order_id", "ordered_at", "channel", "status", "total", "country")))


def purchases(warehouse: Warehouse, customer: str) -> list[Row]:
    """Products of completed orders, most pieces first: product_id, name, category, units, spent."""
    mine = _of(warehouse, "orders", customer).filter(_.status == "completed").select("order_id")
    lines: Table = warehouse.table("order_items")
    bought = lines.join(mine, "order_id").group_by("product_id")
    bought = bought.aggregate(units=_.quantity.sum(), spent=(_.quantity * _.unit_price).sum())
    products: Table = warehouse.table("products")
    named = products.select("product_id", "category", name=ibis.coalesce(_.name, _.product_id))
    return fetch(bought.join(named, "product_id").order_by(ibis.desc("units"), "product_id"))


def browsing(warehouse: Warehouse, customer: str, today: date, days: int) -> Row:
    """sessions, views, cart_adds, checkouts of the last `days` days, today included; `last` is ever."""
    recent = _.occurred_at >= datetime.combine(today - timedelta(days=days - 1), datetime.min.time())
    rows = _of(warehouse, "events", customer).aggregate(
        last=_.occurred_at.max(),
        sessions=_.session_id.nunique(where=recent),
        **{
            name: _.count(where=recent & (_.kind == kind))
            for name, kind in (("views", "view"), ("cart_adds", "cart_add"), ("checkouts", "checkout"))
        },
    )
    return fetch(rows)[0]


def reviews(warehouse: Warehouse, customer: str) -> list[Row]:
    """Latest first: rating, text, created_at, product (its name), negative."""
    judged = SOURCES["reviews"].build(warehouse, False).filter(_.customer_id == customer)
    texts = _of(warehouse, "reviews", customer).select("review_id", "text")
    products: Table = warehouse.table("products")
    named = products.select("product_id", product=ibis.coalesce(_.name, _.product_id))
    rows = judged.join(texts, "review_id").left_join(named, "product_id").order_by(ibis.desc("moment"))
    return fetch(rows.select("rating", "text", "moment", "product", "negative"))


def segments_of(shop: Shop, customer: str) -> list[str]:
    belongs = segments.memberships(shop.warehouse, shop.as_of.date())
    found = {row["segment"] for row in fetch(belongs.filter(_.member == customer))}
    return [name for name in segments.rules() if name in found] + sorted(found - set(segments.rules()))


def churn(warehouse: Warehouse, customer: str) -> Row | None:
    rows = fetch(_of(warehouse, "churn_scores", customer).order_by(ibis.desc("as_of")).limit(1))
    return rows[0] if rows else None


def fetch(expression: Table) -> list[Row]:
    rows: list[Row] = expression.to_pyarrow().to_pylist()
    return rows


def _of(warehouse: Warehouse, table: str, customer: str) -> Table:
    rows: Table = warehouse.table(table)
    return rows.filter(_.customer_id == customer)
