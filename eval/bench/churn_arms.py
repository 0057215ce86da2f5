"""The ways to compute the churn features of a shop. Each runs as a process of its own, for its peak memory.

    python -m eval.bench.churn_arms vectors|winback|train|scores|sql|export|pandas HOME FOLDER [--keep]

prints one JSON object: seconds, rows, and the peak of resident memory in MB. FOLDER holds what one arm leaves for
another: the product vectors, the Parquet files of pandas, the model; with --keep also the features, to be compared.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from eval.bench import churn_pandas
from eval.bench.churn_sql import features_sql
from store.warehouse import Warehouse
from tools.churn.embedding import ProductVectors
from tools.churn.features import features
from tools.churn.known import known_at

HORIZON = 90
ROWS = 50_000
Report = dict[str, Any]


def fit_vectors(warehouse: Warehouse, folder: Path, keep: bool) -> Report:
    vectors = ProductVectors.fit(known_at(warehouse, warehouse.info.as_of))
    vectors.save(folder / "vectors.npz")
    return {"rows": len(vectors)}


def run_winback(warehouse: Warehouse, folder: Path, keep: bool) -> Report:
    table = features(known_at(warehouse, warehouse.info.as_of), _vectors(folder), HORIZON)
    return _drained(warehouse.stream(table, ROWS), folder / "winback.parquet" if keep else None)


def run_sql(warehouse: Warehouse, folder: Path, keep: bool) -> Report:
    connection: Any = warehouse.backend.con.cursor()  # pyright: ignore[reportAttributeAccessIssue]
    connection.register("vectors", _vectors(folder).arrow())
    if not warehouse.has("review_labels"):
        connection.execute("CREATE TEMP TABLE review_labels (review_id VARCHAR, sentiment VARCHAR, aspects VARCHAR)")
    reader = connection.sql(features_sql(warehouse.info.as_of, HORIZON)).to_arrow_reader(ROWS)
    return _drained(reader, folder / "sql.parquet" if keep else None)


def run_scores(warehouse: Warehouse, folder: Path, keep: bool) -> Report:
    from tools.churn.model import ChurnModel
    from tools.churn.scoring import scores

    return _drained(scores(warehouse, ChurnModel.load(folder / "model"), warehouse.info.as_of), None)


def train_model(warehouse: Warehouse, folder: Path, keep: bool) -> Report:
    from tools.churn.training import train

    train(warehouse, warehouse.info.as_of, HORIZON).save(folder / "model")
    return {}


def export(warehouse: Warehouse, folder: Path, keep: bool) -> Report:
    churn_pandas.export(warehouse, folder)
    return {}


def run_pandas(warehouse: Warehouse, folder: Path, keep: bool) -> Report:
    cutoff, vectors = warehouse.info.as_of, _vectors(folder)
    begun = time.perf_counter()
    frames = churn_pandas.read(folder, cutoff)
    read = time.perf_counter() - begun
    found = churn_pandas.features(frames, cutoff, HORIZON, vectors)
    if keep:
        found.to_parquet(folder / "pandas.parquet")
    return {"rows": len(found), "read_s": round(read, 2)}


ARMS: dict[str, Callable[[Warehouse, Path, bool], Report]] = {
    "vectors": fit_vectors,
    "winback": run_winback,
    "train": train_model,
    "scores": run_scores,
    "sql": run_sql,
    "export": export,
    "pandas": run_pandas,
}


def _vectors(folder: Path) -> ProductVectors:
    return ProductVectors.load(folder / "vectors.npz")


def _drained(batches: Iterable[Any], target: Path | None) -> Report:
    """Reads to the end, and keeps nothing unless asked to."""
    kept = list(batches) if target else []
    rows = sum(batch.num_rows for batch in kept or batches)
    if target:
        parquet.write_table(pa.Table.from_batches(kept), target)
    return {"rows": rows}


def main() -> None:
    arm, home, folder, *rest = sys.argv[1:]
    warehouse = Warehouse.open(Path(home))
    wall, cpu = time.perf_counter(), time.process_time()
    report = ARMS[arm](warehouse, Path(folder), "--keep" in rest)
    report |= {"s": round(time.perf_counter() - wall, 2), "cpu_s": round(time.process_time() - cpu, 2)}
    report["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3)
    print(json.dumps(report))


if __name__ == "__main__":
    main()
