"""Putting accepted rows and the facts loaded before together, by key."""

from dataclasses import dataclass

from store.loading.job import Job
from store.loading.rules import KEYS
from store.loading.tables import accepted
from store.warehouse.build import fill_countries
from store.warehouse.schema import FACTS


@dataclass(frozen=True)
class Change:
    """How one table differs from the version before."""

    rows: int
    new: int
    changed: int


def merge(job: Job) -> dict[str, Change]:
    """Fill the draft's tables; returns what is new and changed in each."""
    for table in FACTS:
        if table in job.filled:
            numbered = table == "order_items" and job.numbers_lines
            job.run(f"CREATE TABLE scratch.add_{table} AS {_numbered(job) if numbered else _plain(job, table)}")
    for table in ("order_items", *(name for name in FACTS if name != "order_items")):
        _upsert(job, table)
    _add_known_only_by_id(job, "customers", "customer_id", "orders")
    _add_known_only_by_id(job, "products", "product_id", "order_items")
    fill_countries(job.connection)
    return {table: _change(job, table) for table in FACTS}


def _plain(job: Job, table: str) -> str:
    return f"SELECT {', '.join(FACTS[table])} FROM ({accepted(job, table)})"


def _numbered(job: Job) -> str:
    """Number the lines of each order where the source does not.

    A line that was loaded before (same order, product, quantity and price; the nth of its like) keeps its number,
    new ones follow: an export that overlaps an earlier one, or goes on inside an order, adds only what is new.
    """
    alike = "PARTITION BY order_id, product_id, quantity, unit_price"
    lines = accepted(job, "order_items")
    if not job.has_previous:
        number = "row_number() OVER (PARTITION BY order_id ORDER BY _row)"
        return f"SELECT order_id, {number} AS line, product_id, quantity, unit_price FROM ({lines})"
    orders = f"(SELECT order_id FROM ({lines}))"
    before = f"SELECT * FROM previous.main.order_items SEMI JOIN {orders} USING (order_id)"
    return f"""
        WITH now AS (SELECT *, row_number() OVER ({alike} ORDER BY _row) AS nth FROM ({lines})),
        before AS (SELECT *, row_number() OVER ({alike} ORDER BY line) AS nth FROM ({before})),
        last AS (SELECT order_id, max(line) AS line FROM before GROUP BY order_id),
        fresh AS (
            SELECT * FROM now ANTI JOIN before ON now.order_id = before.order_id
            AND now.product_id = before.product_id AND now.quantity = before.quantity
            AND now.unit_price IS NOT DISTINCT FROM before.unit_price AND now.nth = before.nth
        )
        SELECT order_id,
            coalesce(last.line, 0) + row_number() OVER (PARTITION BY order_id ORDER BY _row) AS line,
            product_id, quantity, unit_price
        FROM fresh LEFT JOIN last USING (order_id)"""


def _upsert(job: Job, table: str) -> None:
    if table in job.filled:
        source = f"scratch.add_{table}"
        if table == "orders":
            source = _with_totals(job, source)
        job.run(f"INSERT INTO {table} BY NAME SELECT {', '.join(FACTS[table])} FROM {source}")
    if job.has_previous:
        columns = ", ".join(FACTS[table])
        unless = f" ANTI JOIN scratch.add_{table} USING ({', '.join(KEYS[table])})" if table in job.filled else ""
        job.run(f"INSERT INTO {table} SELECT {columns} FROM previous.main.{table}{unless}")


def _with_totals(job: Job, orders: str) -> str:
    """An order that comes without a total is worth the sum of its items; where one has no price, nobody knows.

    So is an order whose total was added up from this load's lines while earlier loads brought some of its items.
    """
    sums = (
        "SELECT order_id, count(*) AS lines, CASE WHEN count(*) = count(unit_price) THEN sum(quantity * unit_price) "
        "END AS items FROM order_items GROUP BY order_id"
    )
    given = "o.total"
    if job.numbers_lines and job.mapping.tables["orders"].group_by:
        here = f"SELECT order_id, count(*) AS lines FROM ({accepted(job, 'order_items')}) GROUP BY order_id"
        sums = f"SELECT s.*, coalesce(h.lines, 0) AS here FROM ({sums}) AS s LEFT JOIN ({here}) AS h USING (order_id)"
        given = "CASE WHEN s.here = s.lines THEN o.total END"
    total = f"CASE WHEN o.total IS NULL AND s.order_id IS NULL THEN 0 ELSE coalesce({given}, s.items) END"
    return f"(SELECT o.* REPLACE ({total} AS total) FROM {orders} AS o LEFT JOIN ({sums}) AS s USING (order_id))"


def _add_known_only_by_id(job: Job, table: str, key: str, naming: str) -> None:
    """Orders may name a customer, and items a product, that the source does not list: nothing is lost over it."""
    ids = f"SELECT DISTINCT {key} FROM {naming} WHERE {key} IS NOT NULL"
    before = job.number(f"SELECT count(*) FROM {table}")
    job.run(f"INSERT INTO {table} ({key}) SELECT {key} FROM ({ids}) ANTI JOIN {table} USING ({key})")
    added = job.number(f"SELECT count(*) FROM {table}") - before
    if added:
        job.notes.append(f"{added:,} {table} are known only by their id, from {naming}.")


def _change(job: Job, table: str) -> Change:
    rows = job.number(f"SELECT count(*) FROM {table}")
    if not job.has_previous:
        return Change(rows, rows, 0)
    new = rows - job.number(f"SELECT count(*) FROM previous.main.{table}")
    differing = job.number(f"SELECT count(*) FROM (FROM {table} EXCEPT FROM previous.main.{table})")
    return Change(rows, new, differing - new)
