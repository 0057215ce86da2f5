"""The shop as it was known at a moment: every table cut off there, so that nothing later can be reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.warehouse import Warehouse
from tools.behaviour.untyped import Column, Table, _, ibis
from tools.reviews.labels import ASPECTS

_LOW, _HIGH = 2, 4


@dataclass(frozen=True)
class Known:
    """Facts up to `cutoff` (inclusive) as Ibis tables.

    customers: customer_id, country, language, signup_at (null where it lies after the cut-off).
    products: product_id, name, category. A catalogue has no moments: it is as known today; prices are left out.
    orders: order_id, customer_id, ordered_at, status, total (float64, null where unknown). An order's status has no
        moment of its own either: an order cancelled or refunded after the cut-off counts as such before it.
    items: order_id, product_id, quantity, unit_price (float64), and the order's customer_id, ordered_at, status, total.
    events: customer_id, session_id, occurred_at, kind, product_id; None where the shop has none.
    reviews: review_id, customer_id, product_id, rating, created_at, and the flags `negative`, `positive` and one
        per aspect (complained about; always false before reviews are labelled); None where the shop has none.
    everyone: the same facts of all customers where these are restricted to some; None where they are not.
    """

    cutoff: datetime
    customers: Table
    products: Table
    orders: Table
    items: Table
    events: Table | None
    reviews: Table | None
    everyone: "Known | None" = None

    @property
    def shop(self) -> "Known":
        """The facts of all customers: what is usual in the shop does not depend on whom one looks at."""
        return self.everyone or self

    @property
    def purchases(self) -> Table:
        """Orders that count as purchases: completed, by a known customer, total above zero or unknown."""
        return self.orders.filter(*purchase_tests())


def known_at(
    warehouse: Warehouse, cutoff: datetime, *, history_days: int | None = None, customers: Table | None = None
) -> Known:
    """Facts with moment <= cutoff and, with `history_days`, within so many days before it.

    `customers` is a table with the one column customer_id: only their facts are kept (others stay in `everyone`).
    """
    since = None if history_days is None else cutoff - timedelta(days=history_days)
    orders = _orders(warehouse, cutoff, since)
    everyone = Known(
        cutoff=cutoff,
        customers=_customers(warehouse, cutoff),
        products=_table(warehouse, "products").select("product_id", "name", "category"),
        orders=orders,
        items=_items(warehouse, orders),
        events=_events(warehouse, cutoff, since),
        reviews=_reviews(warehouse, cutoff, since),
    )
    return everyone if customers is None else _restricted(everyone, customers)


def purchase_tests() -> list[Any]:
    """What makes an order a purchase, as tests on the columns of `orders`."""
    return [_.customer_id.notnull(), _.status == "completed", _.total.isnull() | (_.total > 0)]


def days_before(cutoff: datetime, moment: Column) -> Column:
    """Whole calendar days from the moment's day to that of the cut-off."""
    return -moment.date().delta(cutoff.date(), unit="day")


def within(table: Table, moment: str, cutoff: datetime, since: datetime | None) -> Table:
    """Rows with since < moment <= cutoff."""
    tests = [table[moment] <= cutoff] if since is None else [table[moment] <= cutoff, table[moment] > since]
    return table.filter(*tests)


def _table(warehouse: Warehouse, name: str) -> Table:
    return warehouse.table(name)


def _customers(warehouse: Warehouse, cutoff: datetime) -> Table:
    customers = _table(warehouse, "customers")
    signup = ibis.ifelse(customers.signup_at <= cutoff, customers.signup_at, ibis.null("timestamp"))
    return customers.select("customer_id", "country", "language", signup_at=signup)


def _orders(warehouse: Warehouse, cutoff: datetime, since: datetime | None) -> Table:
    orders = within(_table(warehouse, "orders"), "ordered_at", cutoff, since)
    return orders.select("order_id", "customer_id", "ordered_at", "status", total=_.total.cast("float64"))


def _items(warehouse: Warehouse, orders: Table) -> Table:
    items = _table(warehouse, "order_items")
    items = items.select("order_id", "product_id", "quantity", unit_price=_.unit_price.cast("float64"))
    return items.join(orders, "order_id")


def _events(warehouse: Warehouse, cutoff: datetime, since: datetime | None) -> Table | None:
    if not warehouse.has("events"):
        return None
    events = within(_table(warehouse, "events"), "occurred_at", cutoff, since)
    return events.select("customer_id", "session_id", "occurred_at", "kind", "product_id")


def _reviews(warehouse: Warehouse, cutoff: datetime, since: datetime | None) -> Table | None:
    if not warehouse.has("reviews"):
        return None
    reviews = within(_table(warehouse, "reviews"), "created_at", cutoff, since)
    flags: dict[str, Any] = {"negative": reviews.rating <= _LOW, "positive": reviews.rating >= _HIGH}
    if warehouse.has("review_labels"):
        labels = _table(warehouse, "review_labels")
        labels = labels.select("sentiment", labelled="review_id", said=_.aspects.cast("string"))
        reviews = reviews.left_join(labels, reviews.review_id == labels.labelled)
        flags["positive"] = ibis.coalesce(reviews.sentiment == "positive", flags["positive"])
        flags["negative"] |= reviews.sentiment == "negative"
        # A pattern, because JSON functions differ from engine to engine.
        flags |= {aspect: reviews.said.re_search(rf'"{aspect}"\s*:\s*"negative"') for aspect in ASPECTS}
    flags = {name: ibis.literal(False) for name in ASPECTS} | flags
    known = {name: ibis.coalesce(flag, False) for name, flag in flags.items()}
    return reviews.select("review_id", "customer_id", "product_id", "rating", "created_at", **known)


def _restricted(everyone: Known, customers: Table) -> Known:
    chosen = customers.select(chosen="customer_id").distinct()

    def only(table: Table | None) -> Table | None:
        return None if table is None else table.semi_join(chosen, table.customer_id == chosen.chosen)

    return Known(
        cutoff=everyone.cutoff,
        customers=only(everyone.customers),
        products=everyone.products,
        orders=only(everyone.orders),
        items=only(everyone.items),
        events=only(everyone.events),
        reviews=only(everyone.reviews),
        everyone=everyone,
    )
