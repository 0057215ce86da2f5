"""From a shop's tables to People. The engine joins and counts; here rows become arrays."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from store.shop import Shop
from tools.behaviour import segments as segment_rules
from tools.behaviour.compute import Filter, within
from tools.behaviour.dimensions import PRODUCT, with_columns
from tools.behaviour.question import settle_filters
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis
from tools.offers.people.attributes import coded, vocabulary
from tools.offers.people.columns import described
from tools.offers.people.model import CONTEXT, Floats, People

_OF_ORDERS = {"category", "product", "channel"}
_FEW = 2000  # ids that are worth naming to the engine


def people(
    shop: Shop,
    customer_ids: Sequence[str] | None = None,
    segment: str | Sequence[str] | None = None,
    filters: Mapping[str, Any] | None = None,
    limit: int | None = None,
) -> People:
    """Customers as known at `shop.as_of`, those with the most value at risk first, then by id.

    `customer_ids`: only these (unknown ones are left out); `segment`: one, or several that must all hold; `filters` as
    in the tools; `limit`: that many at most. Raises ToolError naming what is not known.
    """
    chosen = _chosen(shop, customer_ids, segment, filters)
    rows = described(shop, chosen).order_by([ibis.desc(_.value_at_risk), "customer_id"])
    found: Any = rows.limit(limit).to_pyarrow() if limit is not None else rows.to_pyarrow()
    return _as_people(shop, found)


def _chosen(
    shop: Shop, ids: Sequence[str] | None, segment: str | Sequence[str] | None, filters: Mapping[str, Any] | None
) -> Table:
    """The customers meant: customer_id, country, language, attributes."""
    given = dict(filters or {})
    if segment is not None:
        named = [segment] if isinstance(segment, str) else list(segment)
        before = given.get("segment")
        given["segment"] = [*(before if isinstance(before, list) else [before] if before else []), *named]
    settled, _taken = settle_filters(shop, given)
    customers: Table = shop.warehouse.table("customers")
    rows = customers.select("customer_id", "country", "language", attributes=_.attributes.cast("string"))
    if ids is not None:
        rows = _named(rows, list(ids))
    rows = within(rows, shop, None, None, [one for one in settled if one.dimension not in _OF_ORDERS])
    for one in settled:
        if one.dimension in _OF_ORDERS:
            buyers = _buyers(shop, one)
            rows = rows.semi_join(buyers, rows.customer_id == buyers.buyer)
    return rows


def _named(rows: Table, ids: list[str]) -> Table:
    if len(ids) <= _FEW:
        return rows.filter(_.customer_id.isin(ids))
    wanted = ibis.memtable({"wanted": ids})
    return rows.semi_join(wanted, rows.customer_id == wanted.wanted)


def _buyers(shop: Shop, chosen: Filter) -> Table:
    orders = SOURCES["orders"].build(shop.warehouse, chosen.dimension in PRODUCT).filter(_.completed)
    orders = with_columns(orders, {chosen.dimension}, shop.warehouse)
    return within(orders, shop, None, None, (chosen,)).select(buyer="customer_id").distinct()


def _as_people(shop: Shop, rows: Any) -> People:
    ids: list[str] = rows["customer_id"].to_pylist()
    attributes = vocabulary(shop.warehouse)
    numbers = {name: _floats(rows[name]) for name in (*CONTEXT, "raw_margin", "raw_order_value")}
    seen = [numbers[name] for name in CONTEXT]
    return People(
        ids=ids,
        country=rows["country"].to_pylist(),
        language=rows["language"].to_pylist(),
        segments=_sets(ids, segment_rules.memberships(shop.warehouse, shop.as_of.date()), "member", "segment"),
        categories=_sets(ids, _bought(shop), "customer_id", "category"),
        margin=numbers["raw_margin"],
        order_value=numbers["raw_order_value"],
        orders=numbers["orders"],
        complained_at=rows["complained_at"].to_pylist(),
        features=np.column_stack([*seen, coded(rows["attributes"].to_pylist(), attributes)]),
        names=(*CONTEXT, *(attribute.name for attribute in attributes)),
    )


def _floats(column: Any) -> Floats:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _bought(shop: Shop) -> Table:
    lines = SOURCES["orders"].build(shop.warehouse, True).filter(_.completed, _.customer_id.notnull())
    lines = with_columns(lines.filter(_.moment <= shop.as_of), {"category"}, shop.warehouse)
    return lines.filter(_.category.notnull()).select("customer_id", "category").distinct()


def _sets(ids: list[str], pairs: Table, owner: str, value: str) -> list[frozenset[str]]:
    """Each customer's values. Sets with the same members are one object: there are far fewer than customers."""
    if len(ids) <= _FEW:
        pairs = pairs.filter(_[owner].isin(ids))
    found: Any = pairs.select(owner, value).order_by(owner, value).to_pyarrow()
    mine: dict[str, tuple[str, ...]] = {}
    for customer, one in zip(found[owner].to_pylist(), found[value].to_pylist(), strict=True):
        mine[customer] = (*mine.get(customer, ()), one)
    shared = {values: frozenset(values) for values in set(mine.values())} | {(): frozenset[str]()}
    return [shared[mine.get(customer, ())] for customer in ids]
