"""From sums to features: what one customer's counts mean beside each other and beside the shop's."""

from datetime import datetime
from typing import Any

from tools.behaviour.untyped import Column, _, ibis
from tools.churn.features.browsing import COUNTS, MONTH, REACH
from tools.churn.features.goods import TASTE
from tools.churn.features.windows import Windows, change, ratio
from tools.churn.known import days_before
from tools.reviews.labels import ASPECTS

Columns = dict[str, Any]


def lateness() -> Columns:
    """`silence` is the log-likelihood ratio by which BG/NBD (Fader, Hardie & Lee 2005) weighs a silence against the
    purchases before it, with the shop's usual gap as its scale."""
    usual: Any = _expected_gap()
    deviation: Any = (_gap_variance() + usual * usual / 4).sqrt()
    return {
        "recency_days": _.recency,
        "recency_relative": ratio(_.recency, _.usual_recency),
        "lateness": _.recency / usual,
        "lateness_longest": _.recency / ibis.greatest(_.longest_gap, usual),
        "lateness_deviations": (_.recency - usual) / deviation,
        "silence": (_.days - 1) * ((_.age + _.usual_gap) / (_.age - _.recency + _.usual_gap)).ln(),
    }


def frequency() -> Columns:
    return {
        "repeat_days": _.days - 1,
        "order_rate": 30 * _.days / (_.age + _.usual_gap),
        "orders_last_relative": ratio(_.orders_last, _.usual_orders_last),
        **{name: _[name] for name in ("orders", "orders_quarter", "orders_half", "orders_last", "orders_before")},
        **{name: _[name] for name in ("orders_decayed_short", "orders_decayed_long")},
    }


def spend() -> Columns:
    mean: Any = _.spend / _.orders
    return {
        "spend_log": (_.spend + 1).ln(),
        "spend_mean": mean,
        "spend_mean_relative": ratio(mean, _.usual_spend),
        "spend_largest": _.largest,
        "last_basket": _.last_basket,
        "last_basket_relative": ratio(_.last_basket, mean, 1.0),
        "spend_last": _.spend_last,
        "spend_before": _.spend_before,
        "spend_decayed": _.spend_decayed,
        "spend_rate": 30 * _.spend / (_.age + _.usual_gap),
    }


def trend() -> Columns:
    earlier: Any = _.orders_last - _.orders_half
    return {
        "orders_trend": change(_.orders_last, _.orders_before),
        "spend_trend": change(_.spend_last, _.spend_before),
        "orders_trend_short": change(_.orders_half, earlier),
        "pace_change": ibis.ifelse(_.days > 2, ratio(_.last_gap, _gap_mean(), 1.0), 1.0),
    }


def regularity() -> Columns:
    """Clumpiness is the entropy measure of Zhang, Bradlow & Small (2013) over the gaps and the silence since: 0 for
    even spacing, 1 for one burst; 0 for a single purchase day."""
    deviation: Any = _gap_variance().sqrt()
    silence: Any = ibis.ifelse(_.recency > 0, _.recency * ibis.greatest(_.recency, 1.0).ln(), 0.0)
    pieces: Any = (_.gap_logs + silence) / ibis.greatest(_.age, 1.0) - ibis.greatest(_.age, 1.0).ln()
    return {
        "gap_mean": _gap_mean(),
        "gap_deviation": deviation,
        "gap_variation": deviation / ibis.greatest(_gap_mean(), 1.0),
        "gap_last": _.last_gap,
        "gap_longest": _.longest_gap,
        "clumpiness": ibis.ifelse(_.days > 1, 1 + pieces / ibis.greatest(_.days, 2.0).ln(), 0.0),
    }


def tenure(cutoff: datetime) -> Columns:
    since: Any = ibis.coalesce(days_before(cutoff, _.signup_at).cast("float64"), _.age)
    return {
        "tenure_days": ibis.greatest(since, _.age),
        "age_days": _.age,
        "recency_age_days": _.age - _.recency,
        "days_to_first_order": ibis.greatest(since - _.age, 0.0),
    }


def assortment() -> Columns:
    return {
        "products": _or(_.products),
        "categories": _or(_.categories),
        "products_per_order": ratio(_.lines, _.orders),
        "units_per_order": ratio(_.units, _.orders),
        "top_category_share": ratio(_.top_products, _.products),
        "repeat_share": 1 - ratio(_.products, _.lines, 1.0),
        "discount_share": ratio(_.discounted, _.lines),
        "discount_depth": _bounded(ratio(_.listed - _.paid, _.listed)),
        **{name: ratio(_[name], _.placed) for name in TASTE},
    }


def refunds() -> Columns:
    refunded, cancelled = _or(_.refunded), _or(_.cancelled)
    given_back = _or(_.given_back)
    return {
        "refunded_orders": refunded + _or(_.credit_notes),
        "refund_share": refunded / (refunded + _.orders),
        "cancelled_share": cancelled / (cancelled + _.orders),
        "given_back_share": ratio(given_back, given_back + _.spend),
        "refunds_fresh": _or(_.refunds_fresh),
        "refunds_slow": _or(_.refunds_slow),
    }


def browsing(windows: Windows) -> Columns:
    since: Any = _or(_.days_since_visit, float(REACH))
    steady: Any = _or(_.sessions_decayed_long) * MONTH / windows.horizon
    return {
        **{name: _or(_[name]) for name in COUNTS},
        "days_since_visit": since,
        "visit_lateness": since * _or(_.sessions) / REACH,
        "visit_after_order": ibis.greatest(_.recency - since, 0.0),
        "sessions_trend": change(_or(_.sessions_month), _or(_.sessions_month_before)),
        "sessions_fade": change(_or(_.sessions_decayed_month), steady),
    }


def voice() -> Columns:
    counts = ("reviews", "complaints", "complaints_fresh", "complaints_slow", "praise_slow")
    return {
        **{name: _or(_[name]) for name in (*counts, *(f"complaint_{aspect}" for aspect in ASPECTS))},
        "stars_balance": ratio(_or(_.stars), _or(_.reviews) + 1),
    }


def season() -> Columns:
    return {"season_share": ratio(_.orders_in_season, _.orders), "autumn_share": ratio(_.orders_in_autumn, _.orders)}


def details() -> Columns:
    """For the wording of reasons only. Null where there is none."""
    gap: Any = ibis.ifelse(_.days > 1, _gap_mean(), ibis.null("float64"))
    moments = ("first_order_at", "last_order_at", "last_visit_at", "last_refund_at", "last_complaint_at")
    return {
        **{name: _[name] for name in moments},
        "usual_gap_days": gap,
        "last_complaint_aspect": _.last_complaint_aspect,
        **{f"complaints_{aspect}": _or(_[f"complaints_{aspect}"]) for aspect in ASPECTS},
    }


def _or(value: Column, otherwise: float = 0.0) -> Column:
    return ibis.coalesce(value, otherwise)


def _bounded(share: Column) -> Column:
    """Between -1 and 1, whatever lines of negative quantity do to it."""
    return ibis.greatest(ibis.least(share, 1.0), -1.0)


def _gap_mean() -> Column:
    """Days between purchase days; the shop's usual gap for a customer with one."""
    return ibis.ifelse(_.days > 1, ratio(_.age - _.recency, _.days - 1), _.usual_gap)


def _expected_gap() -> Column:
    """The customer's mean gap, drawn to the shop's as if one such gap had been seen."""
    return ibis.greatest((_.age - _.recency + _.usual_gap) / _.days, 1.0)


def _gap_variance() -> Column:
    mean: Any = _gap_mean()
    return ibis.ifelse(
        _.days > 2, ibis.greatest(_.gap_squares / ibis.greatest(_.days - 1, 1.0) - mean * mean, 0.0), 0.0
    )
