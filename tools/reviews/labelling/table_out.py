"""Writing a table piece by piece: Parquet, or text as the table it came from was written."""

import csv
import json
import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from store.errors import WinbackError
from tools.reviews.labelling.table import Table
from tools.reviews.labelling.untyped import RecordBatch, Schema, pa, pq

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet")
Write = Callable[[RecordBatch], None]


@contextmanager
def writing(out: Path, schema: Schema, source: Table) -> Generator[Write]:
    """Gives a function that appends rows. The file is written aside and appears under its name when all went well.

    Raises WinbackError where it cannot be written.
    """
    aside = out.with_name(f".{out.name}.part")
    try:
        if out.suffix.lower() == ".parquet":
            with pq.ParquetWriter(aside, schema) as parquet:
                yield parquet.write_batch
        else:
            with aside.open("w", encoding="utf-8-sig" if source.bom else "utf-8", newline="") as handle:
                yield _text_writer(csv.writer(handle, delimiter=_delimiter(out, source)), schema)
        os.replace(aside, out)
    except OSError as problem:
        raise WinbackError(
            f"{out} cannot be written ({problem.strerror or problem}); choose another --out."
        ) from problem
    finally:
        aside.unlink(missing_ok=True)


def _delimiter(out: Path, source: Table) -> str:
    """As in the source, if the name does not promise another."""
    suffix = out.suffix.lower()
    if suffix == ".tsv":
        return "\t"
    return "," if source.delimiter == "\t" and suffix != source.path.suffix.lower() else source.delimiter


def _text_writer(writer: Any, schema: Schema) -> Write:
    writer.writerow(schema.names)

    def write(rows: RecordBatch) -> None:
        columns = [_as_text(column) for column in rows.columns]
        writer.writerows(zip(*columns, strict=True))

    return write


def _as_text(column: Any) -> list[Any]:
    values: list[Any] = column.to_pylist()
    return values if pa.types.is_string(column.type) else [_cell(value) for value in values]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, list | dict | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
