"""CSV and TSV files and Excel sheets as tables of text."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory

from store.errors import WinbackError
from store.loading.text import describe_encoding, detect_encoding, read_header, rewrite
from store.loading.workbook import sheet_to_csv
from tools.reviews.labelling.table import LARGEST, ROWS, Piece, Table
from tools.reviews.labelling.untyped import pa

TOO_MANY = "more cells than columns"


class TextTable(Table):
    """Every cell is text. Short rows are filled up; what a row has beyond its columns is kept in its last cell."""

    def __init__(self, path: Path, is_workbook: bool = False) -> None:
        super().__init__(path)
        self._numbered = int(is_workbook)  # the rows of a sheet come with their number in front
        self._path = self._sheet(path) if is_workbook else self._utf8(path)
        self._names, self.delimiter = read_header(self._path, "," if is_workbook else None)
        self.schema = pa.schema([(name, pa.string()) for name in self._names[self._numbered :]])

    def _sheet(self, path: Path) -> Path:
        copy = self._folder() / path.name
        sheet_to_csv(path, None, copy, lambda _done: None)
        self.bom = True  # so that Excel reads what is written
        return copy

    def _utf8(self, path: Path) -> Path:
        encoding = detect_encoding(path)
        with path.open("rb") as handle:
            self.bom = handle.read(3) == b"\xef\xbb\xbf" or encoding == "utf-16"
        if encoding == "utf-8":
            return path
        self.remark = f"{path.name} is not UTF-8; it was read as {describe_encoding(encoding)}."
        copy = self._folder() / path.name
        rewrite(path, copy, encoding)
        return copy

    def _folder(self) -> Path:
        return Path(self._stack.enter_context(TemporaryDirectory(prefix="winback-label-")))

    def pieces(self) -> Iterator[Piece]:
        csv.field_size_limit(LARGEST)
        size = self._path.stat().st_size or 1
        raw = self._stack.enter_context(self._path.open("rb"))
        lines = _Lines(TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline=""))
        reader = csv.reader(lines, delimiter=self.delimiter)
        try:
            for rows in _grouped(reader, lines):
                yield self._piece(rows, raw.tell() / size)
        except csv.Error as problem:
            raise WinbackError(f"{self.name} cannot be read at line {reader.line_num}: {problem}.") from problem
        if lines.unclosed:
            raise WinbackError(
                f"{self.name} has a quotation mark without its other half at line {lines.begun}; mend it."
            )

    def _piece(self, rows: list[list[str]], done: float) -> Piece:
        remarks: dict[int, str] = {}
        width = len(self._names)
        for at, row in enumerate(rows):
            if len(row) < width:
                row += [""] * (width - len(row))
            elif len(row) > width:
                if any(row[width:]):
                    row[width - 1] = self.delimiter.join(row[width - 1 :])
                    remarks[at] = TOO_MANY
                del row[width:]
        columns = [pa.array(cells, pa.string()) for cells in list(zip(*rows, strict=True))[self._numbered :]]
        return Piece(pa.record_batch(columns, schema=self.schema), done, remarks)


class _Lines:
    """The lines of a file for the CSV reader; knows whether the last row's quotation marks come in pairs."""

    def __init__(self, handle: Iterator[str]) -> None:
        self._handle = handle
        self._now = 0
        self._row: list[str] = []
        self._last: list[str] = []
        self.begun = 1

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._handle)
        self._row.append(line)
        return line

    def row_done(self) -> int:
        """Characters of the row that has just been read."""
        self.begun = self._now + 1
        self._now += len(self._row)
        self._last, self._row = self._row, []
        return sum(map(len, self._last))

    @property
    def unclosed(self) -> bool:
        """A row that runs on over lines to the end of the file, with an odd number of marks."""
        return len(self._last) > 1 and sum(line.count('"') for line in self._last) % 2 == 1


def _grouped(reader: Iterator[list[str]], lines: _Lines) -> Iterator[list[list[str]]]:
    """Rows below the header in groups of at most `ROWS` and about `LARGEST` characters, without blank lines."""
    next(row for row in reader if any(row))
    lines.row_done()
    group: list[list[str]] = []
    size = 0
    for row in reader:
        size += lines.row_done()
        if row:
            group.append(row)
        if len(group) >= ROWS or size >= LARGEST:
            yield group
            group, size = [], 0
    if group:
        yield group
