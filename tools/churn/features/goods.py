"""What a customer bought: products, categories, discounts, and the taste that the products' vectors show."""

from typing import Any

from tools.behaviour.untyped import Table, _, ibis
from tools.churn.embedding import SIZE, ProductVectors
from tools.churn.features.windows import total
from tools.churn.known import Known, purchase_tests

_CHEAP = 0.97  # of the product's mean price so far: below it a line counts as discounted
TASTE = tuple(f"taste_{place}" for place in range(1, SIZE + 1))


def goods(known: Known, vectors: ProductVectors | None) -> Table:
    """One row per customer with lines: lines, units, products, categories, top_products (products of the category with
    most of them), discounted (lines of products bought below their usual price), paid and listed (money, at charged
    and at usual prices), placed (products with a vector) and the sum of their vectors."""
    baskets = _baskets(known)
    prices, placed = _usual_prices(known, baskets), _placed(known, vectors)
    rows = baskets.left_join(prices, baskets.product_id == prices.priced)
    rows = rows.left_join(placed, rows.product_id == placed.placed_id)
    usual: Any = ibis.coalesce(_.usual, _.price / _.lines)
    rows = rows.mutate(listed=_.units * usual, discounted=ibis.ifelse(_.price < _CHEAP * _.lines * usual, _.lines, 0))
    summed = ("lines", "units", "discounted", "paid", "listed", *TASTE)
    mine = rows.group_by("customer_id").aggregate(
        products=_.count().cast("float64"), placed=total(_.has_vector), **{name: total(_[name]) for name in summed}
    )
    ranged = _ranged(rows)
    return mine.join(ranged, mine.customer_id == ranged.ranging).drop("ranging")


def _baskets(known: Known, *keys: str) -> Table:
    """One row per customer and product, or per `keys`: lines, units, paid, price (the sum of the unit prices)."""
    lines = known.items.filter(*purchase_tests())
    return lines.group_by(keys or ("customer_id", "product_id")).aggregate(
        lines=_.count(), units=_.quantity.sum(), paid=(_.quantity * _.unit_price).sum(), price=_.unit_price.sum()
    )


def _usual_prices(known: Known, baskets: Table) -> Table:
    """What each product has cost on the mean of the lines so far: the catalogue's price may be a later one."""
    everyone = baskets if known.everyone is None else _baskets(known.everyone, "product_id")
    return everyone.group_by(priced="product_id").aggregate(usual=_.price.sum() / _.lines.sum())


def _ranged(rows: Table) -> Table:
    by_category = rows.group_by("customer_id", "category").aggregate(products=_.count())
    return by_category.group_by(ranging="customer_id").aggregate(
        categories=_.category.count().cast("float64"), top_products=_.products.max().cast("float64")
    )


def _placed(known: Known, vectors: ProductVectors | None) -> Table:
    """Products with their category and vector; zeros where a product has no vector."""
    products = known.products.select("category", placed_id="product_id")
    if vectors is None or not len(vectors):
        return products.mutate(has_vector=0.0, **dict.fromkeys(TASTE, ibis.literal(0.0)))
    table = vectors.table().rename(vector_id="product_id")
    joined = products.outer_join(table, products.placed_id == table.vector_id)
    return joined.select(
        "category",
        placed_id=ibis.coalesce(joined.placed_id, joined.vector_id),
        has_vector=ibis.ifelse(joined.vector_id.notnull(), 1.0, 0.0),
        **{name: ibis.coalesce(joined[name], 0.0) for name in TASTE},
    )
