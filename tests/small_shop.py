"""A shop of two customers, for tests of what stands above the warehouse."""

from datetime import datetime
from pathlib import Path

from store.ledger import ContactBase, Ledger
from store.warehouse import building

CUSTOMERS = [("17850", "United Kingdom", "en"), ("12748", "France", "fr")]
PRODUCTS = [("p1", "Blue mug", "kitchen", 4.5, 2), ("p2", "[red]Lamp[/red]", "light", 20, 12)]
ORDERS = [
    ("o1", "17850", datetime(2011, 11, 5, 10), "web", "completed", 24.5),
    ("o2", "12748", datetime(2011, 11, 20, 9), "web", "completed", 40),
    ("o3", "17850", datetime(2011, 12, 9, 12, 50), "app", "completed", 9),
]
ITEMS = [("o1", 1, "p1", 1, 4.5), ("o1", 2, "p2", 1, 20), ("o2", 1, "p2", 2, 20), ("o3", 1, "p1", 2, 4.5)]


def small_shop(home: Path) -> Path:
    """Fills `home`; its last moment is 2011-12-09 12:50, its November revenue 64.50 GBP."""
    with building(home, "facts", name="Small", currency="GBP", timezone="Europe/London") as connection:
        connection.executemany("INSERT INTO customers VALUES (?, ?, ?, NULL, NULL)", CUSTOMERS)
        connection.executemany("INSERT INTO products VALUES (?, ?, ?, ?, ?)", PRODUCTS)
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, NULL)", ORDERS)
        connection.executemany("INSERT INTO order_items VALUES (?, ?, ?, ?, ?)", ITEMS)
    ledger = Ledger.open(home)
    ledger.add_contacts([ContactBase(customer_id="17850", first_name="Ann", last_name="Lee", email="ann@example.com")])
    ledger.close()
    return home
