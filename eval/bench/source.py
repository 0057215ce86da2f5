"""The purchases the warehouse benchmark runs on: UCI Online Retail, as published or several times over."""

import os
from pathlib import Path

import duckdb

SHARED = Path(os.environ.get("WINBACK_SHARED", Path(__file__).parents[3] / "shared"))
UCI = SHARED / "data" / "online_retail.parquet"


def multiplied(source: Path, times: int, target: Path) -> int:
    """Writes the file `times` over, each copy with invoices and customers of its own. Returns the number of lines."""
    copies = f"""
        SELECT concat(InvoiceNo, copy) AS InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice,
            CustomerID::BIGINT * {times} + copy AS CustomerID, Country
        FROM '{source}', range({times}) AS copies(copy)
    """
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({copies}) TO '{target}' (FORMAT parquet)")
        row = connection.execute(f"SELECT count(*) FROM '{target}'").fetchone()
    return int(row[0]) if row else 0
