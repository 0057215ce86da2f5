"""The features of tools/churn/features as somebody would write them with pandas: vectorised, one group-by at a time."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy
import pandas

from store.warehouse import Warehouse
from tools.churn.embedding import ProductVectors
from tools.churn.features import FEATURES
from tools.reviews.labels import ASPECTS

COLUMNS = {
    "customers": ["customer_id", "signup_at"],
    "products": ["product_id", "category"],
    "orders": ["order_id", "customer_id", "ordered_at", "status", "total"],
    "order_items": ["order_id", "product_id", "quantity", "unit_price"],
    "events": ["customer_id", "session_id", "occurred_at", "kind"],
    "reviews": ["review_id", "customer_id", "rating", "created_at"],
    "review_labels": ["review_id", "sentiment", "aspects"],
}
np: Any = numpy
pd: Any = pandas
_REACH = 182
_TASTE = [f"taste_{place}" for place in range(1, 9)]
Frames = dict[str, Any]


def export(warehouse: Warehouse, folder: Path) -> None:
    """One Parquet file per table for `read`, with the columns it needs."""
    with duckdb.connect() as connection:
        for name, columns in COLUMNS.items():
            file = warehouse.insights_file if name == "review_labels" else warehouse.facts_file
            if file is None:
                select = "SELECT '' AS review_id, '' AS sentiment, '' AS aspects WHERE false"
            else:
                connection.execute(f"ATTACH IF NOT EXISTS '{file}' AS shop (READ_ONLY)")
                select = f"SELECT {', '.join(columns)} FROM shop.{name}"
            connection.execute(f"COPY ({select}) TO '{folder / name}.parquet' (FORMAT parquet)")
            connection.execute("DETACH DATABASE IF EXISTS shop")


def read(folder: Path, cutoff: datetime) -> Frames:
    """The columns that are needed, from one Parquet file per table; of events the last 182 days only."""
    since = ("occurred_at", ">", cutoff - timedelta(days=_REACH))
    frames: Frames = {}
    for name, columns in COLUMNS.items():
        filters = [since] if name == "events" else None
        frames[name] = pd.read_parquet(folder / f"{name}.parquet", columns=columns, filters=filters)
    for name, column in (("orders", "total"), ("order_items", "unit_price")):
        frames[name][column] = frames[name][column].astype("float64")
    return frames


def features(frames: Frames, cutoff: datetime, horizon: int, vectors: ProductVectors) -> Any:
    """One row per scored customer, with the columns FEATURES; the index is the customer_id."""
    orders = frames["orders"][frames["orders"].ordered_at <= cutoff]
    rows = _bought(orders, cutoff, horizon)
    usual = {
        "gap": _either((rows.age - rows.recency).sum(), (rows.days - 1).sum(), float(horizon)),
        "recency": rows.recency.mean(),
        "orders_last": rows.orders_last.mean(),
        "spend": rows.spend.sum() / rows.orders.sum(),
    }
    parts = (
        _goods(orders, frames, vectors),
        _refunds(orders, cutoff),
        _visits(frames["events"], cutoff, horizon),
        _voices(frames["reviews"], frames["review_labels"], cutoff),
    )
    customers = frames["customers"]
    signup = customers.signup_at.where(customers.signup_at <= cutoff)
    signed_up = pd.Series(_ago(signup, cutoff).to_numpy(), index=customers.customer_id, name="signed_up")
    for part in (*parts, signed_up):
        rows = rows.join(part)
    return pd.DataFrame(_derived(rows, usual, horizon), index=rows.index)[list(FEATURES)].astype("float64")


def _days(orders: Any, cutoff: datetime) -> Any:
    paid = orders[_purchased(orders)]
    paid = pd.DataFrame(
        {
            "customer_id": paid.customer_id,
            "ago": _ago(paid.ordered_at, cutoff).astype("int64"),
            "total": paid.total.fillna(0),
            "autumn": (paid.ordered_at.dt.month >= 10).astype("int64"),
        }
    )
    return paid.groupby(["customer_id", "ago"], as_index=False).agg(
        orders=("total", "size"), spend=("total", "sum"), largest=("total", "max"), autumn=("autumn", "sum")
    )


def _bought(orders: Any, cutoff: datetime, horizon: int) -> Any:
    days = _days(orders, cutoff)
    by_customer = days.groupby("customer_id").ago
    later, second = by_customer.shift(1), by_customer.shift(2)
    ago, gap = days.ago, days.ago - later
    spans = {
        "quarter": ago < max(1, round(horizon / 4)),
        "half": ago < max(1, round(horizon / 2)),
        "last": ago < horizon,
        "before": (ago >= horizon) & (ago < 2 * horizon),
    }
    days = days.assign(
        gap=gap,
        gap_squares=gap**2,
        gap_logs=gap * np.log(gap),
        last_gap=gap.where(later.notna() & second.isna()),
        last_basket=days.spend.where(later.isna()),
        in_season=days.orders.where((ago % 365 >= 365 - horizon) & (ago >= 365 - horizon)),
        orders_decayed_short=days.orders * np.exp(-ago / (horizon / 2)),
        orders_decayed_long=days.orders * np.exp(-ago / (2 * horizon)),
        spend_decayed=days.spend * np.exp(-ago / horizon),
        **{f"orders_{name}": days.orders.where(span) for name, span in spans.items()},
        **{f"spend_{name}": days.spend.where(spans[name]) for name in ("last", "before")},
    )
    groups = days.groupby("customer_id")
    summed = [c for c in days.columns if c not in ("customer_id", "ago", "largest", "gap")]
    rows = groups[summed].sum()
    rows["days"], rows["largest"], rows["longest_gap"] = groups.size(), groups.largest.max(), groups.gap.max().fillna(0)
    rows["recency"], rows["age"] = groups.ago.min(), groups.ago.max()
    return rows


def _goods(orders: Any, frames: Frames, vectors: ProductVectors) -> Any:
    done = orders.loc[_purchased(orders), ["order_id", "customer_id"]]
    lines = frames["order_items"].merge(done, on="order_id")
    lines = pd.DataFrame(
        {
            "customer_id": lines.customer_id,
            "product_id": lines.product_id,
            "lines": 1,
            "units": lines.quantity,
            "paid": lines.quantity * lines.unit_price,
            "price": lines.unit_price,
        }
    )
    baskets = lines.groupby(["customer_id", "product_id"], as_index=False, dropna=False).sum()
    sold = baskets.groupby("product_id")[["price", "lines"]].sum()
    usual = baskets.product_id.map(sold.price / sold.lines).fillna(baskets.price / baskets.lines)
    baskets["listed"] = baskets.units * usual
    baskets["discounted"] = baskets.lines.where(baskets.price < 0.97 * baskets.lines * usual, 0)
    baskets = baskets.join(_products(frames, vectors), on="product_id")
    baskets["products"] = 1
    rows = baskets.groupby("customer_id")[
        ["products", "placed", "lines", "units", "discounted", "paid", "listed", *_TASTE]
    ].sum()
    by_category = baskets.groupby(["customer_id", "category"], as_index=False, dropna=False).products.sum()
    groups = by_category.groupby("customer_id")
    rows["categories"], rows["top_products"] = groups.category.count(), groups.products.max()
    return rows


def _products(frames: Frames, vectors: ProductVectors) -> Any:
    products = frames["products"].set_index("product_id")
    products = products.join(pd.DataFrame(vectors.vectors, index=vectors.ids, columns=_TASTE), how="outer")
    products["placed"] = products.taste_1.notna().astype("int64")
    return products


def _purchased(orders: Any) -> Any:
    return orders.customer_id.notna() & (orders.status == "completed") & (orders.total.isna() | (orders.total > 0))


def _refunds(orders: Any, cutoff: datetime) -> Any:
    other = orders[orders.customer_id.notna() & (orders.status != "completed")]
    ago, back = _ago(other.ordered_at, cutoff), other.status == "refunded"
    total = other.total.fillna(0)
    rows = pd.DataFrame(
        {
            "customer_id": other.customer_id,
            "refunded": back & (total >= 0),
            "cancelled": other.status == "cancelled",
            "notes": total < 0,
            "given_back": total.abs().where(back, 0),
            "refunds_fresh": np.exp(-ago / 30).where(back, 0),
            "refunds_slow": np.exp(-ago / 120).where(back, 0),
        }
    )
    return rows.groupby("customer_id").sum()


def _sessions(events: Any, cutoff: datetime) -> Any:
    events = events[
        (events.occurred_at <= cutoff)
        & (events.occurred_at > cutoff - timedelta(days=_REACH))
        & events.customer_id.notna()
    ]
    session = events.session_id
    if session.isna().any():
        session = session.fillna(events.occurred_at.dt.strftime("%Y-%m-%d"))
    kinds = {"views": "view", "carts": "cart_add", "searches": "search", "checkouts": "checkout"}
    counted = pd.DataFrame(
        {
            "customer_id": events.customer_id,
            "session": session,
            "at": events.occurred_at,
            **{name: (events.kind == kind).astype("int64") for name, kind in kinds.items()},
        }
    )
    groups = counted.groupby(["customer_id", "session"])
    sessions = groups[list(kinds)].sum()
    sessions["ago"] = _ago(groups["at"].min(), cutoff)
    return sessions


def _visits(events: Any, cutoff: datetime, horizon: int) -> Any:
    sessions = _sessions(events, cutoff)
    ago, abandoned = sessions.ago, (sessions.carts > 0) & (sessions.checkouts == 0)
    month = np.exp(-ago / 28)
    weekly = {f"week_{nth}": (ago >= 7 * nth) & (ago < 7 * nth + 7) for nth in range(12)}
    sessions = sessions.assign(
        sessions=1,
        abandoned=abandoned,
        sessions_month=ago < 28,
        sessions_month_before=(ago >= 28) & (ago < 56),
        views_month=sessions.views.where(ago < 28, 0),
        carts_month=sessions.carts.where(ago < 28, 0),
        sessions_decayed_week=np.exp(-ago / 7),
        sessions_decayed_month=month,
        sessions_decayed_long=np.exp(-ago / horizon),
        idle_decayed_month=month.where(sessions.checkouts == 0, 0),
        views_decayed_month=sessions.views * month,
        abandoned_decayed_month=month.where(abandoned, 0),
    )
    by_customer = sessions.groupby("customer_id")
    rows = by_customer[[c for c in sessions.columns if c not in ("ago", "checkouts")]].sum()
    rows["since"] = by_customer.ago.min()
    active = pd.DataFrame(weekly).groupby("customer_id").any()
    rows["active_weeks"] = active.sum(axis=1)
    return rows


def _voices(reviews: Any, labels: Any, cutoff: datetime) -> Any:
    reviews = reviews[(reviews.created_at <= cutoff) & reviews.customer_id.notna()]
    reviews = reviews.merge(labels, on="review_id", how="left")
    ago, felt, rating = _ago(reviews.created_at, cutoff), reviews.sentiment, reviews.rating
    negative = (felt == "negative") | (rating <= 2)
    positive = (felt == "positive").where(felt.notna(), rating >= 4).astype(bool)
    fresh, slow = np.exp(-ago / 30), np.exp(-ago / 120)
    said = reviews.aspects.fillna("").astype(str)
    about = {name: said.str.contains(rf'"{name}"\s*:\s*"negative"') for name in ASPECTS}
    rows = pd.DataFrame(
        {
            "customer_id": reviews.customer_id,
            "reviews": 1,
            "stars": (rating - 3).fillna(0),
            "complaints": negative,
            "complaints_fresh": fresh.where(negative, 0),
            "complaints_slow": slow.where(negative, 0),
            "praise_slow": slow.where(positive, 0),
            **{f"complaint_{name}": fresh.where(flag, 0) for name, flag in about.items()},
        }
    )
    return rows.groupby("customer_id").sum()


def _derived(rows: Any, usual: dict[str, float], horizon: int) -> dict[str, Any]:
    return _of_moments(rows, usual) | _of_money(rows, usual) | _of_the_rest(rows, horizon)


def _of_moments(rows: Any, usual: dict[str, float]) -> dict[str, Any]:
    days, age, recency, orders = rows.days, rows.age, rows.recency, rows.orders
    gap_mean = ((age - recency) / (days - 1)).where(days > 1, usual["gap"])
    expected = np.maximum((age - recency + usual["gap"]) / days, 1)
    variance = (rows.gap_squares / np.maximum(days - 1, 1) - gap_mean**2).clip(lower=0).where(days > 2, 0)
    deviation = np.sqrt(variance)
    silence = (rows.gap_logs + recency * np.log(np.maximum(recency, 1))) / np.maximum(age, 1)
    clumps = 1 + (silence - np.log(np.maximum(age, 1))) / np.log(np.maximum(days, 2))
    since = rows.signed_up.fillna(age)
    same = ["orders", "orders_quarter", "orders_half", "orders_last", "orders_before", "orders_decayed_short"]
    same += ["orders_decayed_long"]
    return {
        **{name: rows[name] for name in same},
        "recency_days": recency,
        "recency_relative": _over(recency, usual["recency"]),
        "lateness": recency / expected,
        "lateness_longest": recency / np.maximum(rows.longest_gap, expected),
        "lateness_deviations": (recency - expected) / np.sqrt(variance + expected**2 / 4),
        "silence": (days - 1) * np.log((age + usual["gap"]) / (age - recency + usual["gap"])),
        "repeat_days": days - 1,
        "order_rate": 30 * days / (age + usual["gap"]),
        "orders_last_relative": _over(rows.orders_last, usual["orders_last"]),
        "orders_trend": _change(rows.orders_last, rows.orders_before),
        "orders_trend_short": _change(rows.orders_half, rows.orders_last - rows.orders_half),
        "pace_change": _over(rows.last_gap, gap_mean, 1).where(days > 2, 1),
        "gap_mean": gap_mean,
        "gap_deviation": deviation,
        "gap_variation": deviation / np.maximum(gap_mean, 1),
        "gap_last": rows.last_gap,
        "gap_longest": rows.longest_gap,
        "clumpiness": clumps.where(days > 1, 0),
        "tenure_days": np.maximum(since, age),
        "age_days": age,
        "recency_age_days": age - recency,
        "days_to_first_order": (since - age).clip(lower=0),
        "season_share": rows.in_season / orders,
        "autumn_share": rows.autumn / orders,
    }


def _of_money(rows: Any, usual: dict[str, float]) -> dict[str, Any]:
    spend, mean = rows.spend, rows.spend / rows.orders
    return {
        **{name: rows[name] for name in ("last_basket", "spend_last", "spend_before", "spend_decayed")},
        "spend_log": np.log(spend + 1),
        "spend_mean": mean,
        "spend_mean_relative": _over(mean, usual["spend"]),
        "spend_largest": rows.largest,
        "last_basket_relative": _over(rows.last_basket, mean, 1),
        "spend_rate": 30 * spend / (rows.age + usual["gap"]),
        "spend_trend": _change(rows.spend_last, rows.spend_before),
    }


def _of_the_rest(rows: Any, horizon: int) -> dict[str, Any]:
    orders, spend, recency = rows.orders, rows.spend, rows.recency
    never = rows.since.fillna(_REACH)
    rest = rows.fillna(0)
    refunded, cancelled, back = rest.refunded, rest.cancelled, rest.given_back
    same = "products categories refunds_fresh refunds_slow sessions views carts searches abandoned sessions_month"
    same += " sessions_month_before views_month carts_month sessions_decayed_week sessions_decayed_month"
    same += " sessions_decayed_long idle_decayed_month views_decayed_month abandoned_decayed_month active_weeks reviews"
    same += " complaints complaints_fresh complaints_slow praise_slow " + " ".join(f"complaint_{a}" for a in ASPECTS)
    return {
        **{name: rest[name] for name in same.split()},
        **{name: _over(rest[name], rest.placed) for name in _TASTE},
        "products_per_order": rest.lines / orders,
        "units_per_order": rest.units / orders,
        "top_category_share": _over(rest.top_products, rest.products),
        "repeat_share": 1 - _over(rest.products, rest.lines, 1),
        "discount_share": _over(rest.discounted, rest.lines),
        "discount_depth": _over(rest.listed - rest.paid, rest.listed).clip(-1, 1),
        "refunded_orders": refunded + rest.notes,
        "refund_share": refunded / (refunded + orders),
        "cancelled_share": cancelled / (cancelled + orders),
        "given_back_share": _over(back, back + spend),
        "days_since_visit": never,
        "visit_lateness": never * rest.sessions / _REACH,
        "visit_after_order": (recency - never).clip(lower=0),
        "sessions_trend": _change(rest.sessions_month, rest.sessions_month_before),
        "sessions_fade": _change(rest.sessions_decayed_month, rest.sessions_decayed_long * 28 / horizon),
        "stars_balance": rest.stars / (rest.reviews + 1),
    }


def _ago(moment: Any, cutoff: datetime) -> Any:
    return (pd.Timestamp(cutoff.date()) - moment.dt.normalize()).dt.days


def _either(top: float, bottom: float, otherwise: float) -> float:
    return top / bottom if bottom else otherwise


def _over(top: Any, bottom: Any, otherwise: float = 0.0) -> Any:
    return (top / bottom).where(top * 0 + bottom != 0, otherwise)


def _change(now: Any, before: Any) -> Any:
    return _over(now - before, now + before)
