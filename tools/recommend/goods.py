"""What the catalogue says of the products to show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _
from tools.recommend.bought import service_lines
from tools.recommend.reasons import Pick
from tools.recommend.statistics import Statistics


@dataclass(frozen=True)
class Goods:
    """`name` is the id where the catalogue has none."""

    product_id: str
    name: str
    category: str | None = None
    price: float | None = None


def goods_at(warehouse: Warehouse, shop: Statistics, picks: Sequence[Pick]) -> dict[int, Goods]:
    """The products to show and those their reasons name, by place."""
    places = {pick.place for pick in picks} | {pick.reason.other for pick in picks if pick.reason.other is not None}
    ids = {str(shop.ids[place]): place for place in sorted(places)}
    products: Table = warehouse.table("products")
    found = {one.product_id: one for one in _read(products.filter(_.product_id.isin(list(ids))))} if ids else {}
    return {place: found.get(product, Goods(product, product)) for product, place in ids.items()}


def unsold(warehouse: Warehouse, shop: Statistics, limit: int) -> list[Goods]:
    """Products of the catalogue that nobody has bought, by id; what a shop has to show that has sold too little."""
    products: Table = warehouse.table("products")
    products = products.anti_join(service_lines(products), "product_id")
    return _read(products.filter(~_.product_id.isin([*map(str, shop.ids), ""])).order_by("product_id").limit(limit))


def _read(products: Table) -> list[Goods]:
    rows: list[dict[str, Any]] = products.select("product_id", "name", "category", "price").to_pyarrow().to_pylist()
    return [
        Goods(
            row["product_id"],
            row["name"] or row["product_id"],
            row["category"],
            None if row["price"] is None else round(float(row["price"]), 2),
        )
        for row in rows
    ]
