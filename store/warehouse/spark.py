"""Apache Spark as the warehouse: `pyspark://[HOST:PORT][/FOLDER][?spark.KEY=VALUE&database=NAME]`.

HOST:PORT is a standalone master; else `spark.master` says where Spark runs (default: on this machine's cores). FOLDER
holds the tables as Parquet, NAME/ or NAME.parquet each, and is reached by workers under the same path; `spark.
sql.warehouse.dir=s3a://…` names one elsewhere. Without a folder, tables are those of Spark's catalog.

Ibis 12 takes such URLs too, but sets static options on a running session, which Spark 4 refuses.
"""

import atexit
import os
import shutil
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from store.errors import WinbackError
from store.warehouse.schema import FACTS, INSIGHTS
from store.warehouse.streaming import pieces
from store.warehouse.untyped import DataFrame, RecordBatch, ibis, pa

TABLES = (*FACTS, *INSIGHTS, "shop_info")
_FOLDER = "spark.sql.warehouse.dir"
_QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
_TYPES = {"VARCHAR": "string", "JSON": "string", "TIMESTAMP": "timestamp_ntz"}
_LOOK_AGAIN_S = 5.0


class Spark:
    """A Spark session with the folder's tables as views. Any thread may use it."""

    def __init__(self, url: str) -> None:
        options, database = _parsed(url)
        self.session: Any = _session(options)
        self._folder = options.get(_FOLDER)
        self._seen: dict[str, tuple[str, int]] = {}
        self._looked_at = 0.0
        if database:
            self.session.catalog.setCurrentDatabase(database)
        self._backend: Any = ibis.pyspark.connect(self.session)

    @property
    def backend(self) -> Any:
        """The Ibis backend; tables that were replaced meanwhile are opened anew."""
        if self._folder and time.monotonic() - self._looked_at > _LOOK_AGAIN_S:
            self._looked_at = time.monotonic()
            for name in TABLES:
                self._open(name)
        return self._backend

    def frame(self, table: Any) -> DataFrame:
        """An Ibis table as a Spark DataFrame."""
        view = ibis.util.gen_name("winback")
        self.backend.create_view(view, table, overwrite=True)
        frame = self.session.table(view)
        self.session.catalog.dropTempView(view)
        return frame

    def stream(self, table: Any, rows: int) -> Iterator[RecordBatch]:
        """Workers pack their rows as Arrow; the driver holds one partition at a time."""
        packed = self.frame(table).mapInArrow(_packer(), "batch binary").toLocalIterator()
        found = (batch for row in packed for batch in pa.ipc.open_stream(row.batch))
        yield from pieces(found, table, rows)

    def replace(self, name: str, frames: Iterator[DataFrame]) -> None:
        """Put the rows of the DataFrames in the table's place; workers write them, aside until all are there."""
        if self._folder:
            self._replace_folder(name, frames)
            self._open(name)
        else:
            self._replace_table(name, frames)

    def frames(self, name: str, batches: Iterator[RecordBatch]) -> Iterator[DataFrame]:
        """Record batches of an insights table as DataFrames."""
        yield self.session.createDataFrame([], spark_schema(name))
        for batch in batches:
            yield self.session.createDataFrame(pa.Table.from_batches([batch]), spark_schema(name))

    def _replace_table(self, name: str, frames: Iterator[DataFrame]) -> None:
        draft = f"{name}_draft"
        self.session.sql(f"DROP TABLE IF EXISTS {draft}")
        for frame in frames:
            frame.write.mode("append").format("parquet").saveAsTable(draft)
        self.session.sql(f"DROP TABLE IF EXISTS {name}")
        self.session.sql(f"ALTER TABLE {draft} RENAME TO {name}")

    def _replace_folder(self, name: str, frames: Iterator[DataFrame]) -> None:
        new, draft, old = (self._path(part) for part in (name, f".{name}-draft", f".{name}-old"))
        files = self._files(new)
        files.delete(draft, True)
        for frame in frames:
            frame.write.mode("append").parquet(draft.toString())
        files.delete(old, True)
        if files.exists(new):
            files.rename(new, old)
        if not files.rename(draft, new):
            raise WinbackError(
                f"{name} is written but could not be moved to {new.toString()}; see who may write there."
            )
        files.delete(old, True)

    def _open(self, name: str) -> None:
        for path in (self._path(name), self._path(f"{name}.parquet")):
            files = self._files(path)
            if files.exists(path):
                found = (path.toString(), int(files.getFileStatus(path).getModificationTime()))
                if self._seen.get(name) != found:
                    self.session.read.parquet(found[0]).createOrReplaceTempView(name)
                    self._seen[name] = found
                return

    def _path(self, name: str) -> Any:
        return self.session.sparkContext._jvm.org.apache.hadoop.fs.Path(f"{self._folder}/{name}")

    def _files(self, path: Any) -> Any:
        """The file system of a path, whatever it is: Spark's own way to any of them."""
        return path.getFileSystem(self.session.sparkContext._jsc.hadoopConfiguration())


def spark_schema(name: str) -> str:
    """The columns of an insights table as Spark writes them."""
    return ", ".join(f"{column} {_TYPES.get(kind, kind)}" for column, kind in INSIGHTS[name].items())


def _packer() -> Any:
    # Functions made here travel whole: workers need pyarrow, and nothing of Winback.
    def pack(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, batch.schema) as writer:
                writer.write_batch(batch)
            yield pa.record_batch({"batch": [sink.getvalue().to_pybytes()]})

    return pack


def _parsed(url: str) -> tuple[dict[str, str], str | None]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    database = options.pop("database", None)
    strange = [key for key in options if not key.startswith("spark.")]
    if strange:
        raise WinbackError(
            f"WINBACK_WAREHOUSE has the option {strange[0]}; pyspark:// takes `database` and Spark's own (spark.…)."
        )
    if parts.netloc:
        options.setdefault("spark.master", f"spark://{parts.netloc}")
    if parts.path.strip("/"):
        options.setdefault(_FOLDER, parts.path.rstrip("/"))
    return options, database


def _session(options: dict[str, str]) -> Any:
    try:
        sql: Any = import_module("pyspark.sql")
    except ImportError:
        raise WinbackError("Spark needs PySpark; run `pip install winback[spark]`, then try again.") from None
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        raise WinbackError("Spark needs Java 17 or later; install it or set JAVA_HOME, then try again.")
    if options.get("spark.master", "local").startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder: Any = sql.SparkSession.builder.appName("winback")
    for key, value in (_QUIET | options).items():
        builder = builder.config(key, value)
    first: Any = builder.getOrCreate()
    atexit.register(first.stop)
    first.sparkContext.setLogLevel("ERROR")
    return first.newSession()
