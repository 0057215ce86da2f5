"""What a model sees of a customer, and which reason each column belongs to. The order is the model's."""

from tools.churn.features.goods import TASTE
from tools.reviews.labels import ASPECTS

_NAMES: dict[str, str] = {
    "lateness": "recency_days recency_relative lateness lateness_longest lateness_deviations silence",
    "frequency": "orders repeat_days order_rate orders_quarter orders_half orders_last orders_before "
    "orders_last_relative orders_decayed_short orders_decayed_long",
    "spend": "spend_log spend_mean spend_mean_relative spend_largest last_basket last_basket_relative spend_last "
    "spend_before spend_decayed spend_rate",
    "trend": "orders_trend spend_trend orders_trend_short pace_change",
    "regularity": "gap_mean gap_deviation gap_variation gap_last gap_longest clumpiness",
    "tenure": "tenure_days age_days recency_age_days days_to_first_order",
    "range": "products categories products_per_order units_per_order top_category_share repeat_share",
    "discounts": "discount_share discount_depth",
    "refunds": "refunded_orders refund_share cancelled_share given_back_share refunds_fresh refunds_slow",
    "browsing": "sessions views carts searches abandoned sessions_month sessions_month_before views_month carts_month "
    "sessions_decayed_week sessions_decayed_month sessions_decayed_long idle_decayed_month views_decayed_month "
    "abandoned_decayed_month days_since_visit visit_lateness visit_after_order active_weeks sessions_trend "
    "sessions_fade",
    "complaints": "reviews stars_balance complaints complaints_fresh complaints_slow praise_slow "
    + " ".join(f"complaint_{aspect}" for aspect in ASPECTS),
    "season": "season_share autumn_share",
    "taste": " ".join(TASTE),
}

GROUPS: dict[str, str] = {name: group for group, names in _NAMES.items() for name in names.split()}
FEATURES: tuple[str, ...] = tuple(GROUPS)
DETAILS: tuple[str, ...] = (
    "first_order_at",
    "last_order_at",
    "usual_gap_days",
    "last_visit_at",
    "last_refund_at",
    "last_complaint_at",
    "last_complaint_aspect",
    *(f"complaints_{aspect}" for aspect in ASPECTS),
)
