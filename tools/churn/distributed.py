"""Scoring where the rows are: Spark computes the features, and its workers score them with a copy of the model."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from store.warehouse import Warehouse
from store.warehouse.spark import Spark, spark_schema
from tools.churn.features import features
from tools.churn.known import known_at
from tools.churn.model import ChurnModel

_PACKAGES = ("store", "tools", "prompts")
_TABLE = "churn_scores"


def score_in_spark(warehouse: Warehouse, spark: Spark, model: ChurnModel, as_of: datetime) -> int:
    """Replace churn_scores with those of everyone who has bought by `as_of`; returns their number.

    The model is broadcast; no row of facts, features or scores passes through this process. Workers need this Python
    version with Winback's dependencies; Winback's own code is sent to them. Raises WinbackError where they fail.
    """
    send_code(spark)
    seen = spark.frame(features(known_at(warehouse, as_of), model.vectors, model.horizon_days))
    shared = spark.session.sparkContext.broadcast(model)
    try:
        return warehouse.write(_TABLE, seen.mapInArrow(_scorer(shared, as_of), spark_schema(_TABLE)))
    finally:
        shared.unpersist()


def send_code(spark: Spark) -> None:
    """Let workers import these packages as they are here, data files included; once for each Spark application."""
    context = spark.session.sparkContext
    sent = {Path(path).name.partition("#")[2] for path in context.listArchives}
    root = Path(__file__).parents[2]
    for package in _PACKAGES:
        if package not in sent:
            # Spark unpacks an archive under its name, in a folder that is on the workers' path.
            context.addArchive(f"{_archive(root / package)}#{package}")


def _archive(package: Path) -> str:
    folder = Path(tempfile.mkdtemp(prefix="winback-code-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)  # workers may ask for it as long as Spark runs
    copy = shutil.copytree(package, folder / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    return shutil.make_archive(str(folder / f"winback-{package.name}"), "zip", copy)


def _scorer(shared: Any, as_of: datetime) -> Callable[[Iterator[Any]], Iterator[Any]]:
    # Made here, so that it travels whole: workers can import nothing of ours before they have unpacked it.
    def score(batches: Iterator[Any]) -> Iterator[Any]:
        from store.warehouse.streaming import fitted
        from tools.churn.scoring import score_batch

        yield from fitted((score_batch(shared.value, batch, as_of) for batch in batches), "churn_scores")

    return score
