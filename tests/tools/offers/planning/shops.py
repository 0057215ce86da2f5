"""A shop of a few dozen customers whose offers are approved, and a writer that needs no model."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from store.settings import Settings
from store.shop import Shop
from store.warehouse import building
from tests.tools.offers.funnel.crowds import TEXT, agree, ledger_in
from tools.context import Actor
from tools.offers.drafts import Brief, Written

AS_OF = datetime(2026, 6, 30, 12)
NOW = datetime.fromisoformat("2026-11-05T12:00:00+00:00").astimezone().replace(tzinfo=None)
ACTOR = Actor("mo", "marketer")
COUNTRIES = ["United Kingdom", "Germany", "France"]
IDS = [f"c{nth:06d}" for nth in range(60)]


@contextmanager
def shop_of(home: Path, *, text: str = TEXT, agreed: list[str] | None = None, url: str | None = None) -> Iterator[Shop]:
    """60 customers with one order each, half of them long ago; `agreed` (default all) may be written to."""
    facts(home)
    ledger = ledger_in(home, url, text)
    agree(ledger, IDS if agreed is None else agreed, ["email", "sms"])
    ledger.close()
    shop = Shop.open(home, Settings(home=home, as_of=AS_OF, ledger=url))
    yield shop
    shop.close()


def facts(home: Path) -> None:
    with building(home, "facts", name="Small", currency="GBP", timezone="Europe/London") as connection:
        connection.execute("INSERT INTO products VALUES ('p1', 'Blue mug', 'kitchen', 10, 4)")
        connection.execute(
            "INSERT INTO customers SELECT printf('c%06d', nth), ?[nth % 3 + 1], if(nth % 3 = 1, 'de', 'en'), NULL, "
            "NULL FROM range(60) AS customers(nth)",
            [COUNTRIES],
        )
        connection.execute(
            "INSERT INTO orders SELECT printf('o%d-%d', nth, times), printf('c%06d', nth), "
            "?::TIMESTAMP - to_days((if(nth % 2 = 1, 300, 10) + 7 * times)::INTEGER), 'web', 'completed', 40, NULL "
            "FROM range(60) AS customers(nth), range(4) AS orders(times) WHERE times <= nth % 4",
            [AS_OF],
        )
        connection.execute("INSERT INTO order_items SELECT order_id, 1, 'p1', 4, 10 FROM orders")


class Writer:
    """Writes the offer's own template, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.briefs: list[Brief] = []

    def __call__(self, brief: Brief) -> Written:
        self.briefs.append(brief)
        texts = brief.offer.texts[brief.language]
        text = texts.get(brief.channel) or texts["any"]
        return Written(subject=text.subject, body=text.body, author="template", note=None, problems=[])
