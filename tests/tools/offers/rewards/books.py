"""A shop and its ledger small enough to know what came of every decision."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from store.ledger import Campaign, Decision, Delivery, Draft, Ledger, Message, Outcome
from store.settings import Settings
from store.shop import Shop
from store.warehouse import Warehouse, building
from tools.offers.catalogue import decide_catalogue, propose_catalogue
from tools.offers.catalogue.demo import demo_catalogue

AT = datetime(2026, 6, 1, 12)  # of every decision
DAY = timedelta(days=1)
COLUMNS = {"customers": 5, "products": 5, "orders": 7, "order_items": 5}
Rows = dict[str, list[tuple[Any, ...]]]


class Book:
    """Collects facts; days count from AT. `thing` sells for 10 and costs 4, nobody knows what `riddle` costs."""

    def __init__(self) -> None:
        self.rows: Rows = {name: [] for name in COLUMNS}
        self.rows["products"] = [("thing", "Thing", "things", 10, 4), ("riddle", "Riddle", "things", 10, None)]
        self.order("before everything", -300, "thing")

    def customer(self, name: str, country: str | None = "Germany", language: str | None = "de") -> None:
        self.rows["customers"].append((name, country, language, AT - 400 * DAY, None))

    def order(
        self, customer: str, days: float, *products: str, status: str = "completed", number: str | None = None
    ) -> str:
        number = number or f"o{len(self.rows['orders']) + 1}"
        total = 10 * len(products)
        self.rows["orders"].append((number, customer, AT + days * DAY, "web", status, total, None))
        self.rows["order_items"] += [(number, line, one, 1, 10) for line, one in enumerate(products, 1)]
        return number


def fill(home: Path, rows: Rows) -> None:
    with building(home, "facts", name="Small", currency="GBP", timezone="Europe/London") as facts:
        for table, width in COLUMNS.items():
            if rows[table]:
                facts.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows[table])


def shop_of(home: Path, book: Book, as_of: datetime = AT + 40 * DAY, url: str | None = None) -> Shop:
    """With the demo's catalogue in force; `url` names a PostgreSQL that holds the facts, and is to hold the ledger."""
    if url is None:
        fill(home, book.rows)
    shop = Shop(Settings(home=home, as_of=as_of), home, Warehouse.open(home, url), Ledger.open(home, url))
    version = propose_catalogue(shop.ledger, demo_catalogue(), "ann", AT - DAY)
    decide_catalogue(shop.ledger, version, "bob", AT - DAY, approve=True)
    return shop


def campaign(shop: Shop, name: str = "Spring", state: str = "approved") -> int:
    row = Campaign(
        name=name,
        state=state,
        mode="explore",
        policy_version="start",
        catalogue_version=1,
        window_days=30,
        as_of=AT,
        created_at=AT,
        created_by="ann",
        expires_at=AT + 14 * DAY,
    )
    with shop.ledger.session() as session:
        session.add(row)
        session.flush()
        message = Message(
            campaign_id=row.id,
            offer="ten_percent_off",
            catalogue_version=1,
            channel="email",
            language="en",
            tone="warm",
            body="x",
            author="template",
            created_at=AT,
            created_by="ann",
        )
        session.add(message)
    assert row.id is not None
    return row.id


def decide(
    shop: Shop | Session,
    campaign_id: int | None,
    customer: str,
    arm: str = "treated",
    offer: str = "ten_percent_off",
    *,
    draft: str = "exported",
    channel: str = "email",
    variant: str | None = None,
    segments: Sequence[str] = (),
    code: str | None = "usual",
    delivery: str | None = None,
    as_of: datetime = AT,
    context: dict[str, Any] | None = None,
) -> int:
    """A decision at AT, with its draft where it has an offer; its id. Many go quicker in one session."""
    treated = arm == "treated"
    row = Decision(
        campaign_id=campaign_id,
        customer_id=customer,
        at=AT,
        as_of=as_of,
        catalogue_version=1,
        policy_version="start",
        mode="explore",
        arm=arm,
        variant=variant,
        offer=offer if treated else "nothing",
        channel=channel if treated else None,
        propensity=0.5,
        context=context or {},
        trace=[{"step": "candidates", "left": [], "out": {}, "numbers": {"segments": list(segments)}}],
        window_days=30,
        actor="ann",
    )
    with nullcontext(shop) if isinstance(shop, Session) else shop.ledger.session() as session:
        session.add(row)
        session.flush()
        assert row.id is not None
        if treated:
            _draft(session, row, draft, f"C{row.id}" if code == "usual" else code, delivery)
    return row.id


def _draft(session: Any, row: Decision, state: str, code: str | None, delivery: str | None) -> None:
    assert row.id is not None
    draft = Draft(
        decision_id=row.id,
        campaign_id=row.campaign_id,
        message_id=1,
        customer_id=row.customer_id,
        offer=row.offer,
        channel=row.channel or "email",
        language="en",
        code=code,
        valid_until=AT + 20 * DAY,
        state=state,
        created_at=AT,
        expires_at=AT + 14 * DAY,
    )
    session.add(draft)
    session.flush()
    if delivery:
        assert draft.id is not None
        session.add(
            Delivery(draft_id=draft.id, key=f"k{draft.id}", via="webhook", target="x", state=delivery, next_at=AT)
        )


def report(
    shop: Shop,
    customer: str,
    days: float,
    *,
    kind: str = "order",
    order: str | None = None,
    revenue: int | None = 1000,
    margin: int | None = None,
    code: str | None = None,
    decision: int | None = None,
    received: datetime = AT + 35 * DAY,
) -> None:
    """An outcome; money in cents."""
    with shop.ledger.session() as session:
        number = len(session.exec(_all()).all())
        session.add(
            Outcome(
                key=f"e{number}",
                decision_id=decision,
                customer_id=customer,
                kind=kind,
                at=AT + days * DAY,
                code=code,
                order_id=order,
                revenue_cents=revenue,
                margin_cents=margin,
                source="test",
                received_at=received,
            )
        )


def _all() -> Any:
    return select(Outcome.id)
