"""The SQL of the demo shop: staged tables, how facts are filled from them, and what the truth holds."""

STAGED = {
    "staged_window": "at_end TIMESTAMP",
    "staged_customers": """
        customer BIGINT, orders_per_day DOUBLE, base_hazard_per_day DOUBLE, sensitivity DOUBLE, thrift DOUBLE,
        mood DOUBLE, visits_per_day DOUBLE, taste_group BIGINT, tastes DOUBLE[], left_at TIMESTAMP, left_over VARCHAR,
        gone BOOLEAN, churn_hazard_30d DOUBLE, churn_hazard_90d DOUBLE, churn_hazard_180d DOUBLE""",
    "staged_orders": """
        key BIGINT, customer BIGINT, moment TIMESTAMP, channel VARCHAR, status VARCHAR, pence BIGINT,
        country VARCHAR, identified BOOLEAN, ahead BOOLEAN""",
    "staged_items": "key BIGINT, line BIGINT, product_id VARCHAR, quantity BIGINT, pence BIGINT",
    "staged_incidents": """
        key BIGINT, customer BIGINT, product_id VARCHAR, kind VARCHAR, aspect VARCHAR, moment TIMESTAMP,
        leave_probability DOUBLE, made_leave BOOLEAN, complained BOOLEAN, surge_id VARCHAR""",
    "staged_reviews": """
        key BIGINT, customer BIGINT, product_id VARCHAR, rating BIGINT, text VARCHAR, language VARCHAR,
        moment TIMESTAMP, sentiment VARCHAR, aspects JSON, style VARCHAR, contradicts BOOLEAN, incident VARCHAR""",
    "staged_offers": "customer BIGINT, offer VARCHAR, without DOUBLE, with_offer DOUBLE, hazard_factor DOUBLE",
    "staged_surges": """
        surge_id VARCHAR, kind VARCHAR, aspect VARCHAR, scope VARCHAR, value VARCHAR, starts TIMESTAMP,
        ends TIMESTAMP, chance DOUBLE""",
    "staged_products": """
        product_id VARCHAR, popularity_rank BIGINT, quality_merit DOUBLE, price_merit DOUBLE, fit_merit DOUBLE,
        design_merit DOUBLE""",
}

MACROS = (
    "CREATE TEMP MACRO customer_name(number) AS format('c{:06d}', number)",
    "CREATE TEMP MACRO pounds(pence) AS pence * 0.01",
)

# facts that go straight from a block into their table; anything else is inserted as it is
INSERTS = {
    "customers": """
        INSERT INTO customers SELECT customer_name(customer), country, language, signup_at,
            json_object('age_band', age_band, 'acquired_by', acquired_by, 'loyalty_card', loyalty_card)
        FROM chunk""",
    "events": """
        INSERT INTO events SELECT format('e{:09d}', event), customer_name(customer), format('s{:08d}', session),
            occurred_at, kind, product_id, query, duration_s
        FROM chunk""",
}

FACTS_SQL = (
    """
    CREATE TEMP TABLE numbered AS
        SELECT key, format('o{:08d}', row_number() OVER (ORDER BY moment, key)) AS order_id
        FROM staged_orders WHERE NOT ahead""",
    """
    INSERT INTO orders
        SELECT order_id, CASE WHEN identified THEN customer_name(customer) END, moment, channel, status, pounds(pence),
            country
        FROM staged_orders JOIN numbered USING (key) ORDER BY order_id""",
    """
    INSERT INTO order_items
        SELECT order_id, line, product_id, quantity, pounds(pence)
        FROM staged_items JOIN numbered USING (key) ORDER BY order_id, line""",
    """
    CREATE TEMP TABLE numbered_reviews AS
        SELECT format('r{:08d}', row_number() OVER (ORDER BY moment, key)) AS review_id, * FROM staged_reviews""",
    """
    INSERT INTO reviews
        SELECT review_id, customer_name(customer), product_id, rating, text, language, moment
        FROM numbered_reviews ORDER BY review_id""",
)

TRUTH_SQL = {
    "customers": """
        WITH future AS (
            SELECT customer,
                count(*) FILTER (moment < at_end + INTERVAL 30 DAY) AS orders_30d,
                count(*) FILTER (moment < at_end + INTERVAL 90 DAY) AS orders_90d,
                count(*) AS orders_180d,
                sum(pence) FILTER (moment < at_end + INTERVAL 90 DAY AND status = 'completed') AS pence_90d
            FROM staged_orders, staged_window WHERE ahead GROUP BY customer)
        SELECT customer_name(customer) AS customer_id, hidden.* EXCLUDE customer,
            CASE WHEN gone THEN 1 ELSE 1 - exp(-churn_hazard_90d) END AS churn_probability_90d,
            coalesce(orders_30d, 0) AS future_orders_30d,
            coalesce(orders_90d, 0) AS future_orders_90d,
            coalesce(orders_180d, 0) AS future_orders_180d,
            pounds(coalesce(pence_90d, 0)) AS future_spend_90d
        FROM staged_customers AS hidden LEFT JOIN future USING (customer) ORDER BY customer""",
    "future_orders": """
        SELECT customer_name(customer) AS customer_id, moment AS ordered_at, status, line, product_id, quantity,
            pounds(i.pence) AS unit_price
        FROM staged_orders JOIN staged_items AS i USING (key) WHERE ahead ORDER BY customer, moment, line""",
    "anonymous_orders": """
        SELECT order_id, customer_name(customer) AS customer_id
        FROM staged_orders JOIN numbered USING (key) WHERE NOT identified ORDER BY order_id""",
    "incidents": """
        SELECT order_id, customer_name(customer) AS customer_id, product_id, kind, aspect, moment AS happened_at,
            leave_probability, made_leave, complained, surge_id
        FROM staged_incidents JOIN numbered USING (key) ORDER BY order_id""",
    "reviews": """
        SELECT review_id, order_id, sentiment, aspects, style, contradicts, incident
        FROM numbered_reviews JOIN numbered USING (key) ORDER BY review_id""",
    "offers": """
        SELECT customer_name(customer) AS customer_id, offer, without AS buys_without, with_offer AS buys_with,
            with_offer - without AS uplift, hazard_factor
        FROM staged_offers ORDER BY customer, offer""",
    "surges": "SELECT * FROM staged_surges ORDER BY surge_id",
    "products": "SELECT * FROM staged_products ORDER BY product_id",
}
