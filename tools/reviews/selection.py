"""Which reviews a call is about: its words settled, and the rows they choose."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from store.shop import Shop
from tools.behaviour.compute import Filter, within
from tools.behaviour.dimensions import with_columns
from tools.behaviour.lookup import find_customer
from tools.behaviour.members import Taken
from tools.behaviour.question import period_taken, settle_filters
from tools.behaviour.untyped import Table, _
from tools.behaviour.wording import span
from tools.result import ToolError
from tools.reviews.rows import labelled_reviews, with_product_names
from tools.words import parse_period


@dataclass(frozen=True)
class Selection:
    """Days are inclusive, None is open; `customer` is the one customer asked about, if any. `taken` pairs people's
    words with what they were taken to mean."""

    start: date | None
    end: date | None
    filters: tuple[Filter, ...]
    customer: str | None
    taken: Taken


def select_reviews(
    shop: Shop, *, product: str | None, customer_id: Any, period: str | None, filters: dict[str, Any] | None
) -> Selection:
    """Raises ToolError naming what the shop does not know, or what reviews do not have."""
    given = dict(filters or {})
    if product is not None:
        given["product"] = product
    customer = find_customer(shop.warehouse, customer_id) if customer_id is not None else None
    chosen, taken = settle_filters(shop, given)
    if any(one.dimension == "channel" for one in chosen):
        raise ToolError("Reviews cannot be told by channel: only orders have one.")
    if customer is not None:
        chosen = (*chosen, Filter("customer", (customer,), f"customer {customer}"))
    days = parse_period(period or "all", shop.as_of)
    meant = span(days.start, days.end) if days.start and days.end else "all time"
    return Selection(days.start, days.end, chosen, customer, [*period_taken(period, meant), *taken])


def rows_of(shop: Shop, selection: Selection) -> Table:
    """The labelled reviews that are meant, with `product` as their product's name; nothing later than today counts."""
    rows = with_product_names(labelled_reviews(shop.warehouse), shop.warehouse)
    rows = rows.filter(_.moment <= shop.as_of)
    rows = with_columns(rows, {chosen.dimension for chosen in selection.filters} | {"country"}, shop.warehouse)
    return within(rows, shop, selection.start, selection.end, selection.filters)
