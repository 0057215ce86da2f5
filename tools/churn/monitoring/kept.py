"""Scores set aside at a refresh until their horizon has passed, and then what happened.

They lie in HOME/models/churn as scored-MOMENT.parquet, one file for every sixth of a horizon, so that daily refreshes
do not pile up; a file goes when it has been judged.
"""

import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table
from tools.churn.labels import outcomes
from tools.churn.monitoring.figures import Flags, Floats
from tools.churn.untyped import pa

MOST = 200_000  # customers that are kept, always the same ones; figures of so many are exact to a third of a point
_PARTS = 6
_parquet: Any = parquet
_COLUMNS = ("customer_id", "churn_probability", "expected_spend")


@dataclass(frozen=True)
class Kept:
    """`scores` is an Arrow table: customer_id, churn_probability, expected_spend (null where amounts are unknown)."""

    at: datetime
    horizon_days: int
    version: str
    scores: Any

    @property
    def until(self) -> datetime:
        return self.at + timedelta(days=self.horizon_days)


@dataclass(frozen=True)
class Judged:
    """Of n customers: who, with what probability of leaving, whether they left, the spend expected and the real one."""

    ids: NDArray[np.str_]
    probability: Floats
    left: Flags
    expected_spend: Floats
    spend: Floats


def sampled(warehouse: Warehouse, most: int = MOST) -> Any:
    """About `most` of the stored churn_scores, chosen by id only, as an Arrow table."""
    stored: Table = warehouse.table("churn_scores")
    columns = {name: stored[name].cast("float64") for name in _COLUMNS[1:]}
    total = int(stored.count().to_pyarrow().as_py())
    limit = 2**32 if total <= most else 2**32 * most // total
    batches: Iterable[Any] = warehouse.stream(stored.select("customer_id", **columns))
    return pa.Table.from_batches([_below(batch, limit) for batch in batches])


def _below(batch: Any, limit: int) -> Any:
    if limit == 2**32:
        return batch
    return batch.filter(pa.array([zlib.crc32(one.encode()) < limit for one in batch["customer_id"].to_pylist()]))


def keep(folder: Path, kept: Kept) -> None:
    """Writes the file, unless scores of the last sixth of a horizon are kept already."""
    step = timedelta(days=kept.horizon_days / _PARTS)
    moments = [moment for moment in _files(folder) if moment < kept.at]
    if moments and kept.at - max(moments) < step:
        return
    folder.mkdir(parents=True, exist_ok=True)
    facts = {"horizon_days": str(kept.horizon_days), "version": kept.version}
    draft = folder / ".scored.draft"
    _parquet.write_table(kept.scores.replace_schema_metadata(facts), draft, compression="zstd")
    os.replace(draft, folder / f"scored-{kept.at:%Y%m%dT%H%M%S}.parquet")


def due(folder: Path, today: datetime) -> list[Kept]:
    """Those whose horizon has passed, oldest first. A damaged file is left out."""
    found = [_read(path, moment) for moment, path in sorted(_files(folder).items()) if moment < today]
    return [kept for kept in found if kept and kept.until <= today]


def forget(folder: Path, kept: Kept) -> None:
    _files(folder)[kept.at].unlink(missing_ok=True)


def judged(warehouse: Warehouse, kept: Kept) -> Judged:
    """What the customers did in the horizon; those whom the facts no longer know are left out."""
    after = outcomes(warehouse, kept.at, kept.horizon_days).to_pyarrow()
    both = kept.scores.join(after, "customer_id", join_type="inner").sort_by("customer_id")
    numbers = {name: both[name].cast("float64").fill_null(float("nan")).to_numpy() for name in both.column_names[1:]}
    return Judged(
        ids=np.asarray(both["customer_id"].to_pylist(), dtype=np.str_),
        probability=numbers["churn_probability"],
        left=numbers["orders"] == 0,
        expected_spend=numbers["expected_spend"],
        spend=numbers["spend"],
    )


def _files(folder: Path) -> dict[datetime, Path]:
    found: dict[datetime, Path] = {}
    for path in folder.glob("scored-*.parquet"):
        try:
            found[datetime.strptime(path.stem, "scored-%Y%m%dT%H%M%S")] = path
        except ValueError:
            continue
    return found


def _read(path: Path, moment: datetime) -> Kept | None:
    try:
        table = _parquet.read_table(path)
        facts = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
        return Kept(moment, int(facts["horizon_days"]), facts["version"], table.select(_COLUMNS))
    except (OSError, ValueError, KeyError, AttributeError, pa.ArrowException):
        return None
