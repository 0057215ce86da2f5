"""What was bought, as the engine knows it at a moment: goods only, one row per order and product."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _, ibis
from tools.churn.known import days_before, known_at, purchase_tests

_SPACE = r"[\s_./&()-]+"


def bought(warehouse: Warehouse, cutoff: datetime, customers: Table | None = None) -> Table:
    """customer_id, product_id, order_id and `ago` (whole days before the cut-off) of the purchases up to it, a row per
    line; of the `customers` (a table of customer_id) only, where given.

    Postage, fees and other service lines (service_lines.yaml) and lines without pieces are left out.
    """
    known = known_at(warehouse, cutoff, customers=customers)
    lines = known.items.filter(*purchase_tests(), _.quantity > 0, _.product_id.notnull())
    lines = lines.anti_join(service_lines(known.products), "product_id")
    return lines.select("customer_id", "product_id", "order_id", ago=days_before(cutoff, lines.ordered_at))


def service_lines(products: Table) -> Table:
    """The ids (`product_id`) of what is in the catalogue without being a product."""
    said = _words()
    tests = [
        _plain(products.category).isin(said["categories"]),
        _plain(products.name).isin(said["names"]),
        _plain(products.product_id).isin(said["names"]),
    ]
    found: Any = ibis.or_(*(ibis.coalesce(test, False) for test in tests))
    return products.filter(found).select("product_id")


def _plain(column: Any) -> Any:
    return column.lower().re_replace(_SPACE, " ").strip()


@cache
def _words() -> dict[str, list[str]]:
    text = Path(__file__).with_name("service_lines.yaml").read_text("utf-8")
    return cast(dict[str, list[str]], yaml.safe_load(text))
