-- The features of tools/churn/features as somebody would write them for DuckDB by hand. Parameters in braces; the table
-- `vectors` holds product_id and taste_1 to taste_8.
WITH days AS (
    SELECT customer_id, date_diff('day', ordered_at::DATE, DATE '{day}') AS ago, count(*) AS orders,
        sum(coalesce(total::DOUBLE, 0)) AS spend, max(coalesce(total::DOUBLE, 0)) AS largest,
        count(*) FILTER (month(ordered_at) >= 10) AS autumn
    FROM orders
    WHERE ordered_at <= TIMESTAMP '{cutoff}' AND customer_id IS NOT NULL AND status = 'completed'
        AND (total IS NULL OR total > 0)
    GROUP BY ALL
), spaced AS (
    SELECT *, lag(ago) OVER w AS later, lag(ago, 2) OVER w AS second
    FROM days WINDOW w AS (PARTITION BY customer_id ORDER BY ago)
), bought AS (
    SELECT customer_id, sum(orders)::DOUBLE AS orders, count(*)::DOUBLE AS days, sum(spend) AS spend,
        max(largest) AS largest, sum(spend) FILTER (later IS NULL) AS last_basket, min(ago)::DOUBLE AS recency,
        max(ago)::DOUBLE AS age, coalesce(sum((ago - later) * (ago - later)), 0)::DOUBLE AS gap_squares,
        coalesce(sum((ago - later) * ln(ago - later)), 0) AS gap_logs,
        coalesce(sum(ago - later) FILTER (later IS NOT NULL AND second IS NULL), 0)::DOUBLE AS last_gap,
        coalesce(max(ago - later), 0)::DOUBLE AS longest_gap,
        coalesce(sum(orders) FILTER (ago < {quarter}), 0)::DOUBLE AS orders_quarter,
        coalesce(sum(orders) FILTER (ago < {half}), 0)::DOUBLE AS orders_half,
        coalesce(sum(orders) FILTER (ago < {horizon}), 0)::DOUBLE AS orders_last,
        coalesce(sum(orders) FILTER (ago >= {horizon} AND ago < {double}), 0)::DOUBLE AS orders_before,
        coalesce(sum(spend) FILTER (ago < {horizon}), 0) AS spend_last,
        coalesce(sum(spend) FILTER (ago >= {horizon} AND ago < {double}), 0) AS spend_before,
        sum(orders * exp(-ago / ({horizon} / 2))) AS orders_decayed_short,
        sum(orders * exp(-ago / {double})) AS orders_decayed_long,
        sum(spend * exp(-ago / {horizon})) AS spend_decayed,
        coalesce(sum(orders) FILTER (ago % 365 >= 365 - {horizon} AND ago >= 365 - {horizon}), 0)::DOUBLE AS in_season,
        sum(autumn)::DOUBLE AS in_autumn
    FROM spaced GROUP BY customer_id
), usual AS (
    SELECT coalesce(sum(age - recency) / nullif(sum(days - 1), 0), {horizon}) AS gap, avg(recency) AS recency,
        avg(orders_last) AS orders_last, sum(spend) / sum(orders) AS spend
    FROM bought
), baskets AS (
    SELECT customer_id, product_id, count(*) AS lines, sum(quantity) AS units, sum(quantity * unit_price::DOUBLE) AS paid,
        sum(unit_price::DOUBLE) AS price
    FROM order_items JOIN orders USING (order_id)
    WHERE ordered_at <= TIMESTAMP '{cutoff}' AND status = 'completed' AND customer_id IS NOT NULL
        AND (total IS NULL OR total > 0)
    GROUP BY ALL
), prices AS (
    SELECT product_id, sum(price) / sum(lines) AS usual FROM baskets GROUP BY product_id
), priced AS (
    SELECT customer_id, lines, units, paid, category, vectors.*, units * coalesce(usual, price / lines) AS listed,
        CASE WHEN price < 0.97 * lines * coalesce(usual, price / lines) THEN lines ELSE 0 END AS discounted
    FROM baskets LEFT JOIN prices USING (product_id) LEFT JOIN (SELECT product_id, category FROM products) USING (product_id)
        LEFT JOIN vectors USING (product_id)
), categories AS (
    SELECT customer_id, category, count(*) AS products FROM priced GROUP BY ALL
), ranged AS (
    SELECT customer_id, count(category)::DOUBLE AS categories, max(products)::DOUBLE AS top_products
    FROM categories GROUP BY customer_id
), goods AS (
    SELECT customer_id, count(*)::DOUBLE AS products, count(product_id)::DOUBLE AS placed, sum(lines)::DOUBLE AS lines,
        sum(units)::DOUBLE AS units, sum(discounted)::DOUBLE AS discounted, sum(paid) AS paid, sum(listed) AS listed,
        sum(taste_1) AS taste_1, sum(taste_2) AS taste_2, sum(taste_3) AS taste_3, sum(taste_4) AS taste_4,
        sum(taste_5) AS taste_5, sum(taste_6) AS taste_6, sum(taste_7) AS taste_7, sum(taste_8) AS taste_8
    FROM priced GROUP BY customer_id
), refunds AS (
    SELECT customer_id, count(*) FILTER (status = 'refunded' AND coalesce(total, 0) >= 0)::DOUBLE AS refunded,
        count(*) FILTER (status = 'cancelled')::DOUBLE AS cancelled, count(*) FILTER (total < 0)::DOUBLE AS notes,
        sum(abs(total::DOUBLE)) FILTER (status = 'refunded') AS given_back,
        sum(exp(-date_diff('day', ordered_at::DATE, DATE '{day}') / 30)) FILTER (status = 'refunded') AS refunds_fresh,
        sum(exp(-date_diff('day', ordered_at::DATE, DATE '{day}') / 120)) FILTER (status = 'refunded') AS refunds_slow
    FROM orders
    WHERE ordered_at <= TIMESTAMP '{cutoff}' AND customer_id IS NOT NULL AND status <> 'completed'
    GROUP BY customer_id
), sessions AS (
    SELECT customer_id, coalesce(session_id, occurred_at::DATE::VARCHAR) AS session,
        date_diff('day', min(occurred_at)::DATE, DATE '{day}') AS ago, count(*) FILTER (kind = 'view') AS views,
        count(*) FILTER (kind = 'cart_add') AS carts, count(*) FILTER (kind = 'search') AS searches,
        count(*) FILTER (kind = 'checkout') AS checkouts
    FROM events
    WHERE occurred_at <= TIMESTAMP '{cutoff}' AND occurred_at > TIMESTAMP '{cutoff}' - INTERVAL 182 DAY
        AND customer_id IS NOT NULL
    GROUP BY ALL
), visits AS (
    SELECT customer_id, count(*)::DOUBLE AS sessions, sum(views)::DOUBLE AS views, sum(carts)::DOUBLE AS carts,
        sum(searches)::DOUBLE AS searches, count(*) FILTER (carts > 0 AND checkouts = 0)::DOUBLE AS abandoned,
        count(*) FILTER (ago < 28)::DOUBLE AS sessions_month,
        count(*) FILTER (ago >= 28 AND ago < 56)::DOUBLE AS sessions_month_before,
        sum(views) FILTER (ago < 28)::DOUBLE AS views_month, sum(carts) FILTER (ago < 28)::DOUBLE AS carts_month,
        sum(exp(-ago / 7)) AS sessions_decayed_week, sum(exp(-ago / 28)) AS sessions_decayed_month,
        sum(exp(-ago / {horizon})) AS sessions_decayed_long,
        sum(exp(-ago / 28)) FILTER (checkouts = 0) AS idle_decayed_month,
        sum(views * exp(-ago / 28)) AS views_decayed_month,
        sum(exp(-ago / 28)) FILTER (carts > 0 AND checkouts = 0) AS abandoned_decayed_month,
        min(ago)::DOUBLE AS since, bit_count(bit_or(CASE WHEN ago < 84 THEN 1 << (ago // 7) ELSE 0 END)) AS active_weeks
    FROM sessions GROUP BY customer_id
), judged AS (
    SELECT r.customer_id, r.rating, date_diff('day', r.created_at::DATE, DATE '{day}') AS ago,
        coalesce(l.sentiment = 'negative', false) OR coalesce(r.rating <= 2, false) AS negative,
        coalesce(l.sentiment = 'positive', r.rating >= 4, false) AS positive, l.aspects::VARCHAR AS said
    FROM reviews AS r LEFT JOIN review_labels AS l USING (review_id)
    WHERE r.created_at <= TIMESTAMP '{cutoff}' AND r.customer_id IS NOT NULL
), voices AS (
    SELECT customer_id, count(*)::DOUBLE AS reviews, sum(rating - 3) AS stars,
        count(*) FILTER (negative)::DOUBLE AS complaints, sum(exp(-ago / 30)) FILTER (negative) AS complaints_fresh,
        sum(exp(-ago / 120)) FILTER (negative) AS complaints_slow,
        sum(exp(-ago / 120)) FILTER (positive) AS praise_slow,
        sum(exp(-ago / 30)) FILTER (regexp_matches(said, '"quality"\s*:\s*"negative"')) AS quality,
        sum(exp(-ago / 30)) FILTER (regexp_matches(said, '"delivery"\s*:\s*"negative"')) AS delivery,
        sum(exp(-ago / 30)) FILTER (regexp_matches(said, '"price"\s*:\s*"negative"')) AS price,
        sum(exp(-ago / 30)) FILTER (regexp_matches(said, '"service"\s*:\s*"negative"')) AS service,
        sum(exp(-ago / 30)) FILTER (regexp_matches(said, '"packaging"\s*:\s*"negative"')) AS packaging,
        sum(exp(-ago / 30)) FILTER (regexp_matches(said, '"fit"\s*:\s*"negative"')) AS fit,
        sum(exp(-ago / 30)) FILTER (regexp_matches(said, '"design"\s*:\s*"negative"')) AS design
    FROM judged GROUP BY customer_id
), rows AS (
    SELECT b.*, u.gap AS usual_gap, u.recency AS usual_recency, u.orders_last AS usual_orders_last,
        u.spend AS usual_spend,
        CASE WHEN b.days > 1 THEN (b.age - b.recency) / (b.days - 1) ELSE u.gap END AS gap_mean,
        greatest((b.age - b.recency + u.gap) / b.days, 1) AS expected_gap,
        coalesce(date_diff('day', c.signup_at::DATE, DATE '{day}')::DOUBLE, b.age) AS signed_up
    FROM bought AS b CROSS JOIN usual AS u
        LEFT JOIN (FROM customers WHERE signup_at <= TIMESTAMP '{cutoff}') AS c USING (customer_id)
), varied AS (
    SELECT *, CASE WHEN days > 2 THEN greatest(gap_squares / (days - 1) - gap_mean * gap_mean, 0) ELSE 0 END AS variance
    FROM rows
)
SELECT r.customer_id,
    r.recency AS recency_days, coalesce(r.recency / nullif(usual_recency, 0), 0) AS recency_relative,
    r.recency / expected_gap AS lateness, r.recency / greatest(longest_gap, expected_gap) AS lateness_longest,
    (r.recency - expected_gap) / sqrt(variance + expected_gap * expected_gap / 4) AS lateness_deviations,
    (days - 1) * ln((age + usual_gap) / (age - r.recency + usual_gap)) AS silence,
    orders, days - 1 AS repeat_days, 30 * days / (age + usual_gap) AS order_rate, orders_quarter, orders_half,
    orders_last, orders_before, coalesce(orders_last / nullif(usual_orders_last, 0), 0) AS orders_last_relative,
    orders_decayed_short, orders_decayed_long,
    ln(spend + 1) AS spend_log, spend / orders AS spend_mean,
    coalesce(spend / orders / nullif(usual_spend, 0), 0) AS spend_mean_relative, largest AS spend_largest, last_basket,
    coalesce(last_basket / nullif(spend / orders, 0), 1) AS last_basket_relative, spend_last, spend_before,
    spend_decayed, 30 * spend / (age + usual_gap) AS spend_rate,
    coalesce((orders_last - orders_before) / nullif(orders_last + orders_before, 0), 0) AS orders_trend,
    coalesce((spend_last - spend_before) / nullif(spend_last + spend_before, 0), 0) AS spend_trend,
    coalesce((2 * orders_half - orders_last) / nullif(orders_last, 0), 0) AS orders_trend_short,
    CASE WHEN days > 2 THEN coalesce(last_gap / nullif(gap_mean, 0), 1) ELSE 1 END AS pace_change,
    gap_mean, sqrt(variance) AS gap_deviation, sqrt(variance) / greatest(gap_mean, 1) AS gap_variation,
    last_gap AS gap_last, longest_gap AS gap_longest,
    CASE WHEN days > 1 THEN 1 + (
        (gap_logs + r.recency * ln(greatest(r.recency, 1))) / greatest(age, 1) - ln(greatest(age, 1))
    ) / ln(greatest(days, 2)) ELSE 0 END AS clumpiness,
    greatest(signed_up, age) AS tenure_days, age AS age_days, age - r.recency AS recency_age_days,
    greatest(signed_up - age, 0) AS days_to_first_order,
    coalesce(products, 0) AS products, coalesce(categories, 0) AS categories,
    coalesce(lines / orders, 0) AS products_per_order, coalesce(units / orders, 0) AS units_per_order,
    coalesce(top_products / nullif(products, 0), 0) AS top_category_share,
    1 - coalesce(products / nullif(lines, 0), 1) AS repeat_share,
    coalesce(discounted / nullif(lines, 0), 0) AS discount_share,
    greatest(least(coalesce((listed - paid) / nullif(listed, 0), 0), 1), -1) AS discount_depth,
    coalesce(refunded, 0) + coalesce(notes, 0) AS refunded_orders,
    coalesce(refunded, 0) / (coalesce(refunded, 0) + orders) AS refund_share,
    coalesce(cancelled, 0) / (coalesce(cancelled, 0) + orders) AS cancelled_share,
    coalesce(coalesce(given_back, 0) / nullif(coalesce(given_back, 0) + spend, 0), 0) AS given_back_share,
    coalesce(refunds_fresh, 0) AS refunds_fresh, coalesce(refunds_slow, 0) AS refunds_slow,
    coalesce(sessions, 0) AS sessions, coalesce(views, 0) AS views, coalesce(carts, 0) AS carts,
    coalesce(searches, 0) AS searches, coalesce(abandoned, 0) AS abandoned,
    coalesce(sessions_month, 0) AS sessions_month, coalesce(sessions_month_before, 0) AS sessions_month_before,
    coalesce(views_month, 0) AS views_month, coalesce(carts_month, 0) AS carts_month,
    coalesce(sessions_decayed_week, 0) AS sessions_decayed_week,
    coalesce(sessions_decayed_month, 0) AS sessions_decayed_month,
    coalesce(sessions_decayed_long, 0) AS sessions_decayed_long, coalesce(idle_decayed_month, 0) AS idle_decayed_month,
    coalesce(views_decayed_month, 0) AS views_decayed_month,
    coalesce(abandoned_decayed_month, 0) AS abandoned_decayed_month, coalesce(since, 182) AS days_since_visit,
    coalesce(since, 182) * coalesce(sessions, 0) / 182 AS visit_lateness,
    greatest(r.recency - coalesce(since, 182), 0) AS visit_after_order,
    coalesce(active_weeks, 0)::DOUBLE AS active_weeks,
    coalesce((sessions_month - sessions_month_before) / nullif(sessions_month + sessions_month_before, 0), 0)
        AS sessions_trend,
    coalesce((sessions_decayed_month - sessions_decayed_long * 28 / {horizon})
        / nullif(sessions_decayed_month + sessions_decayed_long * 28 / {horizon}, 0), 0) AS sessions_fade,
    coalesce(reviews, 0) AS reviews, coalesce(stars / (reviews + 1), 0) AS stars_balance,
    coalesce(complaints, 0) AS complaints, coalesce(complaints_fresh, 0) AS complaints_fresh,
    coalesce(complaints_slow, 0) AS complaints_slow, coalesce(praise_slow, 0) AS praise_slow,
    coalesce(quality, 0) AS complaint_quality, coalesce(delivery, 0) AS complaint_delivery,
    coalesce(price, 0) AS complaint_price, coalesce(service, 0) AS complaint_service,
    coalesce(packaging, 0) AS complaint_packaging, coalesce(fit, 0) AS complaint_fit,
    coalesce(design, 0) AS complaint_design,
    in_season / orders AS season_share, in_autumn / orders AS autumn_share,
    coalesce(taste_1 / nullif(placed, 0), 0) AS taste_1, coalesce(taste_2 / nullif(placed, 0), 0) AS taste_2,
    coalesce(taste_3 / nullif(placed, 0), 0) AS taste_3, coalesce(taste_4 / nullif(placed, 0), 0) AS taste_4,
    coalesce(taste_5 / nullif(placed, 0), 0) AS taste_5, coalesce(taste_6 / nullif(placed, 0), 0) AS taste_6,
    coalesce(taste_7 / nullif(placed, 0), 0) AS taste_7, coalesce(taste_8 / nullif(placed, 0), 0) AS taste_8
FROM varied AS r LEFT JOIN goods USING (customer_id) LEFT JOIN ranged USING (customer_id) LEFT JOIN refunds USING (customer_id)
    LEFT JOIN visits USING (customer_id) LEFT JOIN voices USING (customer_id)
