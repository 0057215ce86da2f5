"""The guard alone: the whole suite is refused, honest questions pass and still mean the same."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from store.warehouse.files import attach
from tools.behaviour.sql.allowed import TABLES
from tools.behaviour.sql.guard import check
from tools.behaviour.sql.refused import SqlRefused

HERE = Path(__file__).parent
FAMILY: dict[str, str] = yaml.safe_load((HERE.parents[2] / "training" / "sql_family.yaml").read_text("utf-8"))
NOW = datetime(2011, 5, 6, 12, 0)
HONEST: list[str] = yaml.safe_load((HERE / "honest.yaml").read_text("utf-8"))


def flat(sql: str) -> str:
    return " ".join(check(sql, NOW).sql.split())


def test_the_guard_refuses(bypass: dict[str, str], trap: Any) -> None:
    with pytest.raises(SqlRefused) as refusal:
        check(trap.fill(bypass["sql"]), NOW)
    assert str(refusal.value).endswith((".", "?"))
    assert "\n" not in str(refusal.value)


def test_the_suite_is_large_and_without_repeats() -> None:
    cases = yaml.safe_load((HERE / "bypass.yaml").read_text("utf-8"))
    assert len({case["sql"] for case in cases}) == len(cases) >= 150
    assert {case["breach"] for case in cases} == {"write", "file", "pii", "network", "settings", "trick", "limit"}


@pytest.mark.parametrize("sql", HONEST)
def test_an_honest_question_passes_and_keeps_its_meaning(sql: str, trap: Any) -> None:
    connection = attach(trap.warehouse.facts_file, trap.warehouse.insights_file)
    raw = connection.execute(sql).fetchall()
    checked = connection.execute(check(sql, NOW).sql).fetchall()
    assert sorted(map(repr, checked)) == sorted(map(repr, raw))


@pytest.mark.parametrize("name", FAMILY)
def test_the_bundled_models_statements_pass(name: str) -> None:
    sql = re.sub(
        r"\{(\w+?)2?\}", lambda slot: {"n": "3", "money": "100", "year": "2011"}.get(slot[1], "lamp"), FAMILY[name]
    )
    assert check(sql, NOW).tables


@pytest.mark.parametrize(
    ("sql", "limit"),
    [
        ("SELECT * FROM orders", 1001),
        ("SELECT * FROM orders LIMIT 1000", 1000),
        ("SELECT * FROM orders LIMIT 5000", 1001),
        ("SELECT * FROM orders -- LIMIT 5", 1001),
        ("SELECT * FROM orders /* LIMIT 5 */", 1001),
        ("SELECT * FROM (SELECT * FROM orders LIMIT 999999) x", 1001),
        ("SELECT * FROM orders FETCH FIRST 7 ROWS ONLY", 7),
        ("SELECT * FROM orders FETCH FIRST 99999 ROWS ONLY", 1001),
        ("(SELECT * FROM orders LIMIT 8)", 8),
        ("(SELECT * FROM orders) LIMIT 90000", 1001),
        ("SELECT 1 UNION ALL SELECT 2 LIMIT 70000", 1001),
        ("SELECT order_id FROM orders ORDER BY 1 LIMIT 5 OFFSET 10", 5),
        ("FROM orders", 1001),
        ("SELECT 1;", 1001),
    ],
)
def test_rows_are_capped_by_rewriting(sql: str, limit: int) -> None:
    assert f" LIMIT {limit}" in flat(sql).replace(") x LIMIT 1001", " LIMIT 1001")


def test_today_is_the_shops() -> None:
    statement = check("SELECT count(*) FROM orders WHERE ordered_at > current_date - 30 AND ordered_at < now()", NOW)
    assert "CAST('2011-05-06' AS DATE) - 30" in statement.sql
    assert "CAST('2011-05-06 12:00:00' AS TIMESTAMP)" in statement.sql
    assert statement.today == "2011-05-06"
    assert check("SELECT 1", NOW).today is None


def test_comments_do_not_run() -> None:
    assert flat("SELECT /*+ hint */ 1 -- ; DROP VIEW orders") == "SELECT 1 LIMIT 1001"


@pytest.mark.parametrize(
    ("sql", "quotes"),
    [
        ("SELECT text FROM reviews", True),
        ("SELECT * FROM reviews", True),
        ("SELECT e FROM reviews AS r(a, b, c, d, e)", True),
        ("SELECT r FROM reviews r", True),
        ("SELECT x FROM (SELECT max(query) AS x FROM events)", True),
        ("SELECT attributes FROM customers", True),
        ("SELECT count(*) FROM reviews", False),
        ("SELECT customer_id, count(*) FROM events GROUP BY 1", False),
        ("SELECT * FROM orders", False),
    ],
)
def test_customers_own_words_are_known(sql: str, quotes: bool) -> None:
    assert check(sql, NOW).quotes_customers is quotes


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("SELECT * FROM order", "did you mean orders?"),
        ("SELECT 1; SELECT 2", "one statement"),
        ("DROP TABLE orders", "not DROP"),
        ("SELECT repeat('a', 3)", "function repeat"),
        ("SELECT * FROM orders, customers", "needs a condition"),
        ("", "needs one SELECT"),
        ("   ;  ", "send one SELECT"),
        ("SELEC 1", "cannot be read"),
        ("SELECT " + "1 + " * 4000 + "1", "at most 10,000"),
        ("SELECT " + "(" * 60 + "1" + ")" * 60, "nested too deeply"),
        ("SELECT " + "1+" * 2000 + "1", "nested too deeply"),
        ("SELECT '" + "a" * 501 + "'", "longer than 500"),
        ("SELECT " + "9" * 41, "too many digits"),
        ("SELECT 1 FROM orders WHERE total IN (" + "1," * 200 + "1)", "may hold 200"),
        ("SELECT 1 " + "UNION SELECT 1 " * 9, "at most 8"),
        ("SELECT " + ", ".join(["(SELECT 1)"] * 30), "at most 24"),
        (
            "SELECT count(*) FROM orders a " + " ".join(f"JOIN orders o{i} USING (order_id)" for i in range(9)),
            "at most 8",
        ),
    ],
)
def test_a_refusal_says_what_to_do(sql: str, words: str) -> None:
    with pytest.raises(SqlRefused, match=words.replace("?", r"\?")):
        check(sql, NOW)


_WORDS = [
    *"SELECT FROM WHERE WITH AS ( ) , ; * ' \" -- /* */ JOIN ON = LIMIT UNION ALL COPY TO ATTACH main . ::".split(),
    *"orders customers total order_id 1 'x.csv' \"x.csv\" duckdb_settings() $1 ? [ ] { }".split(),
    *("read_text('/etc/passwd')", "getenv('A')", "\n"),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=25).map(" ".join) | st.text(max_size=60))
def test_whatever_comes_in_only_shop_tables_come_out(sql: str) -> None:
    try:
        statement = check(sql, NOW)
    except SqlRefused:
        return
    assert statement.tables <= set(TABLES)
    assert check(statement.sql, NOW).sql == statement.sql
