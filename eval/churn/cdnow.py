"""CDNOW, 39 weeks to learn from and 39 to foretell: python -m eval.churn.cdnow [--data ../shared/data] [--json].

All 23,570 customers of the first quarter of 1997, and every tenth of them by number (as many as the published sample).
Nothing after 30 September 1997 is learned from. The 70 or so customers who only ever bought for nothing are no buyers.
"""

import tempfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd

from eval.churn.judged import loaded, show
from tools.churn.backtest import backtest

CUTOFF = datetime.combine(date(1997, 9, 30), time.max)
HORIZON = 273
EVERY = 10


def run(data: Path) -> dict[str, Any]:
    """Figures of both sets of customers."""
    source = data / "cdnow.parquet"
    return {"suite": "churn.cdnow", "parts": {"all": _judged(source), "every tenth": _tenth(source)}}


def _judged(source: Path) -> dict[str, Any]:
    with loaded(source, "transactions") as warehouse:
        return backtest(warehouse, CUTOFF, HORIZON).flat()


def _tenth(source: Path) -> dict[str, Any]:
    rows: Any = pd.read_parquet(source)
    with tempfile.TemporaryDirectory(prefix="winback-eval-") as folder:
        part = Path(folder) / "part.parquet"
        rows[rows["customer_id"] % EVERY == 0].to_parquet(part)
        return _judged(part)


if __name__ == "__main__":
    show(run, __doc__)
