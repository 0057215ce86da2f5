"""How much variance CUPED takes off on a demo shop: `python -m eval.offers.cuped HOME`.

What customers' orders leave in a month, explained by what they left in the days before: the variance that remains. The
span was chosen by months that ended before the shop's today; the last line is the month after it, from
truth/future_orders.parquet, which the choice has not looked at.
"""

import argparse
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from store.shop import Shop
from tools.offers.rewards.facts import SPANS, margin_before, margin_share, within_windows

MONTH = 30
TRIED = (1, 2, 3, 6)  # spans, in months


def months(today: datetime) -> list[datetime]:
    """The first moments of three months that have passed."""
    return [today - timedelta(days=MONTH * back) for back in (5, 3, 1)]


def windows(shop: Shop, start: datetime) -> pd.DataFrame:
    """One window for each customer who had signed up."""
    customers: Any = shop.warehouse.table("customers")
    rows = customers.filter(customers.signup_at <= start).select("customer_id").order_by("customer_id").to_pandas()
    rows["place"] = np.arange(len(rows))
    for name, days in (("at", 0), ("known_at", 0), ("until", MONTH)):
        rows[name] = pd.Series(start + timedelta(days=days), index=rows.index).astype("datetime64[us]")
    return rows.assign(window_days=MONTH)


def margin_after(shop: Shop, rows: pd.DataFrame, share: float) -> np.ndarray:
    orders = within_windows(shop.warehouse, rows, share)
    done = orders[orders["completed"]].groupby("place")["margin"].sum()
    return done.reindex(rows["place"]).fillna(0.0).to_numpy()


def margin_in_truth(home: Path, shop: Shop, rows: pd.DataFrame) -> np.ndarray:
    """The same after the shop's today, as the truth has it."""
    query = """
        SELECT customer_id, sum(quantity * (unit_price - cost))::DOUBLE AS margin
        FROM read_parquet(?) JOIN products USING (product_id)
        WHERE status = 'completed' AND ordered_at <= ? GROUP BY customer_id
    """
    with duckdb.connect(str(shop.warehouse.facts_file), read_only=True) as connection:
        future = str(home / "truth" / "future_orders.parquet")
        found = connection.execute(query, [future, rows["until"].iloc[0].to_pydatetime()]).df()
    return rows[["customer_id"]].merge(found, how="left", on="customer_id")["margin"].fillna(0.0).to_numpy()


def left(shop: Shop, rows: pd.DataFrame, after: np.ndarray, spans: float, share: float) -> float:
    """The share of variance that remains with the margin of so many months before."""
    # `margin_before` looks back SPANS windows.
    before = margin_before(shop.warehouse, rows.assign(window_days=round(MONTH * spans / SPANS)), share)
    return 1 - float(np.corrcoef(before, after)[0, 1]) ** 2


def measured(home: Path) -> Iterator[tuple[str, int, list[float]]]:
    shop = Shop.open(home)
    share, _assumed = margin_share(shop.warehouse)
    for start in [*months(shop.as_of), shop.as_of]:
        rows = windows(shop, start)
        ahead = start == shop.as_of
        after = margin_in_truth(home, shop, rows) if ahead else margin_after(shop, rows, share)
        yield (
            f"{start.date()}{' (truth)' if ahead else ''}",
            len(rows),
            [left(shop, rows, after, one, share) for one in TRIED],
        )
    shop.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    home: Path = parser.parse_args().home
    spans = " | ".join(f"{MONTH * one} days" for one in TRIED)
    print(f"| month from | customers | {spans} | interval narrower by, at {MONTH * SPANS} |")
    print("|---" * (3 + len(TRIED)) + "|")
    for start, customers, shares in measured(home):
        narrower = 1 - shares[TRIED.index(SPANS)] ** 0.5
        print(f"| {start} | {customers:,} | {' | '.join(f'{one:.1%}' for one in shares)} | {narrower:.0%} |")


if __name__ == "__main__":
    main()
