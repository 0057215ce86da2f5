"""Customers of the same taste: whose purchases point the same way as one customer's."""

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any

import numpy as np

from store.shop import Shop
from tools.behaviour.untyped import Table, _, ibis
from tools.churn.embedding import ProductVectors
from tools.recommend.bought import bought

_ENOUGH = 3  # products, or as many as the customer has: fewer point anywhere


@dataclass(frozen=True)
class Similar:
    """`likeness` is the cosine of both mean vectors, 1 for the same direction; `products` how many they have bought."""

    customer_id: str
    likeness: float
    products: int


def similar_customers(shop: Shop, customer_id: str, n: int, vectors: ProductVectors) -> list[Similar]:
    """The `n` most like, best first; empty where the customer has bought nothing that has a vector.

    A customer's taste is the mean vector of the products bought (tools.churn.embedding). The engine works them out and
    compares them; only the n rows and the customer's own come here.
    """
    if not len(vectors):
        return []
    tastes = _tastes(shop, vectors)
    mine: list[dict[str, Any]] = tastes.filter(_.customer_id == customer_id).to_pyarrow().to_pylist()
    names = [name for name in tastes.columns if name.startswith("taste_")]
    own = np.array([mine[0][name] for name in names]) if mine else np.zeros(len(names))
    length = float(np.linalg.norm(own))
    if length == 0:
        return []
    dot = _added([tastes[name] * float(value) for name, value in zip(names, own / length, strict=True)])
    norm = _added([tastes[name] * tastes[name] for name in names]).sqrt()
    others = tastes.mutate(likeness=(dot / norm.nullif(0)).round(6)).filter(
        _.customer_id != customer_id, _.products >= min(_ENOUGH, mine[0]["products"]), _.likeness.notnull()
    )
    best = others.order_by(ibis.desc("likeness"), "customer_id").limit(n)
    rows: list[dict[str, Any]] = best.select("customer_id", "likeness", "products").to_pyarrow().to_pylist()
    return [Similar(row["customer_id"], round(row["likeness"], 4), row["products"]) for row in rows]


def _tastes(shop: Shop, vectors: ProductVectors) -> Table:
    """customer_id, products, taste_1 … : the mean vector of what each customer has bought."""
    pairs = bought(shop.warehouse, shop.as_of).select("customer_id", "product_id").distinct()
    table = vectors.table()
    placed = pairs.join(table, "product_id")
    names = [name for name in table.columns if name.startswith("taste_")]
    means = {name: placed[name].mean() for name in names}
    return placed.group_by("customer_id").aggregate(products=_.count(), **means)


def _added(terms: list[Any]) -> Any:
    return reduce(add, terms)
