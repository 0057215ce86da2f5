"""A shop whose log says that free delivery brings orders and ten percent off does not."""

from pathlib import Path

import numpy as np

from store.ledger import Decision, Draft, Message
from store.shop import Shop
from tests.tools.offers.rewards.books import AT, DAY, Book, shop_of
from tools.context import Actor

OFFERS = ("nothing", "free_delivery", "ten_percent_off")
RATES = {"nothing": 0.2, "free_delivery": 0.9, "ten_percent_off": 0.2}
ADMIN = Actor("ada", "admin")
NOW = AT + 40 * DAY


def taught_shop(home: Path, customers: int = 600, seed: int = 1, rates: dict[str, float] | None = None) -> Shop:
    """Everybody was decided on at AT, each offer alike; orders within the window came at `rates`."""
    rng = np.random.default_rng(seed)
    book = Book()
    taken = [OFFERS[place] for place in rng.integers(0, 3, customers)]
    for number, offer in enumerate(taken):
        book.customer(f"c{number}")
        book.order(f"c{number}", -30 - number % 50, "thing")
        for _order in range(rng.poisson((rates or RATES)[offer])):
            book.order(f"c{number}", 1 + 28 * rng.random(), "thing")
    shop = shop_of(home, book)
    log(shop, taken)
    return shop


def log(shop: Shop, taken: list[str]) -> None:
    options = {name: {"propensity": 1 / 3, "gain": 0.0} for name in OFFERS}
    with shop.ledger.session() as session:
        session.add(_message())
        for number, offer in enumerate(taken):
            row = _decision(f"c{number}", offer, options, number)
            session.add(row)
            session.flush()
            if offer != "nothing":
                session.add(_draft(row))


def _decision(customer: str, offer: str, options: dict[str, dict[str, float]], number: int) -> Decision:
    treated = offer != "nothing"
    return Decision(
        customer_id=customer,
        at=AT,
        as_of=AT,
        catalogue_version=1,
        policy_version="start",
        mode="explore",
        arm="treated" if treated else "control",
        offer=offer,
        channel="email" if treated else None,
        propensity=1 / 3,
        options=options,
        context={"expected_orders": 0.01, "order_value": 10.0, "margin": 0.6, "loyalty_card": float(number % 2)},
        window_days=30,
        actor="ann",
    )


def _draft(row: Decision) -> Draft:
    return Draft(
        decision_id=row.id or 0,
        message_id=1,
        customer_id=row.customer_id,
        offer=row.offer,
        channel="email",
        language="en",
        state="exported",
        created_at=AT,
        expires_at=AT + 14 * DAY,
    )


def _message() -> Message:
    words = {"channel": "email", "language": "en", "tone": "warm", "body": "x", "author": "template"}
    return Message(offer="free_delivery", catalogue_version=1, created_at=AT, created_by="ann", **words)
