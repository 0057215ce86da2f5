"""A demo shop whose customers respond as its truth says.

P(order within 30 days) with and without each offer comes from truth/offers.parquet. Orders are Poisson, spread evenly
over the window; what one is worth is drawn from the customer's own orders, past and (truth/future_orders) to come.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import duckdb
import numpy as np
from numpy.typing import NDArray

from store.demo.offers import OFFERS
from store.shop import Shop
from tools.offers.catalogue import Catalogue, parse_catalogue
from tools.offers.catalogue.demo import demo_catalogue
from tools.offers.holdout import held_out
from tools.offers.people import People, people
from tools.offers.policy.actions import Action, Floats, actions_of
from tools.offers.policy.contexts import contexts_of
from tools.offers.policy.model import Policy
from tools.offers.policy.response import Priors, fit_response

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
NAMES: tuple[str, ...] = ("nothing", *OFFERS)
WINDOW = 30
_ENDLESS = 200.0  # decisions on each customer
_BORROWED = 20  # orders of others, for a customer who has none


@dataclass(frozen=True)
class Baskets:
    """Orders that a customer's are drawn from: those of customer i are start[i] to start[i + 1]."""

    start: Ints
    total: Floats
    margin: Floats

    def draw(self, customer: Ints, rng: np.random.Generator) -> Ints:
        """One order of each of these customers."""
        size = self.start[customer + 1] - self.start[customer]
        return self.start[customer] + (rng.random(len(customer)) * size).astype(np.int64)

    def mean(self, of: Floats) -> Floats:
        """(customers,) mean of a column over each one's orders."""
        return np.add.reduceat(of, self.start[:-1]) / np.diff(self.start)


@dataclass(frozen=True)
class World:
    """n customers, k offers (NAMES). `chance` (n, k): of an order within the window, by the truth with each pair's own
    noise; `plain` the same without it, from true traits alone. `allowed` (n, k): whom the catalogue allows what."""

    people: People
    catalogue: Catalogue
    actions: list[Action]
    chance: Floats
    plain: Floats
    allowed: Flags
    holdout: Flags
    baskets: Baskets

    def __len__(self) -> int:
        return len(self.people)

    def rewards(self, chance: Floats) -> Floats:
        """(n, k) expected reward where these are the chances of an order."""
        earned = -np.log1p(-chance) * self.baskets.mean(self.baskets.margin)[:, None]
        for column, action in enumerate(self.actions):
            due = self.baskets.mean(action.redemption(self.baskets.total))
            earned[:, column] -= chance[:, column] * due + action.contact
        return earned

    @cached_property
    def expected(self) -> Floats:
        """(n, k) expected rewards by the truth."""
        return self.rewards(self.chance)

    @cached_property
    def expected_plain(self) -> Floats:
        """(n, k) expected rewards of customers who respond as their true traits say."""
        return self.rewards(self.plain)

    @cached_property
    def expected_seen(self) -> Floats:
        """(n, k) expected rewards as the product's own model has them once it is told the true expected orders of every
        customer with every offer: what could be learned from what the shop sees, given endless decisions."""
        contexts = contexts_of(self.people.names, self.people.features, WINDOW)
        customer, offer = np.nonzero(self.allowed)
        orders = -np.log1p(-self.chance[customer, offer])
        weight = np.full(len(customer), _ENDLESS / len(NAMES))
        told = fit_response(
            contexts.take(customer), self.actions, offer, orders, np.ones(len(customer)), weight, Priors()
        )
        return Policy(told).rewards(contexts, self.actions)

    @cached_property
    def changed(self) -> "World":
        """The same shop when the offer that would earn most, given to everyone, no longer moves anybody."""
        gains = np.where(self.allowed, self.expected - self.expected[:, :1], 0.0)[~self.holdout].mean(axis=0)
        worn = int(gains.argmax())
        chance, plain = self.chance.copy(), self.plain.copy()
        chance[:, worn] = plain[:, worn] = self.chance[:, 0]
        return replace(self, chance=chance, plain=plain)


def read_world(home: Path) -> World:
    """From a demo shop that has been scored, as the product sees it, and its truth."""
    shop = Shop.open(home)
    who, facts = people(shop), shop.warehouse.facts_file
    shop.close()
    catalogue = parse_catalogue(demo_catalogue())
    chance, plain = _chances(home, facts, who.ids)
    actions = actions_of(catalogue, NAMES)
    allowed = np.column_stack([_allowed(who, catalogue, name) for name in NAMES])
    holdout = held_out(catalogue.holdout, who.ids)
    return World(who, catalogue, actions, chance, plain, allowed, holdout, _baskets(home, facts, who.ids))


def pooled(worlds: Sequence[World]) -> World:
    """Several demo shops as one larger shop: its customers are theirs, each scored by its own shop's model."""
    first = worlds[0]
    if len(worlds) == 1:
        return first
    sizes = np.concatenate([np.diff(world.baskets.start) for world in worlds])
    return World(
        people=_together([world.people for world in worlds]),
        catalogue=first.catalogue,
        actions=first.actions,
        chance=np.concatenate([world.chance for world in worlds]),
        plain=np.concatenate([world.plain for world in worlds]),
        allowed=np.concatenate([world.allowed for world in worlds]),
        holdout=np.concatenate([world.holdout for world in worlds]),
        baskets=Baskets(
            start=np.concatenate([[0], np.cumsum(sizes)]),
            total=np.concatenate([world.baskets.total for world in worlds]),
            margin=np.concatenate([world.baskets.margin for world in worlds]),
        ),
    )


def _together(groups: Sequence[People]) -> People:
    names = tuple(dict.fromkeys(name for who in groups for name in who.names))
    features = np.zeros((sum(len(who) for who in groups), len(names)))
    start = 0
    for who in groups:
        features[start : start + len(who), [names.index(name) for name in who.names]] = who.features
        start += len(who)
    kept: dict[str, Any] = {}
    for field in fields(People):
        if field.name in {"features", "names"}:
            continue
        parts = [getattr(who, field.name) for who in groups]
        kept[field.name] = np.concatenate(parts) if isinstance(parts[0], np.ndarray) else [x for p in parts for x in p]
    kept["ids"] = [f"{shop}-{one}" for shop, who in enumerate(groups) for one in who.ids]
    kept["features"], kept["names"] = features, names
    return People(**kept)


def _allowed(who: People, catalogue: Catalogue, name: str) -> Flags:
    if name == "nothing":
        return np.ones(len(who), dtype=np.bool_)
    rules = catalogue.offer(name).eligible
    inside = [not rules.segments or bool(mine & set(rules.segments)) for mine in who.segments]
    outside = [not mine & set(rules.not_segments) for mine in who.segments]
    margin = np.nan_to_num(who.margin, nan=1.0) >= rules.minimum_margin
    return np.array(inside) & np.array(outside) & margin & (who.orders >= rules.minimum_orders)


def _chances(home: Path, facts: Path | None, ids: list[str]) -> tuple[Floats, Floats]:
    """The truth, and what true traits alone say: log-odds effects as in store/demo/offers.py, without chance."""
    truth = _rows(home, facts, _PAIRS)
    place = {one: number for number, one in enumerate(ids)}
    chance = np.empty((len(ids), len(NAMES)))
    row = np.array([place[str(one)] for one in truth["customer_id"]])
    column = np.array([NAMES.index(str(one)) for one in truth["offer"]])
    chance[row, column] = truth["buys_with"]
    chance[row, 0] = truth["buys_without"]
    traits = _rows(home, facts, _TRAITS)
    seen = np.zeros((len(ids), 5))
    who = np.array([place[str(one)] for one in traits["customer_id"]])
    seen[who] = np.column_stack([np.ones(len(who)), *(traits[name] for name in ("thrift", "card", "upset", "gone"))])
    odds = chance[:, [0]] / (1 - chance[:, [0]]) * np.exp(seen @ np.array(list(OFFERS.values())).T)
    return chance, np.column_stack([chance[:, 0], odds / (1 + odds)])


def _baskets(home: Path, facts: Path | None, ids: list[str]) -> Baskets:
    rows = _rows(home, facts, _ORDERS)
    place = {one: number for number, one in enumerate(ids)}
    customer = np.array([place[str(one)] for one in rows["customer_id"]], dtype=np.int64)
    total, margin = rows["total"].astype(np.float64), rows["margin"].astype(np.float64)
    rng = np.random.default_rng(11)
    without = np.setdiff1d(np.arange(len(ids)), customer)
    borrowed = rng.integers(0, len(total), len(without) * _BORROWED)
    customer = np.concatenate([customer, np.repeat(without, _BORROWED)])
    order = np.argsort(customer, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(customer, minlength=len(ids)))])
    return Baskets(
        start, np.concatenate([total, total[borrowed]])[order], np.concatenate([margin, margin[borrowed]])[order]
    )


def _rows(home: Path, facts: Path | None, query: str) -> dict[str, Any]:
    truth = str(home / "truth").replace("'", "''")
    with duckdb.connect(str(facts), read_only=True, config={"threads": "1"}) as connection:
        return cast(dict[str, Any], connection.sql(query.format(truth=truth, days=_UPSET_DAYS)).fetchnumpy())


_UPSET_DAYS = 60
_PAIRS = "SELECT customer_id, offer, buys_without, buys_with FROM '{truth}/offers.parquet'"
_TRAITS = """
    SELECT customer_id, thrift, (attributes ->> 'loyalty_card')::BOOLEAN AS card, gone,
        customer_id IN (SELECT customer_id FROM '{truth}/incidents.parquet' AS incidents
            WHERE happened_at > (SELECT max(ordered_at) FROM orders) - INTERVAL {days} DAY) AS upset
    FROM '{truth}/customers.parquet' AS hidden JOIN customers USING (customer_id)
"""
_ORDERS = """
    WITH lines AS (
        SELECT customer_id, order_id, product_id, quantity, unit_price FROM orders JOIN order_items USING (order_id)
        WHERE status = 'completed' AND customer_id IS NOT NULL AND total > 0
        UNION ALL
        SELECT customer_id, customer_id || ordered_at::VARCHAR, product_id, quantity, unit_price
        FROM '{truth}/future_orders.parquet' WHERE status = 'completed')
    SELECT customer_id, sum(quantity * unit_price)::DOUBLE AS total,
        sum(quantity * (unit_price - cost))::DOUBLE AS margin
    FROM lines JOIN products USING (product_id) GROUP BY customer_id, order_id ORDER BY customer_id, order_id
"""
