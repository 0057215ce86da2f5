"""Tables in and out as Arrow record batches: memory never holds more than a few of them, however large the table."""

from collections.abc import Iterable, Iterator
from typing import Any

from store.errors import WinbackError
from store.warehouse.schema import INSIGHTS, MONEY, create_table
from store.warehouse.untyped import RecordBatch, operations, pa

_TYPES = {
    "VARCHAR": pa.string(),
    "JSON": pa.string(),
    "TIMESTAMP": pa.timestamp("us"),
    "INTEGER": pa.int32(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    MONEY: pa.decimal128(18, 4),
}
_POSTGRES = {"VARCHAR": "text", "JSON": "jsonb", "DOUBLE": "double precision"}


def arrow_schema(name: str) -> Any:
    """The Arrow schema of an insights table."""
    return pa.schema([(column, _TYPES[kind]) for column, kind in INSIGHTS[name].items()])


def fitted(batches: Iterable[RecordBatch], name: str) -> Iterator[RecordBatch]:
    """The batches with exactly the columns and types of an insights table. Raises WinbackError where one is missing."""
    schema = arrow_schema(name)
    for batch in batches:
        missing = [column for column in schema.names if column not in batch.schema.names]
        if missing:
            raise WinbackError(f"The rows of {name} lack {', '.join(missing)}; they need {', '.join(schema.names)}.")
        yield batch.select(schema.names).cast(schema)


def pieces(batches: Iterable[RecordBatch], table: Any, rows: int) -> Iterator[RecordBatch]:
    """The batches with the table's own Arrow types, none of them empty or longer than `rows`."""
    schema = table.schema().to_pyarrow()
    for batch in batches:
        for start in range(0, len(batch), rows):
            yield batch.slice(start, rows).cast(schema)


def stream_duckdb(backend: Any, table: Any, rows: int) -> Iterator[RecordBatch]:
    """On a cursor of its own, so that this thread may ask other things meanwhile."""
    cursor = backend.con.cursor()
    try:
        for made in table.op().find(operations.InMemoryTable):
            cursor.register(made.name, made.data.to_pyarrow(made.schema))
        yield from pieces(cursor.sql(backend.compile(table)).to_arrow_reader(rows), table, rows)
    finally:
        cursor.close()


def stream_postgres(backend: Any, table: Any, rows: int) -> Iterator[RecordBatch]:
    """By a server-side cursor, on a connection that nobody else uses.

    PostgreSQL computes 1.0 * x as numeric where Ibis says float64, so the columns are cast to what Ibis says.
    """
    schema = table.schema()
    floats = {name for name, kind in schema.items() if kind.is_floating()}
    columns = (f'CAST("{name}" AS double precision)' if name in floats else f'"{name}"' for name in schema)
    backend._run_pre_execute_hooks(table)
    with backend.con.transaction(), backend.con.cursor(name="winback_stream") as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM ({backend.compile(table)}) AS streamed")
        while found := cursor.fetchmany(rows):
            yield pa.RecordBatch.from_struct_array(pa.array(found, type=schema.as_struct().to_pyarrow()))


def stream_ibis(backend: Any, table: Any, rows: int) -> Iterator[RecordBatch]:
    """On a connection that nobody else uses."""
    yield from pieces(backend.to_pyarrow_batches(table, chunk_size=rows), table, rows)


def replace_duckdb(backend: Any, name: str, batches: Iterator[RecordBatch]) -> None:
    """One statement, so all of it or nothing."""
    reader = pa.RecordBatchReader.from_batches(arrow_schema(name), batches)
    cursor = backend.con.cursor()
    cursor.register("winback_rows", reader)
    columns = ", ".join(f"CAST({column} AS {kind}) AS {column}" for column, kind in INSIGHTS[name].items())
    cursor.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {columns} FROM winback_rows")
    cursor.close()


def replace_postgres(backend: Any, name: str, batches: Iterator[RecordBatch]) -> None:
    """A new table that takes the old one's name when it is full, in one transaction: readers see one or the other."""
    draft = f"{name}_draft"
    types = {column: _POSTGRES.get(kind, kind) for column, kind in INSIGHTS[name].items()}
    connection = backend.con
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(create_table(draft, types))
        with cursor.copy(f"COPY {draft} ({', '.join(types)}) FROM STDIN") as copy:
            for batch in batches:
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    copy.write_row(row)
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"ALTER TABLE {draft} RENAME TO {name}")
