"""A table of reviews read in pieces: CSV, TSV, Excel or Parquet, every row in its order and every cell as it is."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from store.errors import WinbackError
from tools.reviews.labelling.untyped import ARROW_ERRORS, RecordBatch, Schema, pq

ROWS = 8192
LARGEST = 16 << 20  # about how many bytes of a piece are decoded at once, and the longest cell of a text file


@dataclass
class Piece:
    """Some rows. `done` is the fraction of the file read so far; `remarks` are by row of the piece."""

    rows: RecordBatch
    done: float
    remarks: dict[int, str] = field(default_factory=dict[int, str])


class Table(ABC):
    """An open table, to be used as a context. `delimiter` and `bom` are a text file's; `remark` is for its owner."""

    schema: Schema
    delimiter: str = ","
    bom: bool = False
    remark: str = ""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._stack = ExitStack()

    @abstractmethod
    def pieces(self) -> Iterator[Piece]:
        """All rows, once. Raises WinbackError where the file is damaged."""

    def column(self, name: str) -> str:
        """The column of that name, without regard to case and blank space where that is enough to tell."""
        wanted = name.strip().lower()
        names = [str(one) for one in self.schema.names]
        found = [one for one in names if one == name] or [one for one in names if one.strip().lower() == wanted]
        if len(found) != 1:
            raise WinbackError(f"{self.name} has no column {name}; it has {', '.join(names)}.")
        return found[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


class ParquetTable(Table):
    """A Parquet file; its columns keep their types."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self._file = self._stack.enter_context(pq.ParquetFile(path))
        except ARROW_ERRORS as problem:
            raise self._damaged() from problem
        self.schema = self._file.schema_arrow

    def pieces(self) -> Iterator[Piece]:
        about = self._file.metadata
        groups = [about.row_group(at) for at in range(about.num_row_groups)]
        widest = max((group.total_byte_size // max(group.num_rows, 1) for group in groups), default=0)
        size = max(64, min(ROWS, LARGEST // max(widest, 1)))
        read = 0
        try:
            for rows in self._file.iter_batches(size):
                read += rows.num_rows
                yield Piece(rows, read / max(about.num_rows, 1))
        except ARROW_ERRORS as problem:
            raise self._damaged() from problem

    def _damaged(self) -> WinbackError:
        return WinbackError(f"{self.name} is damaged or cut short; export it again.")
