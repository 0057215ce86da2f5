"""When a customer bought and for how much."""

from typing import Any

from tools.behaviour.untyped import Table, _, ibis
from tools.churn.features.windows import Windows, decayed, total
from tools.churn.known import Known, days_before

_YEAR = 365
_AUTUMN = 10  # October: the last quarter of the year begins


def purchase_days(known: Known) -> Table:
    """One row per customer and day with purchases: `ago` (days before the cut-off), orders, spend, largest, autumn
    (orders between October and December), first_at, last_at."""
    known_total = ibis.coalesce(_.total, 0.0)
    rows = known.purchases.mutate(ago=days_before(known.cutoff, _.ordered_at), paid=known_total)
    return rows.group_by("customer_id", "ago").aggregate(
        orders=_.count(),
        spend=_.paid.sum(),
        largest=_.paid.max(),
        autumn=(_.ordered_at.month() >= _AUTUMN).sum(),
        first_at=_.ordered_at.min(),
        last_at=_.ordered_at.max(),
    )


def bought(known: Known, windows: Windows) -> Table:
    """One row per scored customer; gaps are days between two purchase days, `last_gap` that before the last one."""
    by_time = ibis.window(group_by="customer_id", order_by="ago")
    days = purchase_days(known).mutate(later=_.ago.lag().over(by_time), second=_.ago.lag(2).over(by_time))
    days = days.mutate(gap=_.ago - _.later, latest=_.later.isnull(), last_pair=_.later.notnull() & _.second.isnull())
    return days.group_by("customer_id").aggregate(
        **_overall(), **_gaps(), **_lately(windows), **_seasonal(windows.horizon)
    )


def _overall() -> dict[str, Any]:
    return {
        "orders": total(_.orders),
        "days": _.count().cast("float64"),
        "spend": total(_.spend),
        "largest": _.largest.max().cast("float64"),
        "last_basket": total(_.spend, _.latest),
        "recency": _.ago.min().cast("float64"),
        "age": _.ago.max().cast("float64"),
        "first_order_at": _.first_at.min(),
        "last_order_at": _.last_at.max(),
    }


def _gaps() -> dict[str, Any]:
    gap: Any = _.gap.cast("float64")
    return {
        "gap_squares": total(gap * gap),
        "gap_logs": total(gap * gap.ln()),
        "last_gap": total(_.gap, _.last_pair),
        "longest_gap": ibis.coalesce(_.gap.max(), 0).cast("float64"),
    }


def _lately(windows: Windows) -> dict[str, Any]:
    spans = {
        "quarter": _.ago < windows.quarter,
        "half": _.ago < windows.half,
        "last": _.ago < windows.horizon,
        "before": (_.ago >= windows.horizon) & (_.ago < windows.double),
    }
    found = {f"orders_{name}": total(_.orders, span) for name, span in spans.items()}
    found |= {f"spend_{name}": total(_.spend, spans[name]) for name in ("last", "before")}
    return found | {
        "orders_decayed_short": total(_.orders * decayed(_.ago, windows.horizon / 2)),
        "orders_decayed_long": total(_.orders * decayed(_.ago, windows.horizon * 2)),
        "spend_decayed": total(_.spend * decayed(_.ago, windows.horizon)),
    }


def _seasonal(horizon: int) -> dict[str, Any]:
    """Orders in the days of earlier years that the horizon is about to repeat."""
    ahead = ((_.ago % _YEAR) >= _YEAR - horizon) & (_.ago >= _YEAR - horizon)
    return {"orders_in_season": total(_.orders, ahead), "orders_in_autumn": total(_.autumn)}


def usual(known: Known, windows: Windows) -> Table:
    """One row on all customers of the shop: what is usual at this cut-off."""
    buyers = bought(known.shop, windows)
    means = buyers.aggregate(
        spans=total(_.age - _.recency),
        repeats=total(_.days - 1),
        usual_recency=_.recency.mean(),
        usual_orders_last=_.orders_last.mean(),
        usual_spend=_.spend.sum() / _.orders.sum(),
    )
    gap = ibis.coalesce(_.spans / _.repeats.nullif(0), float(windows.horizon))
    return means.select("usual_recency", "usual_orders_last", "usual_spend", usual_gap=gap)
