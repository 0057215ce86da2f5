"""What happened after a cut-off: the outcomes that models learn and figures are judged by."""

from datetime import datetime, timedelta
from typing import Any

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _, ibis
from tools.churn.known import days_before, known_at, purchase_tests


def outcomes(
    warehouse: Warehouse,
    cutoff: datetime,
    horizon_days: int,
    *,
    history_days: int | None = None,
    customers: Table | None = None,
) -> Table:
    """One row per customer with a purchase up to the cut-off (within `history_days`): what followed in (cutoff,
    cutoff + horizon_days].

    Columns: customer_id, orders (purchases), spend (sum of their totals), next_order_days (calendar days to the first;
    null where there is none). A customer has churned where orders is 0.
    """
    known = known_at(warehouse, cutoff, history_days=history_days, customers=customers)
    scored = known.purchases.select(scored="customer_id").distinct()
    orders: Table = warehouse.table("orders")
    until = cutoff + timedelta(days=horizon_days)
    later = orders.filter(*purchase_tests(), orders.ordered_at > cutoff, orders.ordered_at <= until)
    followed = later.group_by("customer_id").aggregate(
        orders=_.count(),
        spend=_.total.cast("float64").sum(),
        next_order_days=(-days_before(cutoff, _.ordered_at)).min(),
    )
    joined: Any = scored.left_join(followed, scored.scored == followed.customer_id)
    return joined.select(
        customer_id=joined.scored,
        orders=ibis.coalesce(joined.orders, 0).cast("int64"),
        spend=ibis.coalesce(joined.spend, 0.0).cast("float64"),
        next_order_days=joined.next_order_days.cast("int64"),
    )
