"""Labelling a file: its rows as they are, with what is said of each beside them."""

import json
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from store.errors import WinbackError
from store.loading.files import kind_of_file
from tools.reviews.contradiction import contradicts
from tools.reviews.labelling.notes import readable
from tools.reviews.labelling.table import ParquetTable, Piece, Table
from tools.reviews.labelling.table_out import writing
from tools.reviews.labelling.text_table import TextTable
from tools.reviews.labelling.untyped import DataType, RecordBatch, Schema, pa
from tools.reviews.labels import SENTIMENTS, Label, Labeller

Progress = Callable[[float, str], None]
_FLAG = "contradicts_rating"
_COLUMNS: dict[str, DataType] = {
    "sentiment": pa.string(),
    "score": pa.float64(),
    "aspects": pa.string(),
    **{f"p_{name}": pa.float64() for name in SENTIMENTS},
    _FLAG: pa.bool_(),
    "labelled_by": pa.string(),
    "note": pa.string(),
}
_STARS = re.compile(r"\s*(\d+(?:[.,]\d+)?)")


@dataclass
class FileReport:
    """`columns` maps each column that was added to its name in the file, `winback_…` where the plain one was taken."""

    rows: int = 0
    by_sentiment: Counter[str] = field(default_factory=Counter[str])
    notes: Counter[str] = field(default_factory=Counter[str])
    contradicting: int = 0
    columns: dict[str, str] = field(default_factory=dict[str, str])
    remark: str = ""


def label_file(
    source: Path, out: Path, text: str, labeller: Labeller, *, rating: str | None = None, progress: Progress
) -> FileReport:
    """Writes `out`: the rows of `source` in their order, all columns, and after them those of the label.

    `text` and `rating` name columns; with `rating`, rows whose stars contradict their text are flagged. Raises
    WinbackError where `source` is no table or lacks a column, and where `out` is `source` or cannot be written.
    """
    out = out.resolve()
    if out.exists() and source.exists() and out.samefile(source):
        raise WinbackError(f"{source} would be overwritten by its own labels; give another --out.")
    with open_table(source) as table:
        used = table.column(text), table.column(rating) if rating else None
        report = FileReport(columns=_names(table, rating is not None), remark=table.remark)
        schema = table.schema
        for plain, name in report.columns.items():
            schema = schema.append(pa.field(name, _COLUMNS[plain]))
        progress(0.0, f"Labelling {table.name}")
        with writing(out, schema, table) as write, ThreadPoolExecutor(1) as beside:
            # Beside the labelling, whose processes would else stand idle, go the reading of the next piece and the
            # writing of the last.
            pieces = table.pieces()
            coming, written = beside.submit(next, pieces, None), None
            while piece := coming.result():
                coming = beside.submit(next, pieces, None)
                rows = _labelled(piece, used, labeller, report, schema)
                if written:
                    written.result()
                written = beside.submit(write, rows)
                progress(piece.done, f"{report.rows:,} reviews labelled")
            if written:
                written.result()
    return report


def open_table(path: Path) -> Table:
    """Raises WinbackError, with the way out, for what is no table."""
    if not path.is_file():
        raise WinbackError(f"There is no file {path}; give a CSV, TSV, Excel or Parquet file.")
    try:
        kind = kind_of_file(path)
        return ParquetTable(path) if kind == "parquet" else TextTable(path, is_workbook=kind == "xlsx")
    except OSError as problem:
        raise WinbackError(f"{path} cannot be read ({problem.strerror}); check its permissions.") from problem


def _names(table: Table, rated: bool) -> dict[str, str]:
    taken = {str(name).lower() for name in table.schema.names}
    wanted = [name for name in _COLUMNS if rated or name != _FLAG]
    names = {name: f"winback_{name}" if name in taken else name for name in wanted}
    again = next((name for name in names.values() if name in taken), None)
    if again:
        raise WinbackError(f"{table.name} already has labels in {again}; give the file that they were made from.")
    return names


def _labelled(
    piece: Piece, used: tuple[str, str | None], labeller: Labeller, report: FileReport, schema: Schema
) -> RecordBatch:
    texts, remarks = _texts(piece, used[0])
    labels = labeller.label(texts)
    added: dict[str, Any] = _columns(labels) | {"note": remarks}
    if used[1] is not None:
        stars = [_stars(value) for value in piece.rows.column(used[1]).to_pylist()]
        flags = [contradicts(rating, label) for rating, label in zip(stars, labels, strict=True)]
        added[_FLAG] = flags
        report.contradicting += sum(flags)
    report.rows += len(labels)
    report.by_sentiment.update(added["sentiment"])
    report.notes.update(filter(None, remarks))
    own = [pa.array(added[plain], _COLUMNS[plain]) for plain in report.columns]
    return pa.record_batch([*piece.rows.columns, *own], schema=schema)


def _texts(piece: Piece, column: str) -> tuple[list[str | None], list[str]]:
    given: list[Any] = piece.rows.column(column).to_pylist()
    as_text = [value if value is None or isinstance(value, str) else _decoded(value) for value in given]
    pairs = [readable(value) for value in as_text]
    remarks = [remark for _, remark in pairs]
    for at, remark in piece.remarks.items():
        remarks[at] = "; ".join(filter(None, (remark, remarks[at])))
    return [text for text, _ in pairs], remarks


def _decoded(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _columns(labels: list[Label]) -> dict[str, Any]:
    spread = np.array([label.probabilities for label in labels], np.float64).reshape(-1, len(SENTIMENTS)).round(4)
    return {
        "sentiment": [label.sentiment for label in labels],
        "score": [round(label.score, 4) for label in labels],
        "aspects": [json.dumps(label.aspects) for label in labels],
        "labelled_by": [label.version for label in labels],
        **{f"p_{name}": spread[:, at] for at, name in enumerate(SENTIMENTS)},
    }


def _stars(value: Any) -> float | None:
    """The number a rating begins with: 4, "4.0", "4/5", "4 stars"."""
    if isinstance(value, str):
        found = _STARS.match(value)
        return float(found[1].replace(",", ".")) if found else None
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None
