"""What was planted can be found again in the facts, by whoever looks."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from store.demo.season import CHINA, WEST, black_friday, demand

Query = Callable[[str], list[tuple[Any, ...]]]


def one(rows: list[tuple[Any, ...]]) -> Any:
    return rows[0][0]


def test_orders_follow_each_customers_rate(shop: Query) -> None:
    correlation = shop("""
        SELECT corr(orders_per_day, n) FROM truth_customers
        JOIN (SELECT customer_id, count(*) AS n FROM orders GROUP BY customer_id) USING (customer_id)
        WHERE NOT gone""")
    assert one(correlation) > 0.6


def test_nobody_orders_after_leaving(shop: Query) -> None:
    late = "SELECT count(*) FROM orders JOIN truth_customers USING (customer_id) WHERE ordered_at > left_at"
    assert one(shop(late)) == 0


def test_browsing_fades_before_leaving(shop: Query) -> None:
    """Visits in the fortnight before leaving, against the same customers' fortnight half a year earlier."""
    visits = """
        SELECT count(DISTINCT session_id) FROM events JOIN truth_customers USING (customer_id)
        JOIN customers USING (customer_id)
        WHERE signup_at < left_at - INTERVAL 220 DAY AND left_at > TIMESTAMP '2025-08-20' AND gone
        AND occurred_at BETWEEN left_at - INTERVAL {} DAY AND left_at - INTERVAL {} DAY"""
    just_before, earlier = one(shop(visits.format(14, 0))), one(shop(visits.format(194, 180)))
    assert just_before < 0.6 * earlier


def test_browsing_of_those_who_stay_does_not_fade(shop: Query) -> None:
    visits = """
        SELECT count(DISTINCT session_id) FROM events JOIN truth_customers USING (customer_id)
        JOIN customers USING (customer_id)
        WHERE signup_at < TIMESTAMP '2025-06-01' AND left_at IS NULL
        AND occurred_at BETWEEN TIMESTAMP '2026-06-30' - INTERVAL {} DAY AND TIMESTAMP '2026-06-30' - INTERVAL {} DAY"""
    assert one(shop(visits.format(42, 0))) > 0.75 * one(shop(visits.format(126, 84)))


def test_customers_leave_more_often_after_an_incident(shop: Query) -> None:
    """Share gone within 60 days of an order: after an incident, and after an order without one."""
    left = """
        SELECT avg((left_at IS NOT NULL AND left_at < ordered_at + INTERVAL 60 DAY)::INT)
        FROM orders JOIN truth_customers USING (customer_id)
        WHERE ordered_at < TIMESTAMP '2026-05-01' AND order_id {} (SELECT order_id FROM truth_incidents)"""
    assert one(shop(left.format("IN"))) > 1.5 * one(shop(left.format("NOT IN")))


def test_incidents_cause_complaints(shop: Query) -> None:
    negative = """
        SELECT avg((rating <= 2)::INT) FROM reviews JOIN truth_reviews USING (review_id) WHERE incident IS {} NULL"""
    assert one(shop(negative.format("NOT"))) > 0.6
    assert one(shop(negative.format(""))) < 0.25
    about = """
        SELECT avg((json_extract_string(r.aspects, i.aspect) = 'negative')::INT)
        FROM truth_reviews AS r JOIN truth_incidents AS i USING (order_id)
        WHERE r.sentiment = 'negative' AND r.style NOT IN ('injection', 'contrary')"""
    assert one(shop(about)) > 0.9


def test_incidents_cause_refunds(shop: Query) -> None:
    share = (
        "SELECT avg((status = 'refunded')::INT) FROM orders WHERE order_id {} (SELECT order_id FROM truth_incidents)"
    )
    assert one(shop(share.format("IN"))) > 4 * one(shop(share.format("NOT IN")))


@pytest.mark.parametrize("surge", ["s01", "s02", "s03", "s04", "s05", "s06"])
def test_surges_can_be_seen_in_the_reviews(shop: Query, surge: str) -> None:
    """Weekly complaints about the surge's aspect, within its scope: during and just after, against before."""
    complaints = f"""
        SELECT count(*) FILTER (created_at BETWEEN starts AND ends + INTERVAL 14 DAY)
                / any_value(date_diff('day', starts, least(ends + INTERVAL 14 DAY, TIMESTAMP '2026-07-01')) / 7.0),
            count(*) FILTER (created_at BETWEEN starts - INTERVAL 140 DAY AND starts) / 20.0
        FROM reviews JOIN truth_reviews USING (review_id) JOIN products USING (product_id)
        JOIN customers USING (customer_id), truth_surges
        WHERE surge_id = '{surge}' AND json_extract_string(aspects, aspect) = 'negative'
        AND CASE scope WHEN 'product' THEN product_id = value WHEN 'category' THEN category = value
            WHEN 'country' THEN country = value ELSE true END"""
    during, before = shop(complaints)[0]
    assert during > 1.6 * before
    assert during > 0


def test_christmas_and_black_friday_are_busy(shop: Query) -> None:
    monthly = dict(shop("SELECT strftime(ordered_at, '%Y-%m'), count(*) FROM orders GROUP BY 1"))
    assert monthly["2025-12"] > 1.25 * monthly["2025-09"]
    assert demand(black_friday(2025), WEST) > 1.8 * demand(date(2025, 10, 10), WEST)
    assert black_friday(2025) == date(2025, 11, 28)
    assert demand(date(2025, 11, 11), CHINA) > 2 * demand(date(2025, 11, 11), WEST)


def test_the_churn_probability_is_that_of_leaving(shop: Query) -> None:
    """Those still there leave within 90 days as often as their probabilities say."""
    expected, happened, people = shop("""
        SELECT sum(churn_probability_90d),
            count(*) FILTER (left_at < TIMESTAMP '2026-07-01' + INTERVAL 90 DAY), count(*)
        FROM truth_customers WHERE NOT gone""")[0]
    assert abs(expected - happened) < 3 * (expected * (1 - expected / people)) ** 0.5


def test_future_orders_are_summed_up(shop: Query) -> None:
    orders = """
        SELECT count(DISTINCT (customer_id, ordered_at)) FROM truth_future_orders
        WHERE ordered_at < TIMESTAMP '2026-07-01' + INTERVAL 90 DAY"""
    assert one(shop(orders)) == one(shop("SELECT sum(future_orders_90d) FROM truth_customers"))
    assert one(shop("SELECT min(ordered_at) FROM truth_future_orders")).date() >= date(2026, 7, 1)


def test_offers_work_differently_for_different_people(shop: Query) -> None:
    assert one(shop("SELECT count(*) FROM truth_offers")) == 7 * 2000
    best = "SELECT arg_max(offer, uplift) AS best FROM truth_offers GROUP BY customer_id"
    assert one(shop(f"SELECT count(DISTINCT best) FROM ({best})")) == 7
    assert 0.05 < one(shop("SELECT avg((uplift < 0)::INT) FROM truth_offers")) < 0.5
    bargain = """
        SELECT corr(thrift, ln(buys_with / (1 - buys_with)) - ln(buys_without / (1 - buys_without)))
        FROM truth_offers JOIN truth_customers USING (customer_id) WHERE offer = 'twenty_percent_off'"""
    assert one(shop(bargain)) > 0.5


def test_taste_groups_buy_different_things(shop: Query) -> None:
    favourites = """
        SELECT taste_group, mode(product_id) FROM order_items JOIN orders USING (order_id)
        JOIN truth_customers USING (customer_id) JOIN products USING (product_id)
        WHERE category = 'kitchen' GROUP BY taste_group"""
    assert len({product for _, product in shop(favourites)}) >= 3


def test_visits_read_like_visits(shop: Query) -> None:
    """Carts are filled after a look, checkouts end in an order, and a search leads to no product of its own."""
    assert one(shop("SELECT count(*) FROM events WHERE (kind = 'search') <> (query IS NOT NULL)")) == 0
    unpaid = """
        SELECT count(*) FROM events AS e WHERE kind = 'checkout' AND NOT EXISTS (
            FROM orders AS o WHERE o.customer_id = e.customer_id AND o.ordered_at = e.occurred_at)"""
    assert one(shop(unpaid)) == 0
    bought, visits = shop(
        "SELECT count(DISTINCT session_id) FILTER (kind = 'checkout'), count(DISTINCT session_id) FROM events"
    )[0]
    assert 0.1 < bought / visits < 0.35
