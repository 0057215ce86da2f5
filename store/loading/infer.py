"""Guessing a mapping from file names and headers, English and Chinese; a dry run shows the guess."""

from pathlib import Path
from typing import Any

from store.errors import WinbackError
from store.loading.expressions import quoted
from store.loading.files import data_files, kind_of_file
from store.loading.headers import read_columns
from store.loading.line_export import lines_mapping
from store.loading.mapping import Mapping, parse_mapping, read_preset
from store.loading.rules import NEEDED
from store.loading.words import HINT, TABLE_WORDS, header_for, normal
from store.loading.workbook import sheet_names
from store.warehouse.schema import FACTS, REQUIRED


def infer_mapping(source: Path) -> Mapping:
    """The likeliest mapping of `source`. Raises WinbackError where its names say too little."""
    parts = _parts(source)
    if any(name.startswith("olist_") for name in parts):
        return read_preset("olist")
    headers = {name: read_columns(path, sheet) for name, (path, sheet) in parts.items()}
    if len(headers) == 1:
        return lines_mapping(next(iter(headers.values())), source.name)
    return _many_files(source, parts, headers)


def _parts(source: Path) -> dict[str, tuple[Path, str | None]]:
    """The files of a folder or the sheets of a workbook, by lower-case name."""
    parts: dict[str, tuple[Path, str | None]]
    if source.is_dir():
        parts = {path.stem.lower(): (path, None) for path in data_files(source)}
    elif kind_of_file(source) == "xlsx":
        parts = {name.lower(): (source, name) for name in sheet_names(source)}
    else:
        parts = {source.stem.lower(): (source, None)}
    if not parts:
        raise WinbackError(f"{source} holds no CSV, Parquet or XLSX file; name a folder that does.")
    return parts


def _many_files(source: Path, parts: dict[str, tuple[Path, str | None]], headers: dict[str, list[str]]) -> Mapping:
    sources: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for table in FACTS:
        part = next((name for name in parts if normal(name) in {normal(table), *TABLE_WORDS[table]}), None)
        if part is None:
            continue
        columns = {column: header for column in FACTS[table] if (header := header_for(column, headers[part]))}
        if set(NEEDED[table]) <= columns.keys():
            path, sheet = parts[part]
            sources[table] = {"sheet": sheet} if sheet else {"file": path.name}
            tables[table] = {"from": table, "columns": columns}
    _derive(tables, "customers", "customer_id", "orders")
    _derive(tables, "products", "product_id", "order_items")
    missing = [table for table in REQUIRED if table not in tables]
    if missing:
        raise WinbackError(f"{source} has nothing known as {' or '.join(missing)}; {HINT}.")
    return parse_mapping({"sources": sources, "tables": tables}, "inferred")


def _derive(tables: dict[str, Any], table: str, key: str, naming: str) -> None:
    """Customers that only orders name, products that only items name."""
    if table in tables or naming not in tables or key not in tables[naming]["columns"]:
        return
    column = quoted(tables[naming]["columns"][key])
    columns = {key: column}
    where = f"{column} IS NOT NULL"
    tables[table] = {"from": naming, "where": where, "group_by": column, "columns": columns}
