"""Scores of a demo shop: those that `winback refresh` stored, or of a model trained for the purpose."""

from pathlib import Path
from typing import Any

from store.warehouse import Warehouse
from tools.churn.scoring import scores
from tools.churn.training import train
from tools.churn.untyped import pa


def scored(home: Path, horizon_days: int | None = None) -> dict[str, list[Any]]:
    """The columns of churn_scores as lists. A `horizon_days` of one's own has a model trained."""
    warehouse = Warehouse.open(home)
    if horizon_days is None and warehouse.has("churn_scores"):
        stored: Any = warehouse.table("churn_scores")
        return stored.to_pyarrow().to_pydict()
    as_of = warehouse.info.as_of
    model = train(warehouse, as_of, horizon_days)
    found: dict[str, list[Any]] = pa.Table.from_batches(list(scores(warehouse, model, as_of))).to_pydict()
    return found
