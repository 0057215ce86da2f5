"""The column names of a file or a sheet, without loading it."""

import tempfile
from pathlib import Path

import duckdb

from store.errors import WinbackError
from store.loading.expressions import literal
from store.loading.files import kind_of_file
from store.loading.text import detect_encoding, read_header, rewrite
from store.loading.workbook import first_row


def read_columns(path: Path, sheet: str | None = None) -> list[str]:
    """The names as the file writes them. Raises WinbackError where the file cannot be read."""
    kind = kind_of_file(path)
    if kind == "xlsx":
        return first_row(path, sheet)
    if kind == "text":
        return _text_columns(path)
    try:
        rows = duckdb.connect().execute(f"DESCRIBE FROM read_parquet({literal(str(path))})").fetchall()
    except duckdb.Error:
        raise WinbackError(f"{path.name} is damaged or cut short; export it again.") from None
    return [str(row[0]) for row in rows]


def _text_columns(path: Path) -> list[str]:
    encoding = detect_encoding(path)
    if encoding == "utf-8":
        return read_header(path, None)[0]
    with tempfile.TemporaryDirectory(prefix="winback-header-") as folder:
        copy = Path(folder) / path.name
        rewrite(path, copy, encoding)
        return read_header(copy, None)[0]
