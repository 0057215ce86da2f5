"""Shops made of purchase dates, for tests of models: customers who buy at a pace of their own until they leave."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from store.warehouse import Warehouse, building

START = datetime(2024, 1, 1)
Purchase = tuple[str, int, float | None]  # who, on which day from START, for how much


def shop_of(home: Path, purchases: Sequence[Purchase], status: str = "completed", last: int | None = None) -> Warehouse:
    """One order each, with one line; `last` is the day of an event that makes the data go on until then."""
    ids = [f"o{number}" for number in range(len(purchases))]
    who = [one[0] for one in purchases]
    moments = [START + timedelta(days=one[1], hours=10) for one in purchases]
    orders: Any = pa.table(
        {"id": ids, "who": who, "moment": moments, "total": pa.array([p[2] for p in purchases], pa.float64())}
    )
    with building(home, "facts", name="Made", currency="GBP", timezone="UTC") as facts:
        facts.register("made", orders)
        facts.execute("INSERT INTO customers SELECT DISTINCT who, 'GB', 'en', NULL::TIMESTAMP, NULL FROM made")
        facts.execute("INSERT INTO products VALUES ('p', 'Thing', 'things', 5, 2)")
        facts.execute(f"INSERT INTO orders SELECT id, who, moment, 'web', '{status}', total, 'GB' FROM made")
        facts.execute("INSERT INTO order_items SELECT id, 1, 'p', 1, total FROM made")
        if last is not None:
            facts.execute(
                "INSERT INTO events VALUES ('e', NULL, 's', ?, 'view', 'p', NULL, 1)", [START + timedelta(days=last)]
            )
        facts.unregister("made")
    return Warehouse.open(home)


def log(customers: int = 400, days: int = 500, seed: int = 3, priced: bool = True) -> list[Purchase]:
    """Paces around 25 days, gamma-regular gaps, leaving after 200 days on average; who buys for more leaves later."""
    rng = np.random.default_rng(seed)
    found: list[Purchase] = []
    for number in range(customers):
        pace, basket = rng.lognormal(np.log(25), 0.6), rng.lognormal(3, 0.5)
        day, gone = rng.uniform(0, days * 0.6), rng.exponential(120 + 4 * basket)
        gone += day
        while day < min(days, gone):
            found.append(
                (f"c{number:04}", int(day), round(float(basket * rng.lognormal(0, 0.2)), 2) if priced else None)
            )
            day += max(1.0, rng.gamma(2, pace / 2))
    return found


def moment(day: int) -> datetime:
    """The end of that day."""
    return START + timedelta(days=day, hours=23, minutes=59)
