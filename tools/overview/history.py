"""One customer's history, newest first: orders, visits, reviews, and the offers made to them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import col, select

from store.ledger import Delivery, Draft, Ledger, Outcome
from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour.profile_facts import Row, fetch
from tools.behaviour.untyped import Table, _, ibis

Kind = Literal["order", "visit", "review", "draft", "delivery", "outcome"]


@dataclass(frozen=True)
class Happening:
    """`facts` by kind: order (order_id, status, channel, total, items: name, quantity), visit (sessions, views,
    searches, cart_adds, checkouts of one day), review (rating, text, product, sentiment or None), draft (id, offer,
    channel, state, by, reason), delivery (draft, via, state, offer), outcome (kind, revenue or None)."""

    at: datetime
    kind: Kind
    facts: Row


def happenings(shop: Shop, customer: str, most: int) -> tuple[list[Happening], bool]:
    """The latest `most`, and whether there are more. A day's visits are one."""
    warehouse, wanted = shop.warehouse, most + 1
    found = [*_orders(warehouse, customer, wanted), *_offers(shop.ledger, customer, wanted)]
    if warehouse.has("events"):
        found += _visits(warehouse, customer, wanted)
    if warehouse.has("reviews"):
        found += _reviews(warehouse, customer, wanted)
    found.sort(key=lambda one: one.at, reverse=True)
    return found[:most], len(found) > most


def _of(warehouse: Warehouse, table: str, customer: str) -> Table:
    rows: Table = warehouse.table(table)
    return rows.filter(_.customer_id == customer)


def _products(warehouse: Warehouse) -> Table:
    products: Table = warehouse.table("products")
    return products.select("product_id", name=ibis.coalesce(_.name, _.product_id))


def _orders(warehouse: Warehouse, customer: str, most: int) -> list[Happening]:
    orders = _of(warehouse, "orders", customer).filter(_.ordered_at.notnull())
    orders = orders.select("order_id", "ordered_at", "status", "channel", "total")
    rows = fetch(orders.order_by(ibis.desc("ordered_at"), "order_id").limit(most))
    lines: Table = warehouse.table("order_items")
    lines = lines.filter(_.order_id.isin([row["order_id"] for row in rows])).left_join(
        _products(warehouse), "product_id"
    )
    lines = lines.select("order_id", "line", "quantity", name=ibis.coalesce(_.name, _.product_id))
    items: dict[str, list[Row]] = {}
    for line in fetch(lines.order_by("order_id", "line")) if rows else []:
        items.setdefault(line["order_id"], []).append(line)
    return [Happening(row["ordered_at"], "order", {**row, "items": items.get(row["order_id"], [])}) for row in rows]


def _visits(warehouse: Warehouse, customer: str, most: int) -> list[Happening]:
    kinds = {"views": "view", "searches": "search", "cart_adds": "cart_add", "checkouts": "checkout"}
    days = (
        _of(warehouse, "events", customer)
        .filter(_.occurred_at.notnull())
        .group_by(day=_.occurred_at.date())
        .aggregate(
            at=_.occurred_at.max(),
            sessions=_.session_id.nunique(),
            **{name: _.count(where=_.kind == kind) for name, kind in kinds.items()},
        )
    )
    return [Happening(row["at"], "visit", row) for row in fetch(days.order_by(ibis.desc("at")).limit(most))]


def _reviews(warehouse: Warehouse, customer: str, most: int) -> list[Happening]:
    reviews = _of(warehouse, "reviews", customer).filter(_.created_at.notnull())
    rows = reviews.left_join(_products(warehouse), "product_id").select(
        "review_id", "rating", "text", "created_at", product=_.name
    )
    if warehouse.has("review_labels"):
        labels: Table = warehouse.table("review_labels")
        labels = labels.select("sentiment", labelled="review_id")
        rows = rows.left_join(labels, rows.review_id == labels.labelled).drop("labelled")
    else:
        rows = rows.mutate(sentiment=ibis.null("string"))
    found = fetch(rows.order_by(ibis.desc("created_at"), "review_id").limit(most))
    return [Happening(row["created_at"], "review", row) for row in found]


def _offers(ledger: Ledger, customer: str, most: int) -> list[Happening]:
    drafts = select(Draft).where(Draft.customer_id == customer).order_by(col(Draft.created_at).desc()).limit(most)
    outcomes = select(Outcome).where(Outcome.customer_id == customer).order_by(col(Outcome.at).desc()).limit(most)
    with ledger.session() as session:
        made = list(session.exec(drafts))
        ids = [one.id for one in made]
        sent = list(session.exec(select(Delivery).where(col(Delivery.draft_id).in_(ids))))
        came = list(session.exec(outcomes))
    offers = {one.id: one.offer for one in made}
    found = [Happening(one.created_at, "draft", _draft(one)) for one in made]
    found += [
        Happening(
            one.sent_at,
            "delivery",
            {"draft": one.draft_id, "via": one.via, "state": one.state, "offer": offers[one.draft_id]},
        )
        for one in sent
        if one.sent_at is not None
    ]
    return found + [Happening(one.at, "outcome", _outcome(one)) for one in came]


def _draft(one: Draft) -> Row:
    kept: dict[str, Any] = {name: getattr(one, name) for name in ("id", "offer", "channel", "state", "reason")}
    return {**kept, "by": one.decided_by}


def _outcome(one: Outcome) -> Row:
    revenue = None if one.revenue_cents is None else one.revenue_cents / 100
    return {"kind": one.kind, "revenue": revenue, "order_id": one.order_id}
