"""Small shops of invented customers, with everything a shop can hold, for tests of features and outcomes."""

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from store.warehouse import Warehouse, building

START = datetime(2024, 5, 1)
CUTOFF = datetime(2025, 9, 1, 12)
END_DAYS = 600
ASPECTS = ("quality", "delivery", "price", "service", "packaging", "fit", "design")
MOMENT = {"orders": 2, "events": 3, "reviews": 6}
Row = tuple[Any, ...]


@dataclass
class Rows:
    """The rows of a shop by table, in the order of the schema's columns; `labels` are those of the reviews."""

    customers: list[Row] = field(default_factory=list[Row])
    products: list[Row] = field(default_factory=list[Row])
    orders: list[Row] = field(default_factory=list[Row])
    order_items: list[Row] = field(default_factory=list[Row])
    events: list[Row] = field(default_factory=list[Row])
    reviews: list[Row] = field(default_factory=list[Row])
    review_labels: list[Row] = field(default_factory=list[Row])

    def until(self, moment: datetime) -> "Rows":
        """What there was at that moment; customers who sign up later are not there, products are."""
        orders = [row for row in self.orders if row[2] <= moment]
        reviews = [row for row in self.reviews if row[6] <= moment]
        kept, read = {row[0] for row in orders}, {row[0] for row in reviews}
        return Rows(
            customers=[row for row in self.customers if row[3] is None or row[3] <= moment],
            products=self.products,
            orders=orders,
            order_items=[row for row in self.order_items if row[0] in kept],
            events=[row for row in self.events if row[3] <= moment],
            reviews=reviews,
            review_labels=[row for row in self.review_labels if row[0] in read],
        )


def opened(home: Path, rows: Rows) -> Warehouse:
    """The rows as a shop in `home`."""
    with building(home, "facts", name="Made", currency="GBP", timezone="UTC") as facts:
        for table in ("customers", "products", "orders", "order_items", "events", "reviews"):
            _insert(facts, table, getattr(rows, table))
    if rows.review_labels:
        with building(home, "insights") as insights:
            _insert(insights, "review_labels", rows.review_labels)
    return Warehouse.open(home)


def _insert(connection: Any, table: str, rows: list[Row]) -> None:
    if rows:
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def random_rows(customers: int = 60, seed: int = 1) -> Rows:
    """Customers of all sorts: regulars, bought once, all cancelled, no sign-up, signed up late; and guests."""
    rng = random.Random(seed)
    rows = Rows(products=[(f"p{n}", f"Thing {n}", rng.choice(["a", "b", None]), 10 + n, 5) for n in range(12)])
    for number in range(customers):
        who = f"c{number}"
        signup = rng.choice([None, START - timedelta(days=90), _moment(rng), _moment(rng)])
        if number % 7:
            rows.customers.append((who, "France", "fr", signup, None))
        for _ in range(rng.choice([0, 1, 1, 2, 4, 15])):
            _add_order(rows, rng, who if rng.random() > 0.05 else None)
        for visit in range(rng.choice([0, 0, 3, 25])):
            _add_visit(rows, rng, who, f"s{number}-{visit}" if number % 5 else None)
        for _ in range(rng.choice([0, 0, 1, 3])):
            _add_review(rows, rng, who)
    return rows


def _moment(rng: random.Random) -> datetime:
    return START + timedelta(seconds=rng.randrange(END_DAYS * 86_400))


def _add_order(rows: Rows, rng: random.Random, who: str | None) -> None:
    order, at = f"o{len(rows.orders)}", _moment(rng)
    status = rng.choice(["completed"] * 6 + ["cancelled", "refunded"])
    total = rng.choice([None, 0, 12.5, 80, 200.25])
    if status == "refunded" and rng.random() < 0.5:
        total = -20
    rows.orders.append((order, who, at, "web", status, total, None))
    for line in range(rng.choice([0, 1, 2, 4])):
        product = rng.randrange(13)  # the last one is in no catalogue
        price = (10 + product) * rng.choice([1, 1, 0.8])
        rows.order_items.append((order, line, f"p{product}", rng.choice([1, 2, -1]), price))


def _add_visit(rows: Rows, rng: random.Random, who: str, session: str | None) -> None:
    at = _moment(rng)
    for step in range(rng.randrange(1, 5)):
        kind = rng.choice(["view", "view", "search", "cart_add", "cart_remove", "checkout"])
        moment = at + timedelta(minutes=step)
        rows.events.append((f"e{len(rows.events)}", who, session, moment, kind, "p1", None, None))


def _add_review(rows: Rows, rng: random.Random, who: str) -> None:
    review, rating = f"r{len(rows.reviews)}", rng.choice([1, 2, 3, 4, 5, None])
    rows.reviews.append((review, who, "p1", rating, "text", "en", _moment(rng)))
    if rng.random() < 0.8:
        sentiment = rng.choice(["positive", "neutral", "negative"])
        aspects = {rng.choice(ASPECTS): rng.choice(["positive", "negative"]) for _ in range(2)}
        rows.review_labels.append((review, sentiment, 0.9, json.dumps(aspects), "made", False, review))
