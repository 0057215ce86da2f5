"""What the stored scores hold: of one customer, or of many, ranked. Everything is an Ibis expression."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour.compute import Filter, within
from tools.behaviour.dimensions import PRODUCT, with_columns
from tools.behaviour.profile_facts import Row, fetch
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis
from tools.churn.risk.asked import Asked

LIKELY = 0.5
_OF_ORDERS = {"category", "product", "channel"}
_ORDER = {"value_at_risk": ("value_at_risk", "churn_probability"), "risk": ("churn_probability", "value_at_risk")}


@dataclass(frozen=True)
class Made:
    """When the scores were made, for how many days ahead, and by which model."""

    as_of: datetime
    horizon_days: int
    model_version: str


@dataclass(frozen=True)
class Ranking:
    """`rows` are those asked for; `total` counts the customers they were chosen from, `likely` those of them who are
    more likely than not to buy nothing; `value` is what is at risk in all, None where amounts are unknown; `usual` is
    their mean probability, or an even chance if that is less; `silent` counts those left out because they have not
    ordered for a whole horizon, None where nobody was."""

    rows: list[Row]
    total: int
    likely: int
    value: Any
    usual: float
    silent: int | None
    sql: str


@dataclass(frozen=True)
class Purchases:
    """A customer's purchases: how many, what they are worth, and when the last one was."""

    orders: int
    spend: Any
    last_order: datetime | None


def purchases(warehouse: Warehouse, customer: str) -> Purchases:
    orders = _purchases(warehouse).filter(_.customer_id == customer)
    found = orders.aggregate(orders=_.count(), spend=_.amount.sum(), last_order=_.moment.max())
    return Purchases(**fetch(found)[0])


def anybody_bought(warehouse: Warehouse) -> bool:
    return bool(fetch(_purchases(warehouse).select("customer_id").limit(1)))


def made(warehouse: Warehouse) -> Made:
    """Raises WinbackError where nobody has been scored yet."""
    row = fetch(_scores(warehouse).select("as_of", "horizon_days", "model_version").limit(1))[0]
    return Made(**row)


def score(warehouse: Warehouse, customer: str) -> Row | None:
    """A customer's row of churn_scores with `safer`, the share of scored customers whose risk is lower; None where the
    customer is not scored."""
    scores = _scores(warehouse)
    found = fetch(scores.filter(_.customer_id == customer))
    if not found:
        return None
    lower = scores.aggregate(safer=(_.churn_probability < found[0]["churn_probability"]).mean())
    return {**found[0], **fetch(lower)[0]}


def ranked(shop: Shop, asked: Asked, made: Made) -> Ranking:
    """Whoever is at more than the usual risk comes first: little chance of losing a lot is no reason to act."""
    rows = _chosen(shop, asked.filters)
    found, silent = _totals(rows), None
    if asked.current:
        current = _current(rows, shop.warehouse, made)
        kept = _totals(current)
        if kept["total"]:
            rows, found, silent = current, kept, found["total"] - kept["total"]
    usual = min(found["usual"] or 0.0, LIKELY)
    order = [ibis.desc(_.churn_probability > usual), *(ibis.desc(name) for name in _ORDER[asked.sort]), "customer_id"]
    page = rows.order_by(order).limit(asked.limit, offset=asked.offset)
    named = _with_last_order(page, shop.warehouse).order_by(order)
    sql = str(shop.warehouse.backend.compile(named, pretty=True))
    return Ranking(fetch(named), found["total"], found["likely"] or 0, found["value"], usual, silent, sql)


def _purchases(warehouse: Warehouse) -> Table:
    """Completed orders worth something, or nobody knows what: those that scores count."""
    return SOURCES["buyers"].build(warehouse, False).filter(_.amount.isnull() | (_.amount > 0))


def _totals(rows: Table) -> Row:
    chance: Any = _.churn_probability
    measured = {"likely": (chance > LIKELY).sum(), "usual": chance.mean(), "value": _.value_at_risk.sum()}
    return fetch(rows.aggregate(total=_.count(), **measured))[0]


def _current(rows: Table, warehouse: Warehouse, made: Made) -> Table:
    """Rows of those who have ordered within the horizon before the scores were made."""
    since = made.as_of - timedelta(days=made.horizon_days)
    lately = _purchases(warehouse).filter(_.moment > since).select(buyer="customer_id").distinct()
    return rows.semi_join(lately, rows.customer_id == lately.buyer)


def _scores(warehouse: Warehouse) -> Table:
    return warehouse.table("churn_scores")


def _chosen(shop: Shop, filters: tuple[Filter, ...]) -> Table:
    """Scores of the customers who pass all filters; what they bought, and where, is told by their completed orders."""
    bought = tuple(chosen for chosen in filters if chosen.dimension in _OF_ORDERS)
    rest = tuple(chosen for chosen in filters if chosen not in bought)
    rows = with_columns(_scores(shop.warehouse), {chosen.dimension for chosen in rest}, shop.warehouse)
    rows = within(rows, shop, None, None, rest)
    for chosen in bought:
        buyers = _buyers(shop, chosen)
        rows = rows.semi_join(buyers, rows.customer_id == buyers.buyer)
    return rows


def _buyers(shop: Shop, chosen: Filter) -> Table:
    orders = SOURCES["orders"].build(shop.warehouse, chosen.dimension in PRODUCT).filter(_.completed)
    orders = with_columns(orders, {chosen.dimension}, shop.warehouse)
    return within(orders, shop, None, None, (chosen,)).select(buyer="customer_id").distinct()


def _with_last_order(rows: Table, warehouse: Warehouse) -> Table:
    orders = _purchases(warehouse)
    last = orders.semi_join(rows, orders.customer_id == rows.customer_id)
    last = last.group_by(buyer="customer_id").aggregate(orders=_.count(), last_order=_.moment.max())
    return rows.left_join(last, rows.customer_id == last.buyer)
