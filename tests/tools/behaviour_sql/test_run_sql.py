"""run_sql as the model meets it: what the text says, what the table holds, how mistakes are answered."""

import json
from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from store.errors import WinbackError
from tools.behaviour.run_sql import run_sql
from tools.contract import RunSql
from tools.result import ToolResult

Ask = Callable[[str], ToolResult]


@pytest.fixture
def ask(trap: Any) -> Ask:
    shop: Any = SimpleNamespace(warehouse=trap.warehouse, as_of=datetime(2011, 5, 6, 12, 0), currency="GBP")
    return lambda sql: run_sql(SimpleNamespace(shop=shop), RunSql(sql=sql))  # type: ignore[arg-type]


def test_rows_read_as_they_should_be_quoted(ask: Ask) -> None:
    result = ask(
        "SELECT status, sum(total) AS spend, count(*) AS total, year(min(ordered_at)) AS since, avg(total) AS mean, "
        "count(*) / 3000 AS share, min(ordered_at) AS first FROM orders GROUP BY 1 ORDER BY 1"
    )
    assert result.text.splitlines() == [
        "3 rows.",
        "status, spend, total, since, mean, share, first",
        "1. cancelled, £4,945.00, 143, 2011, £34.58, 0.0477, 2011-01-02 00:30",
        "2. completed, £93,611.00, 2,714, 2011, £34.49, 0.9047, 2011-01-01 10:30",
        "3. refunded, £4,944.00, 143, 2011, £34.57, 0.0477, 2011-01-01 17:30",
    ]
    assert result.artifact is not None
    assert result.artifact.columns == ["status", "spend", "total", "since", "mean", "share", "first"]
    assert result.artifact.rows[0][:4] == ["cancelled", 4945.0, 143, 2011]
    assert (result.artifact.sql or "").startswith("SELECT\n  status,")
    assert json.dumps(result.artifact.rows)
    assert not result.untrusted


def test_ten_rows_are_told_and_a_thousand_kept(ask: Ask) -> None:
    result = ask("SELECT order_id FROM orders ORDER BY 1")
    lines = result.text.splitlines()
    assert (lines[0], lines[2], lines[11], len(lines)) == ("More than 1,000 rows.", "1. o0", "10. o1005", 14)
    assert lines[12] == "The other 990 rows are in the table."
    assert "count or group" in lines[13]
    assert result.artifact is not None
    assert len(result.artifact.rows) == 1000


def test_exactly_a_thousand_rows_are_not_called_more(ask: Ask) -> None:
    assert ask("SELECT order_id FROM orders LIMIT 1000").text.startswith("1,000 rows.\n")
    assert ask("SELECT order_id FROM orders LIMIT 1500").text.startswith("More than 1,000 rows.\n")


def test_nothing_found_is_said(ask: Ask) -> None:
    assert ask("SELECT order_id FROM orders WHERE total < 0").text == "0 rows."


def test_days_are_written_as_days(ask: Ask) -> None:
    result = ask("SELECT date_trunc('month', ordered_at) AS month, count(*) FROM orders GROUP BY 1 ORDER BY 1 LIMIT 1")
    assert result.text.splitlines()[2] == "1. 2011-01-01, 734"


def test_today_is_said(ask: Ask) -> None:
    result = ask("SELECT count(*) FROM orders WHERE ordered_at > current_date - 2")
    assert result.interpreted == {"today": "2011-05-06"}


def test_customers_own_words_are_marked(ask: Ask) -> None:
    assert ask("SELECT text FROM reviews LIMIT 1").untrusted
    assert not ask("SELECT avg(rating) FROM reviews").untrusted


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("sum(total)", "£103,500.00"),
        ("sum(total) / count(*)", "£34.50"),
        ("sum(total) / sum(total)", "1"),
        ("round(sum(CASE WHEN total > 58 THEN total ELSE 0 END), 1)", "£3,540.00"),
        ("sum(total) - (SELECT sum(total) FROM orders)", "£0.00"),
        ("count(*) AS total", "3,000"),
        ("avg(hour(ordered_at)) AS price", "11.5"),
        ("max(total) > 5", "yes"),
        ("max(NULL)", "none"),
        ("sum(total) * 2", "£207,000.00"),
    ],
)
def test_money_is_told_by_where_it_comes_from(expression: str, text: str, ask: Ask) -> None:
    assert ask(f"SELECT {expression} FROM orders").text.splitlines()[2] == f"1. {text}"


def test_money_is_followed_through_subqueries(ask: Ask) -> None:
    sql = (
        "WITH s AS (SELECT customer_id, sum(i.quantity * i.unit_price) AS x FROM order_items i "
        "JOIN orders USING (order_id) GROUP BY 1) "
        "SELECT max(x), count(*) FROM (SELECT * FROM s WHERE customer_id IS NOT NULL) t"
    )
    assert ask(sql).text.splitlines()[2] == "1. £626.25, 54"


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT totl FROM orders", "no column totl; did you mean total? orders has order_id, customer_id"),
        ("SELECT o.totl FROM orders o", "no column totl; did you mean total?"),
        ("SELECT category FROM orders", "category is a column of products"),
        ("SELECT t.ordered_at FROM (SELECT total FROM orders) t", "ordered_at is not in reach"),
        ("SELECT x.total FROM orders o", "No table in this FROM is called x"),
        ("SELECT country FROM orders JOIN customers USING (customer_id)", "country is in more than one"),
        ("SELECT country, sum(total) FROM orders", "country must be in GROUP BY"),
        ("SELECT 1 FROM orders WHERE sum(total) > 1", "move them into HAVING"),
        ("SELECT sum(status) FROM orders", "types in this SQL do not fit"),
        ("SELECT * FROM facts.main.orders", "without a schema"),
    ],
)
def test_mistakes_are_answered_with_names(sql: str, words: str, ask: Ask) -> None:
    with pytest.raises(WinbackError) as problem:
        ask(sql)
    assert words in str(problem.value)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CAST(customer_id AS INTEGER) FROM customers",
        "SELECT CAST(text AS DATE) FROM reviews",
        "SELECT strptime(text, '%Y') FROM reviews",
        "SELECT count(*) FROM reviews WHERE text > 5",
        "SELECT CAST(total * 1000000000 AS TINYINT) FROM orders",
        "SELECT attributes->>'$.tier' + 1 FROM customers",
    ],
)
def test_errors_do_not_echo_data(sql: str, ask: Ask) -> None:
    with pytest.raises(WinbackError) as problem:
        ask(sql)
    said = str(problem.value)
    assert not any(word in said for word in ("c1", "c0", "love", "gold", "0000"))
    assert "\n" not in said


def test_missing_tables_are_said(trap: Any, tmp_path: Any) -> None:
    from store.warehouse import Warehouse, building

    with building(tmp_path, "facts", name="Small", currency="GBP", timezone="UTC") as connection:
        connection.execute(
            "INSERT INTO orders VALUES ('o1', 'c1', TIMESTAMP '2011-01-01', 'web', 'completed', 1, NULL)"
        )
    shop: Any = SimpleNamespace(warehouse=Warehouse.open(tmp_path), as_of=datetime(2011, 5, 6), currency="GBP")
    for sql, words in (("FROM segments", "winback refresh"), ("FROM reviews", "no reviews")):
        with pytest.raises(WinbackError, match=words):
            run_sql(SimpleNamespace(shop=shop), RunSql(sql=sql))  # type: ignore[arg-type]
    shop.warehouse = SimpleNamespace(facts_file=None, insights_file=None, pinned=trap.warehouse.pinned)
    with pytest.raises(WinbackError, match="query_metric"):
        run_sql(SimpleNamespace(shop=shop), RunSql(sql="SELECT 1"))  # type: ignore[arg-type]
