"""Replacing one table of the insights; the others stay as they are."""

from collections.abc import Iterable
from pathlib import Path

from store.warehouse.build import building
from store.warehouse.schema import INSIGHTS
from store.warehouse.untyped import RecordBatch, pa
from store.warehouse.warehouse import Warehouse


def store_insights(home: Path, warehouse: Warehouse, table: str, batches: Iterable[RecordBatch]) -> int:
    """Fills `table` with the batches, whose columns bear its names, and gives the number of rows.

    In the shop's own files the new version is swapped in whole; on another engine the table is replaced there. Raises
    WinbackError when another process is writing the insights.
    """
    if warehouse.facts_file is None:
        return warehouse.write(table, batches)
    before = warehouse.insights_file
    rows = 0
    with building(home, "insights") as insights:
        if before is not None:
            quoted = str(before).replace("'", "''")
            insights.execute(f"ATTACH '{quoted}' AS before (READ_ONLY)")
            for other in (name for name in INSIGHTS if name != table):
                insights.execute(f"INSERT INTO {other} BY NAME FROM before.{other}")
            insights.execute("DETACH before")
        for batch in batches:
            insights.register("batch", pa.Table.from_batches([batch]))
            insights.execute(f"INSERT INTO {table} BY NAME FROM batch").fetchall()
            insights.unregister("batch")
            rows += batch.num_rows
    return rows
