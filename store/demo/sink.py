"""Into the draft: blocks are staged in its temporary tables, which spill to disk, and numbered by time at the end.
Facts go into the draft's own tables, the truth into Parquet files elsewhere."""

from pathlib import Path

import duckdb
import numpy as np

from store.demo.arrow import Columns, table
from store.demo.columns import ColumnMaker
from store.demo.simulate import Block
from store.demo.tables import FACTS_SQL, INSERTS, MACROS, STAGED, TRUTH_SQL
from store.demo.world import World

_MEMORY = "2GB"


class Sink:
    """Takes blocks in order; `finish` writes what needs all of them. Memory stays bounded."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, world: World) -> None:
        self._connection = connection
        self._maker = ColumnMaker(world)
        self._events = self._visits = 0
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        for statement in MACROS:
            connection.execute(statement)
        for name, columns in STAGED.items():
            connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
        end = np.array([world.calendar.end])
        self._insert("staged_window", {"at_end": self._maker.moments(end)})
        self._insert("products", self._maker.products())
        self._insert("staged_products", self._maker.merits())
        self._insert("staged_surges", self._maker.surges())

    def add(self, block: Block) -> None:
        """Stage one block."""
        maker, events = self._maker, block.events
        self._insert("customers", maker.customers(block.who))
        self._insert("staged_customers", maker.hidden(block))
        self._insert("staged_orders", maker.orders(block))
        self._insert("staged_items", maker.items(block))
        self._insert("staged_incidents", maker.incidents(block))
        self._insert("events", maker.events(events, block.who, self._events + 1, self._visits + 1))
        self._insert("staged_reviews", maker.reviews(block))
        self._insert("staged_offers", maker.offers(block))
        self._events += len(events.at)
        self._visits += int(events.visit.max(initial=-1)) + 1

    def finish(self, truth: Path) -> None:
        """Fill the facts that wait for their numbers; write the truth into the folder `truth`."""
        for statement in FACTS_SQL:
            self._connection.execute(statement)
        for name, query in TRUTH_SQL.items():
            path = str(truth / f"{name}.parquet").replace("'", "''")
            self._connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")

    def _insert(self, name: str, columns: Columns) -> None:
        self._connection.register("chunk", table(columns))
        self._connection.execute(INSERTS.get(name, f"INSERT INTO {name} SELECT * FROM chunk"))
        self._connection.unregister("chunk")
