"""Excel workbooks, streamed to a text file that keeps each row's number."""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from zipfile import BadZipFile

from openpyxl import load_workbook  # pyright: ignore[reportMissingModuleSource]

from store.errors import WinbackError
from store.loading.text import check_names

LINE = "_sheet_line"


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook. Raises WinbackError where it is cut short or no workbook."""
    return list(cast("list[str]", _open(path).sheetnames))


def first_row(path: Path, sheet: str | None) -> list[str]:
    """The column names of a sheet: its first row that is not empty."""
    with TemporaryDirectory(prefix="winback-sheet-") as folder:
        target = Path(folder) / "head.csv"
        sheet_to_csv(path, sheet, target, lambda done: None, last_row=1000)
        with target.open(encoding="utf-8", newline="") as handle:
            return next(csv.reader(handle))[1:]


def sheet_to_csv(
    path: Path, sheet: str | None, target: Path, tick: Callable[[float], None], last_row: int | None = None
) -> None:
    """Write one sheet (default: the first) to `target`; the first column is the row's number in the sheet."""
    book = _open(path)
    try:
        worksheet = book[sheet] if sheet else book.worksheets[0]
        rows = cast("Iterator[tuple[Any, ...]]", worksheet.iter_rows(values_only=True, max_row=last_row))
        with target.open("w", encoding="utf-8", newline="") as out:
            _write_rows(rows, csv.writer(out), path.name, worksheet.max_row or 0, tick)
    except KeyError:
        raise WinbackError(f"{path.name} has no sheet {sheet}; it has {', '.join(book.sheetnames)}.") from None
    except (BadZipFile, EOFError, OSError, SyntaxError) as error:
        raise _broken(path) from error
    finally:
        book.close()


def _write_rows(
    rows: Iterator[tuple[Any, ...]], writer: Any, label: str, expected: int, tick: Callable[[float], None]
) -> None:
    width = 0
    for number, row in enumerate(rows, 1):
        if all(value is None or value == "" for value in row):
            continue
        if width == 0:
            names = [_text(value) for value in row]
            while names and not names[-1]:
                names.pop()
            width = len(names)
            writer.writerow([LINE, *check_names(names, label)])
            continue
        cells = [_text(value) for value in row[:width]]
        writer.writerow([number, *cells, *[""] * (width - len(cells))])
        if number % 20_000 == 0:
            tick(min(number / max(expected, number), 1.0))
    if width == 0:
        raise WinbackError(f"{label} has an empty sheet; its first row must name the columns.")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _open(path: Path) -> Any:
    try:
        return load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # a damaged workbook can fail in any part of the reader
        raise _broken(path) from error


def _broken(path: Path) -> WinbackError:
    return WinbackError(f"{path.name} cannot be read as a workbook; it may be cut short, so export it again.")
