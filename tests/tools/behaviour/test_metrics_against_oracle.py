"""Every metric, by every dimension, over generated shops: the engine's figures equal a plain Python count."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tools.behaviour.compute import Filter, Question, compute
from tools.behaviour.metrics import metrics

Row = dict[str, Any]
COLUMNS = {
    "customers": "customer_id country language signup_at attributes",
    "products": "product_id name category price cost",
    "orders": "order_id customer_id ordered_at channel status total country",
    "order_items": "order_id line product_id quantity unit_price",
    "events": "event_id customer_id session_id occurred_at kind product_id query duration_s",
    "reviews": "review_id customer_id product_id rating text language created_at",
    "review_labels": "review_id sentiment score aspects model_version contradicts_rating text_key",
    "segments": "customer_id segment as_of",
}
TIME: dict[str, Callable[[datetime], Any]] = {
    "hour": lambda at: at.hour,
    "weekday": lambda at: at.weekday(),
    "day": lambda at: datetime(at.year, at.month, at.day),
    "week": lambda at: datetime(at.year, at.month, at.day) - timedelta(days=at.weekday()),
    "month": lambda at: datetime(at.year, at.month, 1),
    "quarter": lambda at: datetime(at.year, 3 * ((at.month - 1) // 3) + 1, 1),
}
PRODUCT = {"product", "category"}
DIMENSIONS = [*TIME, "country", "language", "category", "product", "segment", "channel", "customer"]
ON_ORDERS = "revenue gmv orders units customers new_customers repeat_rate average_order_value items_per_order".split()
ON_ORDERS += ["gross_margin", "refund_rate", "refund_amount"]
ON_SESSIONS = {"cart_abandonment_rate", "conversion_rate"}
ON_EVENTS = {"visitors", "views", "cart_adds"}


class Oracle:
    """Counts with lists and loops, sharing no code with the tool."""

    def __init__(self, *tables: dict[str, list[tuple[Any, ...]]]) -> None:
        for name, columns in COLUMNS.items():
            rows = [row for group in tables for row in group.get(name, [])]
            setattr(self, name, [dict(zip(columns.split(), row, strict=True)) for row in rows])
        self.person = {row["customer_id"]: row for row in self.customers}
        self.product = {row["product_id"]: row for row in self.products}
        self.order = {row["order_id"]: row for row in self.orders}

    def facts_of(self, metric: str, by_product: bool) -> list[Row]:
        if metric in ON_EVENTS:
            return self._events(by_product)
        if metric in ON_SESSIONS:
            return self._sessions(by_product)
        if metric not in ON_ORDERS:
            return [row | {"at": row["created_at"]} | self._negative(row) for row in self.reviews]
        first = self._first_orders() if metric == "new_customers" else None
        if by_product or metric == "gross_margin":
            rows = [self._line(item) for item in self.order_items]
        else:
            rows = [self._order(order) for order in self.orders]
        return [row for row in rows if first is None or row["order_id"] in first]

    def _order(self, order: Row) -> Row:
        pieces = sum(item["quantity"] for item in self.order_items if item["order_id"] == order["order_id"])
        back = abs(order["total"])
        return self._placed(order) | {"amount": order["total"], "quantity": pieces, "back": back}

    def _line(self, item: Row) -> Row:
        order = self._placed(self.order[item["order_id"]])
        amount = item["quantity"] * item["unit_price"]
        return order | item | {"amount": amount, "back": -amount if order["total"] < 0 else amount}

    def _placed(self, order: Row) -> Row:
        country = order["country"] or self.person.get(order["customer_id"], {}).get("country")
        return order | {"at": order["ordered_at"], "country": country}

    def _first_orders(self) -> set[str]:
        first: dict[str, Row] = {}
        for order in sorted(self.orders, key=lambda row: (row["ordered_at"], row["order_id"])):
            if order["status"] == "completed" and order["customer_id"]:
                first.setdefault(order["customer_id"], order)
        return {order["order_id"] for order in first.values()}

    def _events(self, by_product: bool) -> list[Row]:
        rows = [row | {"at": row["occurred_at"]} for row in self.events]
        return [row for row in rows if row["product_id"] or not by_product]

    def _sessions(self, by_product: bool) -> list[Row]:
        visits: dict[str, list[Row]] = defaultdict(list)
        for event in self.events:
            visits[event["session_id"]].append(event)
        rows: list[Row] = []
        for session, events in visits.items():
            visit: Row = {
                "session_id": session,
                "at": min(event["occurred_at"] for event in events),
                "customer_id": max((e["customer_id"] for e in events if e["customer_id"]), default=None),
                "bought": any(event["kind"] == "checkout" for event in events),
            }
            touched = {event["product_id"] for event in events if event["product_id"]} if by_product else {None}
            for product in touched:
                added = any(e["kind"] == "cart_add" and product in (None, e["product_id"]) for e in events)
                rows.append(visit | {"product_id": product, "added": added})
        return rows

    def _negative(self, review: Row) -> Row:
        for label in self.review_labels:
            if label["review_id"] == review["review_id"]:
                return {"negative": label["sentiment"] == "negative"}
        return {"negative": None if review["rating"] is None else review["rating"] <= 2}

    def members(self, row: Row, dimension: str) -> list[Any]:
        """What the row counts for: several segments, none for a guest among customers, one otherwise."""
        if dimension in TIME:
            return [TIME[dimension](row["at"])]
        if dimension == "segment":
            return [s["segment"] for s in self.segments if s["customer_id"] == row["customer_id"] is not None]
        if dimension == "customer":
            return [row["customer_id"]] if row["customer_id"] else []
        if dimension == "product":
            return [row["product_id"]]
        if dimension == "category":
            return [self.product.get(row["product_id"], {}).get("category")]
        if dimension in row:
            return [row[dimension]]
        return [self.person.get(row["customer_id"], {}).get(dimension)]

    def answer(self, metric: str, dimensions: list[str], start: date, end: date, filters: Row) -> Any:
        by_product = bool(PRODUCT & {*dimensions, *filters})
        rows = self.facts_of(metric, by_product)
        rows = [row for row in rows if start <= row["at"].date() <= end]
        for dimension, wanted in filters.items():
            rows = [row for row in rows if self._passes(row, dimension, wanted)]
        if not dimensions:
            return VALUE[metric](rows, self)
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows:
            keys: list[tuple[Any, ...]] = [()]
            for dimension in dimensions:
                keys = [(*key, member) for key in keys for member in self.members(row, dimension)]
            for key in keys:
                groups.setdefault(key, []).append(row)
        answers = {key: VALUE[metric](group, self) for key, group in groups.items()}
        return {key: value for key, value in answers.items() if value is not None}

    def _passes(self, row: Row, dimension: str, wanted: list[Any]) -> bool:
        has = self.members(row, dimension)
        return all(w in has for w in wanted) if dimension == "segment" else any(m in wanted for m in has)


def ratio(top: float, bottom: float) -> float | None:
    return top / bottom if bottom else None


def done(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row["status"] == "completed"]


def distinct(rows: list[Row], column: str = "order_id") -> int:
    return len({row[column] for row in rows if row[column] is not None})


def total(rows: list[Row], column: str) -> Any:
    return sum(row[column] for row in rows) if rows else None


def count(rows: list[Row]) -> int | None:
    """A group that nothing falls in does not appear; a total is then 0."""
    return len(rows) or None


def repeat_rate(rows: list[Row], _oracle: Oracle) -> float | None:
    bought: dict[str, set[str]] = defaultdict(set)
    for row in done(rows):
        if row["customer_id"]:
            bought[row["customer_id"]].add(row["order_id"])
    return ratio(sum(len(orders) > 1 for orders in bought.values()), len(bought))


def gross_margin(rows: list[Row], oracle: Oracle) -> float | None:
    costed = [row for row in done(rows) if oracle.product[row["product_id"]]["cost"] is not None]
    cost = sum(row["quantity"] * oracle.product[row["product_id"]]["cost"] for row in costed)
    sold = sum(row["amount"] for row in costed)
    return ratio(sold - cost, sold)


def refund_rate(rows: list[Row], _oracle: Oracle) -> float | None:
    refunded = [row for row in rows if row["status"] == "refunded"]
    return ratio(distinct(refunded), distinct([row for row in rows if row["total"] >= 0]))


def abandonment(rows: list[Row], _oracle: Oracle) -> float | None:
    added = [row for row in rows if row["added"]]
    return ratio(distinct([row for row in added if not row["bought"]], "session_id"), distinct(added, "session_id"))


def average_rating(rows: list[Row], _oracle: Oracle) -> float | None:
    rated = [row["rating"] for row in rows if row["rating"] is not None]
    return ratio(sum(rated), len(rated))


def negative_share(rows: list[Row], _oracle: Oracle) -> float | None:
    judged = [row["negative"] for row in rows if row["negative"] is not None]
    return ratio(sum(judged), len(judged))


VALUE: dict[str, Callable[[list[Row], Oracle], Any]] = {
    "revenue": lambda rows, _: total(done(rows), "amount"),
    "gmv": lambda rows, _: total([row for row in rows if row["total"] >= 0], "amount"),
    "orders": lambda rows, _: distinct(done(rows)) or None,
    "units": lambda rows, _: total(done(rows), "quantity"),
    "customers": lambda rows, _: distinct(done(rows), "customer_id") if done(rows) else None,
    "new_customers": lambda rows, _: distinct(rows, "customer_id") or None,
    "visitors": lambda rows, _: len({row["customer_id"] or row["session_id"] for row in rows}) or None,
    "repeat_rate": repeat_rate,
    "average_order_value": lambda rows, _: ratio(total(done(rows), "amount") or 0, distinct(done(rows))),
    "items_per_order": lambda rows, _: ratio(total(done(rows), "quantity") or 0, distinct(done(rows))),
    "gross_margin": gross_margin,
    "refund_rate": refund_rate,
    "refund_amount": lambda rows, _: total([row for row in rows if row["status"] == "refunded"], "back"),
    "views": lambda rows, _: count([row for row in rows if row["kind"] == "view"]),
    "cart_adds": lambda rows, _: count([row for row in rows if row["kind"] == "cart_add"]),
    "cart_abandonment_rate": abandonment,
    "conversion_rate": lambda rows, _: ratio(
        distinct([row for row in rows if row["bought"]], "session_id"), distinct(rows, "session_id")
    ),
    "reviews": lambda rows, _: count(rows),
    "average_rating": average_rating,
    "negative_share": negative_share,
    "complaints": lambda rows, _: count([row for row in rows if row["negative"]]),
}

moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 30)).map(lambda at: at.replace(second=0, microsecond=0))
buyers = st.sampled_from(["c1", "c2", "c3", None])
goods = st.sampled_from(["p1", "p2", "p3"])
statuses = st.sampled_from(["completed", "completed", "completed", "refunded", "cancelled"])


def numbered(kind: str, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return [(f"{kind}{number}", *row) for number, row in enumerate(rows)]


@st.composite
def shops(draw: st.DrawFn) -> dict[str, list[tuple[Any, ...]]]:
    channels, countries = st.sampled_from(["web", "app", None]), st.sampled_from(["Spain", "France", None])
    head = st.tuples(buyers, moments, channels, statuses, st.integers(0, 99), countries)
    orders = numbered("o", draw(st.lists(head, min_size=1, max_size=12)))
    orders = [(*row[:5], -row[5] if row[4] == "refunded" and row[5] % 2 else row[5], row[6]) for row in orders]
    line = st.tuples(st.sampled_from([row[0] for row in orders]), goods, st.integers(1, 5), st.integers(1, 20))
    items = draw(st.lists(line, min_size=1, max_size=20))
    kinds = st.sampled_from(["view", "search", "cart_add", "cart_remove", "checkout"])
    sessions = st.sampled_from(["s1", "s2", "s3", "s4"])
    event = st.tuples(buyers, sessions, moments, kinds, st.one_of(goods, st.none()), st.none(), st.none())
    rating, language = st.sampled_from([1, 2, 3, 5, None]), st.sampled_from(["en", "zh"])
    review = st.tuples(buyers, goods, rating, st.just("…"), language, moments)
    return {
        "customers": [("c1", "Spain", "es", None, None), ("c2", "France", None, None, None), ("c3",) + (None,) * 4],
        "products": [("p1", "A", "x", 9, 3), ("p2", "B", "y", 9, None), ("p3", "C", None, 9, 5)],
        "orders": orders,
        "order_items": [(row[0], line, *row[1:]) for line, row in enumerate(items)],
        "events": numbered("e", draw(st.lists(event, min_size=1, max_size=20))),
        "reviews": numbered("r", draw(st.lists(review, min_size=1, max_size=8))),
    }


@st.composite
def insights(draw: st.DrawFn) -> dict[str, list[tuple[Any, ...]]]:
    labels = draw(st.dictionaries(st.integers(0, 7), st.sampled_from(["positive", "neutral", "negative"]), max_size=5))
    pairs = st.tuples(st.sampled_from(["c1", "c2", "c3"]), st.sampled_from(["loyal", "lapsed", "new"]))
    belongs = draw(st.sets(pairs, min_size=1, max_size=5))
    return {
        "review_labels": [(f"r{number}", mood, 0.5, None, "v1", False, None) for number, mood in labels.items()],
        "segments": [(customer, segment, datetime(2026, 4, 30)) for customer, segment in sorted(belongs)],
    }


CHOICES: dict[str, list[Any]] = {
    "country": ["Spain", "France"],
    "language": ["es", "en"],
    "category": ["x", "y"],
    "product": ["p1", "p3"],
    "segment": ["loyal", "lapsed"],
    "channel": ["web", "app"],
    "customer": ["c1", "c2"],
}


def allowed(metric: str) -> list[str]:
    """Only orders have a channel."""
    return [dimension for dimension in DIMENSIONS if dimension != "channel" or metric in ON_ORDERS]


@st.composite
def questions(draw: st.DrawFn, metric: str) -> tuple[list[str], date, date, Row]:
    dimensions = draw(st.lists(st.sampled_from(allowed(metric)), max_size=2, unique=True))
    filterable = st.sampled_from([dimension for dimension in allowed(metric) if dimension in CHOICES])
    chosen = draw(st.lists(filterable, max_size=2, unique=True))
    filters = {
        dimension: draw(st.lists(st.sampled_from(CHOICES[dimension]), min_size=1, max_size=2, unique=True))
        for dimension in chosen
    }
    start = draw(st.dates(date(2026, 1, 1), date(2026, 4, 30)))
    return dimensions, start, draw(st.dates(start, date(2026, 5, 2))), filters


@pytest.mark.parametrize("metric", list(VALUE))
@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
@given(data=st.data())
def test_figures_equal_a_plain_count(metric: str, make_shop: Any, data: st.DataObject) -> None:
    facts, known = data.draw(shops()), data.draw(insights())
    context = make_shop(facts, known)
    oracle = Oracle(facts, known)
    for dimensions, start, end, filters in data.draw(st.lists(questions(metric), min_size=4, max_size=4)):
        chosen = tuple(Filter(dimension, tuple(values), "") for dimension, values in filters.items())
        question = Question(metrics()[metric], tuple(dimensions), start, end, chosen)
        figures = compute(context.shop, question)
        expected = oracle.answer(metric, dimensions, start, end, filters)
        if dimensions:
            assert figures.total == len(expected)
            got = {tuple(row[d] for d in dimensions): float(row["value"]) for row in figures.rows}
            assert got == pytest.approx({key: float(value) for key, value in expected.items()})
        else:
            assert float(figures.rows[0]["value"] or 0) == pytest.approx(float(expected or 0))


PAIRS = [(metric, dimension) for metric in VALUE for dimension in allowed(metric)]


@pytest.mark.parametrize(("metric", "dimension"), PAIRS)
def test_every_metric_by_every_dimension(metric: str, dimension: str, refreshed: Any, tables: Any) -> None:
    figures = compute(refreshed.shop, Question(metrics()[metric], (dimension,)))
    expected = Oracle(*tables).answer(metric, [dimension], date(2026, 1, 1), date(2026, 6, 30), {})
    got = {(row[dimension],): float(row["value"]) for row in figures.rows}
    assert got == pytest.approx({key: float(value) for key, value in expected.items()})
    values = [row["value"] for row in figures.rows]
    assert values == sorted(values, reverse=True)
