"""Shops that hold next to nothing, or nonsense: a score with its fallback stated, or a sentence on what is missing."""

import json
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.errors import WinbackError
from store.ledger import Ledger
from store.settings import Settings
from store.shop import Shop
from tests.tools.churn.shops import Row, Rows, opened
from tools.churn.monitoring import folder_of, read_history, summary
from tools.churn.tool import churn_risk
from tools.context import Actor, ToolContext
from tools.contract import ChurnRisk
from tools.refresh import refresh_shop
from tools.result import ToolError

END = NOW = datetime(2026, 3, 1, 12)
LABELLER: Any = None  # nothing here has reviews
NUMBERS = ("churn_probability", "expected_orders", "expected_spend", "spend_if_retained", "value_at_risk")


def shop_of(home: Path, rows: Rows, as_of: datetime | None = None) -> Shop:
    return Shop(Settings(home=home, as_of=as_of), home, opened(home, rows), Ledger.open(home))


def context_of(shop: Shop, language: Any = "en") -> ToolContext:
    return ToolContext(shop, Actor("test", "marketer"), shop.as_of, language=language)


def rows_of(orders: list[tuple[str | None, int, float | None, str]], signup: datetime | None = None) -> Rows:
    """(customer, days before END, total, status) of each order; one line each."""
    made: list[Row] = [
        (f"o{n}", who, END - timedelta(days=ago), "web", status, total, "France")
        for n, (who, ago, total, status) in enumerate(orders)
    ]
    people = sorted({who for who, *_ in orders if who is not None})
    return Rows(
        customers=[(who, "France", "fr", signup, None) for who in people],
        products=[("p1", "Mug", "kitchen", 5, 2), ("p2", "Lamp", "home", 20, 9)],
        orders=made,
        order_items=[(row[0], 1, f"p{1 + n % 2}", 1, row[5] or 0) for n, row in enumerate(made)],
    )


def many(customers: int, per: Callable[[int], list[int]], total: float | None = 20.0) -> Rows:
    orders = [(f"c{n:03}", ago, total, "completed") for n in range(customers) for ago in per(n)]
    return rows_of(orders)


def three() -> Rows:
    return rows_of(
        [("a", 0, 5, "completed"), ("b", 30, 9, "completed"), ("b", 60, 8, "completed"), ("c", 90, 7, "completed")]
    )


def with_refunds() -> Rows:
    rows = rows_of(
        [("a", 0, 5, "completed"), ("b", 1, 0, "completed"), ("c", 2, -4, "refunded"), ("d", 9, 6, "completed")]
    )
    rows.orders.append(("o9", "d", END - timedelta(days=3), "web", "completed", -6, "France"))
    return rows


def oddly_named() -> Rows:
    ids = ["#1 'q'", 'a"b', "客户 7", "a;b--", "x" * 300, "  y ", "%s{0}", "\\n"]
    return rows_of([(who, ago, 10, "completed") for n, who in enumerate(ids) for ago in range(n, 200, 20 + n)])


SCORED: dict[str, Callable[[], Rows]] = {
    "three customers": three,
    "one customer, one order": lambda: rows_of([("a", 0, 5, "completed")]),
    "one order each": lambda: many(300, lambda n: [n]),
    "one day of history": lambda: many(250, lambda n: [0] * (1 + n % 3)),
    "future sign-up": lambda: rows_of([(f"c{n}", n, 9, "completed") for n in range(40)], END + timedelta(days=400)),
    "nothing worth anything but one": with_refunds,
    "unknown totals": lambda: many(40, lambda n: [n, n + 30, n + 70], total=None),
    "odd ids": oddly_named,
    "customers missing from their table": lambda: Rows(
        products=three().products, orders=three().orders, order_items=three().order_items
    ),
    "everybody on the same days": lambda: many(300, lambda _: [0, 50, 100, 150, 200]),
    "one very large order": lambda: rows_of([("a", 0, 1e12, "completed"), ("b", 400, 0.01, "completed")]),
}


def scored(shop: Shop) -> list[dict[str, Any]]:
    """The stored scores, each number finite and possible. Money may be unknown."""
    found: list[dict[str, Any]] = shop.warehouse.table("churn_scores").to_pyarrow().to_pylist()
    for row in found:
        assert 0 <= row["churn_probability"] <= 1
        assert all(row[name] is None or (math.isfinite(row[name]) and row[name] >= 0) for name in NUMBERS)
        assert "NaN" not in json.dumps(json.loads(row["reasons"]))
    return found


@pytest.mark.parametrize("name", SCORED)
def test_a_poor_shop_is_scored_and_says_on_what_grounds(tmp_path: Path, name: str) -> None:
    shop = shop_of(tmp_path, SCORED[name]())
    report = refresh_shop(shop, LABELLER, NOW)
    buyers = {
        row[1] for row in SCORED[name]().orders if row[1] and row[4] == "completed" and (row[5] is None or row[5] > 0)
    }
    rows = scored(shop)
    assert {row["customer_id"] for row in rows} == buyers
    assert report.scores is not None
    assert report.scores.note or name == "everybody on the same days"
    for language in ("en", "zh"):
        text = churn_risk(context_of(shop, language), ChurnRisk()).text
        assert text
        assert "nan" not in text.lower()
        for row in rows[:5]:
            one = churn_risk(context_of(shop, language), ChurnRisk(customer_id=row["customer_id"])).text
            assert "nan" not in one.lower()
    history = read_history(folder_of(tmp_path) / "history.jsonl")
    assert len(history.lines) == 1
    assert history.lines[0]["customers"] == len(buyers)
    assert all(summary(history, language) for language in ("en", "zh"))


def test_the_fallback_tells_customers_apart(tmp_path: Path) -> None:
    """Not one constant for everybody: who bought lately and often is likelier to come back."""
    shop = shop_of(
        tmp_path,
        rows_of([("often", ago, 5, "completed") for ago in range(0, 100, 10)] + [("once", 100, 5, "completed")]),
    )
    refresh_shop(shop, LABELLER, NOW)
    risk = {row["customer_id"]: row["churn_probability"] for row in scored(shop)}
    assert risk["often"] < risk["once"] - 0.1


@pytest.mark.parametrize(
    "orders",
    [
        [("a", 0, 5, "cancelled"), ("b", 9, 8, "cancelled")],
        [(None, 0, 5, "completed"), (None, 9, 8, "completed")],
        [("a", 0, 0, "completed"), ("b", 9, -8, "refunded")],
    ],
    ids=["all cancelled", "all guests", "nothing paid"],
)
def test_a_shop_without_buyers_says_so(tmp_path: Path, orders: list[Any]) -> None:
    shop = shop_of(tmp_path, rows_of(orders))
    report = refresh_shop(shop, LABELLER, NOW)
    assert report.scores is None
    assert any("nobody can be scored" in line for line in report.left_out)
    assert not shop.warehouse.has("churn_scores")
    with pytest.raises((ToolError, WinbackError), match=r"\w{3}.*\."):
        churn_risk(context_of(shop), ChurnRisk())


@pytest.mark.parametrize("ago", [1, 45, 100])
def test_as_of_pinned_earlier_knows_nothing_later(tmp_path: Path, ago: int) -> None:
    rows = many(30, lambda n: [n, n + 40, n + 90])
    now = END - timedelta(days=ago)
    pinned = shop_of(tmp_path / "pinned", rows, now)
    then = shop_of(tmp_path / "then", rows.until(now), now)
    for shop in (pinned, then):
        refresh_shop(shop, LABELLER, NOW)
    by_id: Callable[[dict[str, Any]], str] = lambda row: row["customer_id"]  # noqa: E731
    assert sorted(scored(pinned), key=by_id) == sorted(scored(then), key=by_id)
    segments = [set(map(str, shop.warehouse.table("segments").to_pyarrow().to_pylist())) for shop in (pinned, then)]
    assert segments[0] == segments[1] != set()


@pytest.mark.parametrize("later", [30, 400])
def test_as_of_pinned_later_still_tells_customers_apart(tmp_path: Path, later: int) -> None:
    shop = shop_of(tmp_path, many(60, lambda n: [n, n + 40, n + 90][: 1 + n % 3]), END + timedelta(days=later))
    refresh_shop(shop, LABELLER, NOW)
    assert len({round(row["churn_probability"], 6) for row in scored(shop)}) > 5
