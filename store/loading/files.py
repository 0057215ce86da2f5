"""Which files under SOURCE a mapping means, and what kind each one is."""

from fnmatch import fnmatch
from pathlib import Path
from typing import Literal

from store.errors import WinbackError
from store.loading.mapping import Source
from store.loading.workbook import sheet_names

FileKind = Literal["parquet", "xlsx", "text"]
_EXTENSIONS = (".parquet", ".csv", ".tsv", ".txt", ".xlsx")
_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": "zip", b"\xd0\xcf\x11\xe0": "old Excel (.xls)"}


def data_files(folder: Path) -> list[Path]:
    """Every file of a kind that can be loaded, by name."""
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in _EXTENSIONS)


def find_files(source: Path, spec: Source, only: bool) -> list[Path]:
    """The files `spec` means; `only` says that the mapping has no other source, so a file is that one."""
    if source.is_file():
        return [source] if only or spec.sheet or _matches(source, spec.file) else []
    return [path for path in data_files(source) if not spec.file or _matches(path, spec.file)]


def _matches(path: Path, patterns: list[str]) -> bool:
    names = (path.name.lower(), path.stem.lower())
    return any(fnmatch(name, pattern.lower()) for pattern in patterns for name in names)


def has_sheet(source: Path, sheet: str) -> bool:
    return sheet.lower() in (name.lower() for name in sheet_names(source))


def kind_of_file(path: Path) -> FileKind:
    """What a file is, by its first bytes. Raises WinbackError with the way out where it cannot be loaded."""
    with path.open("rb") as handle:
        head = handle.read(4)
    if not head:
        raise WinbackError(f"{path.name} is empty (0 bytes); export it again.")
    suffix = path.suffix.lower()
    if head == b"PAR1":
        return "parquet"
    if head == b"PK\x03\x04" and suffix == ".xlsx":
        return "xlsx"
    packed = next((name for magic, name in _PACKED.items() if head.startswith(magic)), None)
    if packed:
        raise WinbackError(f"{path.name} is a {packed} file; save it as CSV, Parquet or XLSX first.")
    if suffix in (".parquet", ".xlsx"):
        raise WinbackError(f"{path.name} is damaged or no {suffix[1:]} file; export it again.")
    return "text"
