"""How a customer looked around: sessions of the last half year, and whether they are getting fewer."""

from datetime import timedelta
from typing import Any

from tools.behaviour.untyped import Table, _, ibis
from tools.churn.features.windows import Windows, decayed, total
from tools.churn.known import Known, days_before

REACH = 182  # older visits say nothing that orders do not
MONTH, WEEK = 28, 7
WEEKS = 12
COUNTS = (
    "sessions views carts searches abandoned sessions_month sessions_month_before views_month carts_month "
    "sessions_decayed_week sessions_decayed_month sessions_decayed_long idle_decayed_month views_decayed_month "
    "abandoned_decayed_month active_weeks"
).split()
VISITS = dict.fromkeys([*COUNTS, "days_since_visit"], "float64") | {"last_visit_at": "timestamp"}


def browsed(known: Known, windows: Windows) -> Table | None:
    """One row per customer with a session in the last 182 days; None where the shop has no events."""
    if known.events is None:
        return None
    sessions = _sessions(known).mutate(ago=days_before(known.cutoff, _.started_at))
    month, before = _.ago < MONTH, (_.ago >= MONTH) & (_.ago < 2 * MONTH)
    abandoned = (_.carts > 0) & (_.checkouts == 0)
    return sessions.group_by("customer_id").aggregate(
        sessions=_.count().cast("float64"),
        views=total(_.views),
        carts=total(_.carts),
        searches=total(_.searches),
        abandoned=total(abandoned),
        sessions_month=total(month),
        sessions_month_before=total(before),
        views_month=total(_.views, month),
        carts_month=total(_.carts, month),
        sessions_decayed_week=total(decayed(_.ago, WEEK)),
        sessions_decayed_month=total(decayed(_.ago, MONTH)),
        sessions_decayed_long=total(decayed(_.ago, windows.horizon)),
        idle_decayed_month=total(decayed(_.ago, MONTH), _.checkouts == 0),
        views_decayed_month=total(_.views * decayed(_.ago, MONTH)),
        abandoned_decayed_month=total(decayed(_.ago, MONTH), abandoned),
        days_since_visit=_.ago.min().cast("float64"),
        last_visit_at=_.started_at.max(),
        active_weeks=_active_weeks(),
    )


def _sessions(known: Known) -> Table:
    """One row per customer and session; a day is a session where the shop tells none apart."""
    events: Any = known.events
    events = events.filter(_.customer_id.notnull(), _.occurred_at > known.cutoff - timedelta(days=REACH))
    counted = {"views": "view", "carts": "cart_add", "searches": "search", "checkouts": "checkout"}
    return events.group_by("customer_id", session=_session()).aggregate(
        started_at=_.occurred_at.min(), **{name: _.count(where=_.kind == kind) for name, kind in counted.items()}
    )


def _session() -> Any:
    return ibis.coalesce(_.session_id, _.occurred_at.date().cast("string"))


def _active_weeks() -> Any:
    found: Any = sum(_visited_in_week(nth) for nth in range(WEEKS))
    return found.cast("float64")


def _visited_in_week(nth: int) -> Any:
    visited: Any = (_.ago >= WEEK * nth) & (_.ago < WEEK * (nth + 1))
    return ibis.ifelse(visited, 1, 0).max()
