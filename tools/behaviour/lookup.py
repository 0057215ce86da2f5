"""Finding the customer or order that people mean, and the nearest ones when there is none."""

from typing import Any

from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour.profile_facts import Row, fetch
from tools.behaviour.untyped import Table, _, ibis
from tools.behaviour.wording import listed
from tools.context import ToolContext
from tools.result import ToolError
from tools.words import id_candidates, parse_id

_NEAREST = 3


def find_customer(warehouse: Warehouse, written: Any) -> str:
    """The id as the shop has it. Raises ToolError with the nearest ids where there is none."""
    customers = _customer_ids(warehouse)
    found = _first(customers, "customer_id", [str(written), *id_candidates(written)])
    if found is None:
        raise ToolError(f"There is no customer {parse_id(written)}; {_nearest(customers, 'customer_id', written)}")
    return found


def find_order(warehouse: Warehouse, written: Any) -> Row:
    """order_id, customer_id, ordered_at, status and total. Raises ToolError with the nearest ids."""
    orders: Table = warehouse.table("orders")
    found = _first(orders, "order_id", [str(written), *id_candidates(written, letter="o")])
    if found is None:
        raise ToolError(f"There is no order {parse_id(written)}; {_nearest(orders, 'order_id', written)}")
    one = orders.filter(_.order_id == found)
    return fetch(one.select("order_id", "customer_id", "ordered_at", "status", "total"))[0]


def find_contact(context: ToolContext, token: str) -> str:
    """The one customer behind a token such as `<email-1>`. Raises ToolError where there is none, or more than one."""
    shop: Shop = context.shop
    value = context.contacts.get(token.strip()) or context.contacts.get(f"<{token.strip(' <>')}>")
    if value is None:
        raise ToolError("That contact is not known in this conversation; give a customer id or an order id instead.")
    found = shop.ledger.customers_by_contact(value)
    if not found:
        raise ToolError(f"No customer has the contact {token}; give a customer id or an order id instead.")
    if len(found) > 1:
        some = listed(found[:10]) if len(found) <= 10 else f"{', '.join(found[:10])} and {len(found) - 10} more"
        raise ToolError(f"{len(found)} customers match {token}: {some}; ask for one of them by id.")
    return found[0]


def _customer_ids(warehouse: Warehouse) -> Table:
    """All of them: a customer whom only orders name is one too."""
    customers: Table = warehouse.table("customers")
    orders: Table = warehouse.table("orders")
    buyers = orders.filter(_.customer_id.notnull()).select("customer_id")
    return customers.select("customer_id").union(buyers, distinct=True)


def _first(table: Table, column: str, candidates: list[str]) -> str | None:
    """The likeliest candidate that exists."""
    rows = fetch(table.filter(_[column].isin(candidates)).select(column).distinct())
    existing = {row[column] for row in rows}
    return next((candidate for candidate in candidates if candidate in existing), None)


def _nearest(table: Table, column: str, written: Any) -> str:
    distance = _[column].levenshtein(id_candidates(written)[0])
    rows = fetch(table.select(column, distance=distance).order_by(ibis.asc("distance"), column).limit(_NEAREST))
    return f"the nearest ids are {listed([row[column] for row in rows])}."
