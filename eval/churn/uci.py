"""UCI Online Retail at three moments: python -m eval.churn.uci [--data ../shared/data] [--json].

Horizon 90 days. The data hold 374 days, so the cut-offs, set before any figure was seen, are 1 June (half a year behind
it), 1 August, and 10 September, the last day with 90 days after it, which are those before Christmas.
"""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from eval.churn.judged import loaded, mean, show
from tools.churn.backtest import backtest

CUTOFFS = (date(2011, 6, 1), date(2011, 8, 1), date(2011, 9, 10))
HORIZON = 90


def run(data: Path) -> dict[str, Any]:
    """Figures at each cut-off, and the means of the rankings."""
    with loaded(data / "online_retail.parquet", "uci-online-retail") as warehouse:
        parts = {str(day): backtest(warehouse, datetime.combine(day, time.max), HORIZON).flat() for day in CUTOFFS}
    return {"suite": "churn.uci", "parts": parts, "means": {key: mean(parts, key) for key in ("auc", "c_index")}}


if __name__ == "__main__":
    show(run, __doc__)
