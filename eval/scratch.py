"""A shop to evaluate on: what an evaluation says and proposes is not the shop's."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from store.ledger import Ledger
from store.shop import Shop


@contextmanager
def scratch(shop: Shop) -> Iterator[Shop]:
    """The same facts with a passing home: no conversations, and a copy of the ledger, or an empty one where the ledger
    is on a server of its own.
    """
    with TemporaryDirectory(prefix="winback-eval-") as folder:
        home, source = Path(folder), shop.home / "ledger.db"
        if shop.settings.ledger is None and source.is_file():
            with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(home / "ledger.db")) as new:
                old.backup(new)
        apart = replace(shop, home=home, ledger=Ledger.open(home))
        try:
            yield apart
        finally:
            apart.ledger.close()
