"""Scores of everyone: a batch of features becomes a batch of churn_scores."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.warehouse import Warehouse
from tools.churn.explain.reasons import reasons
from tools.churn.features import features
from tools.churn.known import known_at
from tools.churn.model import ChurnModel
from tools.churn.observations import matrix
from tools.churn.untyped import pa

SCORE_SCHEMA: Any = pa.schema(
    {
        "customer_id": pa.string(),
        "as_of": pa.timestamp("us"),
        "horizon_days": pa.int32(),
        "churn_probability": pa.float64(),
        "expected_orders": pa.float64(),
        "expected_spend": pa.float64(),
        "spend_if_retained": pa.float64(),
        "value_at_risk": pa.float64(),
        "reasons": pa.string(),
        "model_version": pa.string(),
    }
)
BATCH = 50_000


def score_batch(model: ChurnModel, batch: Any, as_of: datetime) -> Any:
    """A record batch of `features(…)`, its windows as long as the model's horizon, to one of churn_scores.

    Money is null where the shop's amounts are unknown. Pure, and its arguments pickle: it also runs in Spark workers.
    """
    found = model.score(matrix(batch))
    rows = len(found.churn_probability)
    columns = {
        "customer_id": batch["customer_id"],
        "as_of": [as_of] * rows,
        "horizon_days": np.full(rows, model.horizon_days, dtype=np.int32),
        "churn_probability": found.churn_probability,
        "expected_orders": found.expected_orders,
        "expected_spend": _money(found.expected_spend),
        "spend_if_retained": _money(found.spend_if_retained),
        "value_at_risk": _money(found.churn_probability * found.spend_if_retained),
        "reasons": reasons(found.contributions, batch),
        "model_version": [model.version] * rows,
    }
    arrays = [pa.array(columns[one.name], type=one.type) for one in SCORE_SCHEMA]
    return pa.RecordBatch.from_arrays(arrays, schema=SCORE_SCHEMA)


def _money(amounts: NDArray[np.float64]) -> Any:
    return pa.array(amounts, mask=np.isnan(amounts))


def scores(warehouse: Warehouse, model: ChurnModel, as_of: datetime, rows: int = BATCH) -> Iterator[Any]:
    """Record batches of churn_scores of everyone who has bought by `as_of`, at most `rows` each."""
    seen = features(known_at(warehouse, as_of), model.vectors, model.horizon_days)
    for batch in warehouse.stream(seen, rows):
        yield score_batch(model, batch, as_of)
