"""The commonest export: one file, a row for each line of an order. Four tables come out of it."""

from typing import Any

from store.errors import WinbackError
from store.loading.expressions import quoted
from store.loading.mapping import Kind, Mapping, parse_mapping, read_preset
from store.loading.transactions import is_transaction_log
from store.loading.words import HINT, header_for, normal

_UCI = {"quantity", "invoicedate", "stockcode", "description", "country"}
_NEEDED = ("order_id", "customer_id", "product_id", "ordered_at", "quantity")
_WANTED = (*_NEEDED, "unit_price", "amount", "country", "name")
_MAY_BE_BLANK = ("customer_id", "country", "name")
_KINDS: dict[str, Kind] = {
    "order_id": "id",
    "customer_id": "id",
    "product_id": "id",
    "ordered_at": "timestamp",
    "quantity": "integer",
    "unit_price": "money",
    "amount": "money",
}


def lines_mapping(headers: list[str], label: str) -> Mapping:
    """The mapping of such a file. Raises WinbackError naming the columns it seems to lack."""
    if header_for("order_id", headers) is None and is_transaction_log(headers):
        return read_preset("transactions")
    if {normal(header) for header in headers} >= _UCI:
        return read_preset("uci-online-retail")
    found = {column: header for column in _WANTED if (header := header_for(column, headers))}
    if "unit_price" in found:
        found.pop("amount", None)
    missing = [column for column in _NEEDED if column not in found]
    if not {"unit_price", "amount"} & found.keys():
        missing.append("unit_price")
    if missing:
        has = ", ".join(headers)
        raise WinbackError(f"{label} has no column known as {' or '.join(missing)} (it has {has}); {HINT}.")
    return parse_mapping({"sources": {"lines": {"columns": _fields(found)}}, "tables": _tables(found)}, "inferred")


def _fields(found: dict[str, str]) -> dict[str, Any]:
    return {
        header: {"type": _KINDS.get(column, "text"), "required": column not in _MAY_BE_BLANK}
        for column, header in found.items()
    }


def _tables(found: dict[str, str]) -> dict[str, Any]:
    at = {column: quoted(header) for column, header in found.items()}
    order, customer, product = at["order_id"], at["customer_id"], at["product_id"]
    price = at.get("unit_price") or f"{at['amount']} / nullif({at['quantity']}, 0)"
    country = {"country": f"arg_max({at['country']}, _row)"} if "country" in at else {}
    name = {"name": f"most_common({at['name']})"} if "name" in at else {}
    items = {"order_id": order, "product_id": product, "quantity": at["quantity"], "unit_price": price}
    orders = {"order_id": order, "customer_id": f"min({customer})", "ordered_at": f"min({at['ordered_at']})"}
    products = {"product_id": product, "price": f"arg_max({price}, _row)"}
    lines = {"from": "lines"}
    return {
        "order_items": lines | {"columns": items},
        "orders": lines | {"group_by": order, "columns": orders | country},
        "products": lines | {"group_by": product, "columns": products | name},
        "customers": lines
        | {
            "where": f"{customer} IS NOT NULL",
            "group_by": customer,
            "columns": {"customer_id": customer} | country,
        },
    }
