"""Outcomes from a CSV, Parquet or Excel file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.errors import WinbackError
from tools.offers.rewards.untyped import pd

SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".xlsx")
_NEEDED = "kind and at, and customer_id or code"


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line, row) of a table whose header names outcome columns; the header is line 1.

    Raises WinbackError where the file cannot be read or lacks a column.
    """
    if not path.is_file():
        raise WinbackError(f"There is no file {path}.")
    try:
        frame = _frame(path)
    except (ValueError, OSError, ImportError, KeyError) as problem:
        reason = str(problem).strip().splitlines()[0].rstrip(".") if str(problem).strip() else type(problem).__name__
        raise WinbackError(f"{path.name} cannot be read as a table ({reason}); export it again.") from problem
    frame.columns = [str(name).strip().lower().replace(" ", "_") for name in frame.columns]
    known = set(frame.columns)
    if not {"kind", "at"} <= known or not known & {"customer_id", "code"}:
        raise WinbackError(f"{path.name} lacks columns; outcomes need {_NEEDED}, and have {', '.join(sorted(known))}.")
    found: list[dict[str, Any]] = frame.to_dict("records")
    return iter(enumerate(found, 2))


def _frame(path: Path) -> Any:
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return pd.read_parquet(path)
    if suffix == ".xlsx":
        return pd.read_excel(path, dtype=str, keep_default_na=False)
    if suffix in SUFFIXES:
        separator = "\t" if suffix == ".tsv" else ","
        return pd.read_csv(path, dtype=str, keep_default_na=False, sep=separator, encoding="utf-8-sig")
    raise WinbackError(f"{path.name} is no table that outcomes come in; give one of {', '.join(SUFFIXES)}.")
