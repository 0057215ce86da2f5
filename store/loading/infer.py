"""Guessing a mapping from file names and headers, English and Chinese; a dry run shows the guess."""

from pathlib import Path
from typing import Any, cast

import yaml

from store.errors import WinbackError
from store.loading.expressions import quoted
from store.loading.files import data_files, kind_of_file
from store.loading.headers import read_columns
from store.loading.mapping import Kind, Mapping, parse_mapping, read_preset
from store.loading.rules import NEEDED
from store.loading.workbook import sheet_names
from store.warehouse.schema import FACTS, REQUIRED

_WORDS = cast("dict[str, dict[str, list[str]]]", yaml.safe_load((Path(__file__).parent / "headers.yaml").read_text()))
_UCI = {"quantity", "invoicedate", "stockcode", "description", "country"}
_HINT = "run `winback load SOURCE --dry-run` with --preset or --mapping to see what is missing"


def infer_mapping(source: Path) -> Mapping:
    """The likeliest mapping of `source`. Raises WinbackError where its names say too little."""
    parts = _parts(source)
    if any(name.startswith("olist_") for name in parts):
        return read_preset("olist")
    headers = {name: read_columns(path, sheet) for name, (path, sheet) in parts.items()}
    if len(headers) == 1:
        return _one_file(next(iter(headers.values())), source)
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


def _normal(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _header_for(column: str, headers: list[str]) -> str | None:
    """The header that means a canonical column: its own name first, then the known ones in order."""
    by_name = {_normal(header): header for header in headers}
    words = [_normal(column), *_WORDS["columns"].get(column, [])]
    return next((by_name[word] for word in words if word in by_name), None)


def _one_file(headers: list[str], source: Path) -> Mapping:
    if {_normal(header) for header in headers} >= _UCI:
        return read_preset("uci-online-retail")
    wanted = (
        "order_id",
        "customer_id",
        "product_id",
        "ordered_at",
        "quantity",
        "unit_price",
        "amount",
        "country",
        "name",
    )
    found = {column: header for column in wanted if (header := _header_for(column, headers))}
    if "unit_price" in found:
        found.pop("amount", None)
    needed = {"order_id", "customer_id", "product_id", "ordered_at", "quantity"}
    missing = sorted(needed - found.keys()) + ([] if {"unit_price", "amount"} & found.keys() else ["unit_price"])
    if missing:
        has = ", ".join(headers)
        raise WinbackError(f"{source.name} has no column known as {' or '.join(missing)} (it has {has}); {_HINT}.")
    return parse_mapping(_flat(found), "inferred")


def _flat(found: dict[str, str]) -> dict[str, Any]:
    """One row for each line of an order: the four required tables come out of it."""
    kinds: dict[str, Kind] = {
        "ordered_at": "timestamp",
        "quantity": "integer",
        "unit_price": "money",
        "amount": "money",
    }
    optional = ("customer_id", "country", "name")
    fields = {
        header: {
            "type": kinds.get(column, "id" if column.endswith("_id") else "text"),
            "required": column not in optional,
        }
        for column, header in found.items()
    }
    at = {column: quoted(header) for column, header in found.items()}
    price = at.get("unit_price") or f"{at['amount']} / nullif({at['quantity']}, 0)"
    country = {"country": f"arg_max({at['country']}, _row)"} if "country" in at else {}
    name = {"name": f"most_common({at['name']})"} if "name" in at else {}
    items = {
        "order_id": at["order_id"],
        "product_id": at["product_id"],
        "quantity": at["quantity"],
        "unit_price": price,
    }
    orders = {
        "order_id": at["order_id"],
        "customer_id": f"min({at['customer_id']})",
        "ordered_at": f"min({at['ordered_at']})",
    }
    products = {"product_id": at["product_id"], "price": f"arg_max({price}, _row)", **name}
    customers = {"customer_id": at["customer_id"], **country}
    return {
        "sources": {"lines": {"columns": fields}},
        "tables": {
            "order_items": {"from": "lines", "columns": items},
            "orders": {"from": "lines", "group_by": at["order_id"], "columns": orders | country},
            "products": {"from": "lines", "group_by": at["product_id"], "columns": products},
            "customers": {
                "from": "lines",
                "where": f"{at['customer_id']} IS NOT NULL",
                "group_by": at["customer_id"],
                "columns": customers,
            },
        },
    }


def _many_files(source: Path, parts: dict[str, tuple[Path, str | None]], headers: dict[str, list[str]]) -> Mapping:
    sources: dict[str, Any] = {}
    tables: dict[str, Any] = {}
    for table in FACTS:
        part = next((name for name in parts if _normal(name) in {_normal(table), *_WORDS["tables"][table]}), None)
        if part is None:
            continue
        columns = {column: header for column in FACTS[table] if (header := _header_for(column, headers[part]))}
        if set(NEEDED[table]) <= columns.keys():
            path, sheet = parts[part]
            sources[table] = {"sheet": sheet} if sheet else {"file": path.name}
            tables[table] = {"from": table, "columns": columns}
    _derive(tables, "customers", "customer_id", "orders")
    _derive(tables, "products", "product_id", "order_items")
    missing = [table for table in REQUIRED if table not in tables]
    if missing:
        raise WinbackError(f"{source} has nothing known as {' or '.join(missing)}; {_HINT}.")
    return parse_mapping({"sources": sources, "tables": tables}, "inferred")


def _derive(tables: dict[str, Any], table: str, key: str, naming: str) -> None:
    """Customers that only orders name, products that only items name."""
    if table in tables or naming not in tables or key not in tables[naming]["columns"]:
        return
    column = quoted(tables[naming]["columns"][key])
    columns = {key: column}
    where = f"{column} IS NOT NULL"
    tables[table] = {"from": naming, "where": where, "group_by": column, "columns": columns}
