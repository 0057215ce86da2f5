"""What is true of a demo shop, in days since the first midnight of its window."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np
from numpy.typing import NDArray

from store.demo.process import INCIDENTS
from store.demo.season import CHINA, REGIONS, WEST, Calendar
from store.errors import WinbackError
from store.warehouse import Warehouse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
_NEVER = 1e6


@dataclass(frozen=True)
class Moments:
    """Moments of customers, sorted by customer: `who` (n,) are places in Truth.ids, `at` (n,) days, `size` (n,) what
    goes with them."""

    who: Ints
    at: Floats
    size: Floats

    def of(self, customer: int) -> slice:
        return slice(*np.searchsorted(self.who, [customer, customer + 1]))


@dataclass(frozen=True)
class Truth:
    """Hidden parameters of every customer that `winback` scores (arrays over them) and what they did.

    `rate`, `hazard` and `browse` are per ordinary day; `left` is when they leave (1e6: not within reach); `last` their
    last order that carries their id; `demand` (regions, days + 1) adds up ordinary days to each midnight. `incidents`
    have their harm as size, `visits` are those that ended without an order, `future` completed orders after the window.
    """

    ids: list[str]
    rate: Floats
    hazard: Floats
    browse: Floats
    left: Floats
    active: Floats
    last: Floats
    orders: Floats  # with their id, those at once on signing up left out
    card: Flags
    acquired: list[str]
    harm_to_come: Floats  # chance that something goes wrong with an order and makes this customer leave
    region: Ints
    incidents: Moments
    visits: Moments
    future: Moments
    completed: float  # the share of orders that are completed
    days: int
    demand: Floats


def read_truth(home: Path) -> Truth:
    """Raises WinbackError where `home` holds no demo shop with its truth."""
    if not (home / "truth" / "shop.json").exists():
        raise WinbackError(f"{home} holds no truth; make a demo shop with `winback demo`.")
    shop: dict[str, Any] = json.loads((home / "truth" / "shop.json").read_text("utf-8"))
    facts = Warehouse.open(home).facts_file
    with duckdb.connect(str(facts), read_only=True, config={"threads": "1"}) as connection:
        connection.execute(_VIEWS.format(truth=str(home / "truth").replace("'", "''"), start=shop["start"]))
        return _read(connection, shop)


def _read(connection: duckdb.DuckDBPyConnection, shop: dict[str, Any]) -> Truth:
    def columns(query: str) -> dict[str, Any]:
        return cast(dict[str, Any], connection.sql(query).fetchnumpy())

    who = columns(_CUSTOMERS)
    ids = [str(one) for one in who["customer_id"]]
    hidden: dict[str, Floats] = {name: who[name].astype(np.float64) for name in _PARAMETERS}
    incidents, visits, future = (_moments(columns(query), ids) for query in _MOMENTS)
    orders = columns("SELECT count(*) AS n, avg((status = 'completed')::INT) AS completed FROM orders WHERE total >= 0")
    kinds = columns("SELECT kind, count(*) AS n FROM true_incidents GROUP BY kind")
    chance = dict(zip(kinds["kind"].tolist(), (kinds["n"] / orders["n"][0]).tolist(), strict=True))
    harms = [chance.get(kind.kind, 0) * -np.expm1(-who["sensitivity"] * kind.harm) for kind in INCIDENTS]
    return Truth(
        ids=ids,
        region=np.where(who["country"] == "China", CHINA, WEST),
        **hidden,
        incidents=incidents,
        visits=visits,
        future=future,
        completed=float(orders["completed"][0]),
        orders=who["orders"].astype(np.float64) - who["at_once"].astype(np.bool_),
        card=who["card"].astype(np.bool_),
        acquired=[str(one) for one in who["acquired"]],
        harm_to_come=np.sum(harms, axis=0),
        days=int(shop["days"]),
        demand=demand(shop),
    )


def demand(shop: dict[str, Any]) -> Floats:
    """The season as the process has it: (regions, days + 1)."""
    calendar = Calendar(date.fromisoformat(shop["start"]), int(shop["days"]), int(shop["process"]["future_days"]))
    return np.stack([calendar.cumulative(region) for region in REGIONS])


def window_end(home: Path) -> datetime:
    """The first moment after the window."""
    shop: dict[str, Any] = json.loads((home / "truth" / "shop.json").read_text("utf-8"))
    midnight = datetime.combine(date.fromisoformat(shop["start"]), time.min)
    return cast(datetime, (np.datetime64(midnight, "s") + np.timedelta64(int(shop["days"]), "D")).item())


def _moments(columns: dict[str, Any], ids: list[str]) -> Moments:
    place = {name: number for number, name in enumerate(ids)}
    who = np.array([place[str(one)] for one in columns["customer_id"]], dtype=np.int64)
    order = np.lexsort((columns["at"], who))
    return Moments(who[order], columns["at"][order].astype(np.float64), columns["size"][order].astype(np.float64))


_VIEWS = """
    CREATE TEMP MACRO day(moment) AS epoch(moment - TIMESTAMP '{start}') / 86400;
    CREATE TEMP VIEW true_customers AS FROM '{truth}/customers.parquet';
    CREATE TEMP VIEW true_incidents AS FROM '{truth}/incidents.parquet';
    CREATE TEMP VIEW true_orders AS FROM '{truth}/future_orders.parquet';
    CREATE TEMP TABLE scored AS
        SELECT customer_id, max(day(ordered_at)) AS last FROM orders
        WHERE status = 'completed' AND total > 0 AND customer_id IS NOT NULL GROUP BY customer_id
"""
_CUSTOMERS = f"""
    SELECT customer_id, country, orders_per_day AS rate, base_hazard_per_day AS hazard, visits_per_day AS browse,
        sensitivity, orders, attributes ->> 'acquired_by' AS acquired, (attributes ->> 'loyalty_card')::BOOLEAN AS card,
        day(signup_at) >= 0 AND first - day(signup_at) < 1 AS at_once, coalesce(day(left_at), {_NEVER}) AS left,
        greatest(day(signup_at), 0) AS active, any_last AS last
    FROM scored JOIN true_customers USING (customer_id) JOIN customers USING (customer_id)
    JOIN (SELECT customer_id, count(*) AS orders, min(day(ordered_at)) AS first, max(day(ordered_at)) AS any_last
        FROM orders GROUP BY customer_id) USING (customer_id)
    ORDER BY customer_id
"""
_PARAMETERS = ("rate", "hazard", "browse", "left", "active", "last")
_MOMENTS = (
    """
    SELECT customer_id, day(happened_at) AS at, -ln(1 - least(leave_probability, 0.999999)) AS size
    FROM true_incidents SEMI JOIN scored USING (customer_id)""",
    """
    SELECT customer_id, day(min(occurred_at)) AS at, 1.0 AS size FROM events SEMI JOIN scored USING (customer_id)
    GROUP BY customer_id, session_id HAVING NOT bool_or(kind = 'checkout')""",
    """
    SELECT customer_id, day(ordered_at) AS at, sum(quantity * unit_price) AS size
    FROM true_orders SEMI JOIN scored USING (customer_id) WHERE status = 'completed'
    GROUP BY customer_id, ordered_at""",
)
