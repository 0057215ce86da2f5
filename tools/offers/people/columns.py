"""What is known of customers as columns: one row per customer, from scores, orders, lines and reviews."""

from datetime import timedelta
from typing import Any

from store.shop import Shop
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis
from tools.churn.known import days_before

LATELY = timedelta(days=60)
QUARTER = timedelta(days=90)
_WEIGHT = 3.0  # orders that the shop's mean counts for, beside a customer's own
USUAL_MARGIN = 0.4  # where the shop knows no costs at all


def described(shop: Shop, chosen: Table) -> Table:
    """`chosen` with CONTEXT's columns, value_at_risk, raw_margin (null unknown), raw_order_value and complained_at."""
    rows = chosen
    for part in (_scored(shop), _ordered(shop), _lines(shop), _complaints(shop), _refunds(shop)):
        if part is not None:
            rows = rows.left_join(part, rows.customer_id == part.owner).drop("owner")
    rows = rows.mutate(**{name: ibis.null(kind) for name, kind in _ABSENT.items() if name not in rows.columns})
    return rows.cross_join(_usual(shop)).mutate(**_columns(shop))


_ABSENT = {
    "churn_probability": "float64",
    "expected_orders": "float64",
    "spend_if_retained": "float64",
    "value_at_risk": "float64",
    "complained_at": "timestamp",
    "refunded_at": "timestamp",
}


def _columns(shop: Shop) -> dict[str, Any]:
    bought = ibis.coalesce(_.bought, 0).cast("float64")
    own_weight = bought + _WEIGHT
    mean = ibis.coalesce(_.spent / _.priced.nullif(0), _.usual_value)
    margin = _.earned / _.sold.nullif(0)
    usual_margin = ibis.coalesce(_.usual_margin, USUAL_MARGIN)
    return {
        "recency_days": days_before(shop.as_of, _.last_at).cast("float64"),
        "tenure_days": days_before(shop.as_of, _.first_at).cast("float64"),
        "orders": bought,
        "orders_90d": ibis.coalesce(_.bought_90d, 0).cast("float64"),
        "order_value": (mean * bought + _.usual_value * _WEIGHT) / own_weight,
        "margin": (ibis.coalesce(margin, usual_margin) * bought + usual_margin * _WEIGHT) / own_weight,
        "discount_share": ibis.coalesce(1 - _.paid / _.listed.nullif(0), 0.0),
        "complaint_60d": _lately(shop, _.complained_at),
        "refund_60d": _lately(shop, _.refunded_at),
        "raw_margin": margin,
        "raw_order_value": mean,
    }


def _lately(shop: Shop, moment: Any) -> Any:
    return ibis.coalesce(moment > shop.as_of - LATELY, False).cast("float64")


def _scored(shop: Shop) -> Table | None:
    if not shop.warehouse.has("churn_scores"):
        return None
    scores: Table = shop.warehouse.table("churn_scores")
    return scores.select(
        owner="customer_id",
        churn_probability=_.churn_probability.cast("float64"),
        expected_orders=_.expected_orders.cast("float64") / _.horizon_days,
        spend_if_retained=_.spend_if_retained.cast("float64"),
        value_at_risk=_.value_at_risk.cast("float64"),
    )


def _purchases(shop: Shop) -> Table:
    return SOURCES["buyers"].build(shop.warehouse, False).filter(_.moment <= shop.as_of)


def _ordered(shop: Shop) -> Table:
    return (
        _purchases(shop)
        .group_by(owner=_.customer_id)
        .aggregate(
            bought=_.count(),
            bought_90d=_.count(where=_.moment > shop.as_of - QUARTER),
            spent=_.amount.sum().cast("float64"),
            priced=_.amount.count().cast("float64"),
            first_at=_.moment.min(),
            last_at=_.moment.max(),
        )
    )


def _priced_lines(shop: Shop) -> Table:
    lines = SOURCES["buyers"].build(shop.warehouse, True).filter(_.moment <= shop.as_of)
    products: Table = shop.warehouse.table("products")
    products = products.select(product="product_id", price=_.price.cast("float64"), cost=_.cost.cast("float64"))
    lines = lines.mutate(amount=_.amount.cast("float64"))
    return lines.join(products, lines.product_id == products.product)


def _sums() -> dict[str, Any]:
    costed, listed = _.cost.notnull(), _.price.notnull()
    return {
        "sold": _.amount.sum(where=costed),
        "earned": (_.amount - _.quantity * _.cost).sum(where=costed),
        "paid": _.amount.sum(where=listed),
        "listed": (_.quantity * _.price).sum(where=listed),
    }


def _lines(shop: Shop) -> Table:
    return _priced_lines(shop).group_by(owner=_.customer_id).aggregate(**_sums())


def _usual(shop: Shop) -> Table:
    """One row: the shop's mean order and margin."""
    orders = _purchases(shop).aggregate(usual_value=ibis.coalesce(_.amount.mean().cast("float64"), 0.0))
    lines = _priced_lines(shop).aggregate(**_sums()).select(usual_margin=_.earned / _.sold.nullif(0))
    return orders.cross_join(lines)


def _complaints(shop: Shop) -> Table | None:
    if not shop.warehouse.has("reviews"):
        return None
    reviews = SOURCES["reviews"].build(shop.warehouse, False)
    reviews = reviews.filter(_.negative, _.customer_id.notnull(), _.moment <= shop.as_of)
    return reviews.group_by(owner=_.customer_id).aggregate(complained_at=_.moment.max())


def _refunds(shop: Shop) -> Table:
    orders = SOURCES["orders"].build(shop.warehouse, False)
    orders = orders.filter(_.refunded, _.customer_id.notnull(), _.moment <= shop.as_of)
    return orders.group_by(owner=_.customer_id).aggregate(refunded_at=_.moment.max())
