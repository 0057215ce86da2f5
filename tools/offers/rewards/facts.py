"""What the shop's own tables know of the orders in and before each window. The engine joins and adds up."""

from typing import Any

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _, ibis
from tools.churn.known import purchase_tests
from tools.churn.untyped import pa
from tools.offers.people.columns import USUAL_MARGIN
from tools.offers.rewards.untyped import Frame, pd

SPANS = 2  # windows before a decision whose margin tells most of the margin to come: see `eval.offers.cuped`


def margin_share(warehouse: Warehouse) -> tuple[float, bool]:
    """The margin as a share of the shop's revenue, and whether it is a guess for want of any cost."""
    orders: Table = warehouse.table("orders")
    bought = orders.filter(*purchase_tests()).select("order_id")
    lines = _lines(warehouse)
    sums = lines.semi_join(bought, lines.order_id == bought.order_id)
    found: dict[str, Any] = sums.aggregate(sold=_.costed.sum(), earned=_.earned.sum()).to_pyarrow().to_pylist()[0]
    return (found["earned"] / found["sold"], False) if found["sold"] else (USUAL_MARGIN, True)


def within_windows(warehouse: Warehouse, windows: Frame, share: float) -> Frame:
    """Orders in each window (place, customer_id, at, until): place, order_id, moment, completed, revenue, margin.

    Cancelled and refunded ones too, so that nothing reported of them counts.
    """
    asked = _asked(windows, "at", "until")
    orders = _orders(warehouse)
    rows = asked.join(orders, (asked.customer_id == orders.buyer) & (orders.moment > asked.start))
    rows = _with_margin(warehouse, rows.filter(_.moment <= _.end), share)
    wanted = rows.select("place", "order_id", "moment", "completed", "revenue", "margin")
    found = wanted.to_pyarrow().sort_by([("place", "ascending"), ("moment", "ascending"), ("order_id", "ascending")])
    return found.to_pandas()


def margin_before(warehouse: Warehouse, windows: Frame, share: float) -> Frame:
    """(n,) the margin of completed orders in SPANS windows up to `known_at`; nan where that reaches back beyond the
    shop's first order."""
    spans = windows.assign(since=windows["known_at"] - pd.to_timedelta(windows["window_days"] * SPANS, unit="D"))
    asked = _asked(spans, "since", "known_at")
    orders = _orders(warehouse).filter(_.completed)
    rows = asked.join(orders, (asked.customer_id == orders.buyer) & (orders.moment > asked.start))
    rows = _with_margin(warehouse, rows.filter(_.moment <= _.end), share)
    found = rows.group_by("place").aggregate(before=_.margin.sum()).to_pyarrow().to_pandas()
    before = spans[["place"]].merge(found, how="left", on="place")["before"].fillna(0.0)
    orders_ever: Table = warehouse.table("orders")
    first: Any = orders_ever.ordered_at.min().to_pyarrow().as_py()
    return before.where(spans["since"] >= first, float("nan")) if first else before * float("nan")


def _asked(windows: Frame, start: str, end: str) -> Table:
    """Windows as a table of the engine, without what it could not use."""
    rows = {"place": windows["place"], "customer_id": windows["customer_id"], "start": windows[start]}
    moment = pa.timestamp("us")
    arrays = [pa.array(column) for column in rows.values()] + [pa.array(windows[end])]
    table = pa.table(arrays, names=[*rows, "end"])
    kinds = pa.schema([("place", pa.int64()), ("customer_id", pa.string()), ("start", moment), ("end", moment)])
    return ibis.memtable(table.cast(kinds))


def _orders(warehouse: Warehouse) -> Table:
    orders: Table = warehouse.table("orders")
    orders = orders.filter(_.customer_id.notnull(), _.total.isnull() | (_.total >= 0))
    total = _.total.cast("float64")
    return orders.select(
        "order_id", buyer=_.customer_id, moment=_.ordered_at, completed=_.status == "completed", total=total
    )


def _lines(warehouse: Warehouse) -> Table:
    """Lines with what they sold for, `costed` of it with a known cost, and what that earned."""
    products: Table = warehouse.table("products")
    products = products.select(product="product_id", cost=_.cost.cast("float64"))
    lines: Table = warehouse.table("order_items")
    lines = lines.select("order_id", "product_id", "quantity", amount=(_.quantity * _.unit_price).cast("float64"))
    lines = lines.left_join(products, lines.product_id == products.product)
    known = _.cost.notnull()
    return lines.mutate(
        costed=ibis.ifelse(known, _.amount, 0.0), earned=ibis.ifelse(known, _.amount - _.quantity * _.cost, 0.0)
    )


def _with_margin(warehouse: Warehouse, rows: Table, share: float) -> Table:
    """Orders with revenue and margin: of lines without a cost, and of orders without lines, the usual share."""
    wanted = rows.select(wanted="order_id").distinct()
    lines = _lines(warehouse)
    lines = lines.semi_join(wanted, lines.order_id == wanted.wanted)
    sums = lines.group_by(of="order_id").aggregate(sold=_.amount.sum(), costed=_.costed.sum(), earned=_.earned.sum())
    rows = rows.left_join(sums, rows.order_id == sums.of)
    revenue = ibis.coalesce(_.total, _.sold, 0.0)
    rest = ibis.coalesce(_.sold - _.costed, revenue)
    return rows.mutate(revenue=revenue, margin=ibis.coalesce(_.earned, 0.0) + rest * share)
