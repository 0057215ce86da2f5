"""Customers with risk and last order, to be listed; the engine filters, sorts and cuts."""

from dataclasses import dataclass

from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour.profile_facts import Row, fetch
from tools.behaviour.segments import members, memberships, rules
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis

_SCORES = ("churn_probability", "value_at_risk", "expected_spend", "reasons", "horizon_days")
_SORTS = {
    "value": ("value_at_risk", "churn_probability"),
    "risk": ("churn_probability", "value_at_risk"),
    "recent": ("last_order",),
}
SORTS = tuple(_SORTS)


@dataclass(frozen=True)
class Listing:
    """`rows` have customer_id, country, orders, last_order and, None where there are no scores, churn_probability,
    value_at_risk, expected_spend, reasons (JSON) and horizon_days; `total` counts all that were asked for."""

    rows: list[Row]
    total: int


def listing(shop: Shop, *, segment: str | None, country: str | None, sort: str, limit: int, offset: int = 0) -> Listing:
    """Customers of a segment and a country (None: any), the highest `sort` (value, risk, recent) first."""
    warehouse = shop.warehouse
    people = _everyone(warehouse)
    if country is not None:
        people = people.filter(_.country == country)
    if segment is not None:
        inside = members(warehouse, segment, shop.as_of.date())
        people = people.semi_join(inside, people.customer_id == inside.member)
    total = int(people.count().to_pyarrow().as_py())
    order = [*(ibis.desc(name) for name in _SORTS[sort]), "customer_id"]
    page = _described(people, warehouse).order_by(order).limit(limit, offset=offset)
    return Listing(fetch(page), total)


def rows_of(shop: Shop, customers: list[str]) -> list[Row]:
    """The rows of these customers, as in a listing."""
    people = _everyone(shop.warehouse).filter(_.customer_id.isin(customers))
    return fetch(_described(people, shop.warehouse).order_by("customer_id"))


def segment_sizes(shop: Shop) -> dict[str, int]:
    """How many customers each segment has, in the order of their rules; `everyone` first."""
    everyone = int(_everyone(shop.warehouse).count().to_pyarrow().as_py())
    belongs = memberships(shop.warehouse, shop.as_of.date())
    counted = {row["segment"]: row["size"] for row in fetch(belongs.group_by("segment").aggregate(size=_.count()))}
    return {"everyone": everyone, **{name: counted.get(name, 0) for name in rules()}}


def countries(shop: Shop) -> list[str]:
    """Of customers, by name."""
    found = _everyone(shop.warehouse).filter(_.country.notnull()).select("country").distinct().order_by("country")
    return [row["country"] for row in fetch(found)]


def _everyone(warehouse: Warehouse) -> Table:
    """customer_id and country; a customer whom only orders name is one too."""
    customers: Table = warehouse.table("customers")
    customers = customers.select("customer_id", "country")
    orders: Table = warehouse.table("orders")
    others = orders.filter(_.customer_id.notnull()).anti_join(customers, "customer_id")
    return customers.union(others.group_by("customer_id").aggregate(country=_.country.max()))


def _described(people: Table, warehouse: Warehouse) -> Table:
    bought = SOURCES["buyers"].build(warehouse, False)
    bought = bought.group_by(buyer="customer_id").aggregate(orders=_.count(), last_order=_.moment.max())
    rows = people.left_join(bought, people.customer_id == bought.buyer).drop("buyer")
    rows = rows.mutate(orders=ibis.coalesce(_.orders, 0))
    if not warehouse.has("churn_scores"):
        kinds = ("float64", "float64", "float64", "string", "int64")
        return rows.mutate(**{name: ibis.null(kind) for name, kind in zip(_SCORES, kinds, strict=True)})
    scores: Table = warehouse.table("churn_scores")
    scores = scores.select(*_SCORES, scored="customer_id")
    return rows.left_join(scores, rows.customer_id == scores.scored).drop("scored")
