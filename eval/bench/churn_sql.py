"""The features of tools/churn/features as one hand-written DuckDB statement."""

from datetime import datetime
from pathlib import Path


def features_sql(cutoff: datetime, horizon: int) -> str:
    """The statement for a cut-off and a horizon in days; it needs the table `vectors`."""
    text = Path(__file__).with_name("churn_features.sql").read_text("utf-8")
    values = {
        "cutoff": cutoff,
        "day": cutoff.date(),
        "horizon": horizon,
        "quarter": max(1, round(horizon / 4)),
        "half": max(1, round(horizon / 2)),
        "double": 2 * horizon,
    }
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text
