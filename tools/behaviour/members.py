"""The values of a filter: what people wrote, matched with what the shop has."""

import re
from typing import Any

from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour.compute import Filter
from tools.behaviour.lookup import find_customer
from tools.behaviour.profile_facts import fetch
from tools.behaviour.untyped import Table, _, ibis
from tools.behaviour.wording import listed
from tools.result import ToolError
from tools.words import id_candidates, match_value, parse_segments
from tools.words.text import fold, singular, words

Taken = list[tuple[str, str]]
HOLDERS: dict[str, tuple[str, ...]] = {
    "country": ("orders", "customers"),
    "language": ("customers", "reviews"),
    "category": ("products",),
    "channel": ("orders",),
}
_AND = re.compile(r"\s*(?:[,;、，；&]|\band\b|\bor\b|[和与及或])\s*", re.IGNORECASE)
_NAMED = 5


def settle(shop: Shop, dimension: str, said: list[str]) -> tuple[Filter | None, Taken]:
    """A filter on values the shop has (None where everyone passes), and what was taken to mean what.

    Raises ToolError naming the nearest known values.
    """
    if dimension == "segment":
        return _segments(said)
    if dimension == "product":
        return _products(shop.warehouse, said)
    if dimension == "customer":
        matched = [[find_customer(shop.warehouse, one)] for one in said]
    else:
        known = _known(shop.warehouse, dimension)
        matched = [_match(dimension, one, known) for one in said]
    values = list(dict.fromkeys(value for found in matched for value in found))
    pairs = zip(said, matched, strict=True)
    taken = [(one, listed(found)) for one, found in pairs if fold(listed(found)) != fold(one)]
    return Filter(dimension, tuple(values), f"{dimension} {listed(values, 'or')}"), taken


def _segments(said: list[str]) -> tuple[Filter | None, Taken]:
    values = parse_segments(said)
    meant = listed(values)
    plain = [fold(one.replace("_", " ")) for one in said]
    taken = [] if sorted(plain) == [value.replace("_", " ") for value in values] else [(listed(said), meant)]
    if values == ["everyone"]:
        return None, taken
    return Filter("segment", tuple(values), f"segment {meant}"), taken


def _known(warehouse: Warehouse, dimension: str) -> list[str]:
    found: set[str] = set()
    for name in HOLDERS[dimension]:
        if warehouse.has(name):
            table: Table = warehouse.table(name)
            found |= {row[dimension] for row in fetch(table.select(dimension).distinct())}
    return sorted(found - {None})  # pyright: ignore[reportArgumentType]


def _match(dimension: str, said: str, known: list[str]) -> list[str]:
    """The values meant; `France and Spain` in one string is two."""
    parts = [part for part in _AND.split(said) if part]
    try:
        return match_value(said, known, dimension)
    except ToolError:
        if len(parts) < 2:
            raise
    return [value for part in parts for value in match_value(part, known, dimension)]


def _products(warehouse: Warehouse, said: list[str]) -> tuple[Filter, Taken]:
    ids: dict[str, None] = {}
    taken: Taken = []
    for one in said:
        found = _find_products(warehouse, one)
        ids |= dict.fromkeys(found)
        if [fold(name) for name in found.values()] != [fold(one)]:
            taken.append((one, _meant(list(found.values()))))
    return Filter("product", tuple(ids), f"product {listed(said, 'or')}"), taken


def _meant(names: list[str]) -> str:
    if len(names) == 1:
        return f"the product {names[0]}"
    shown = names if len(names) <= _NAMED else [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more"]
    return f"{len(names)} products: {listed(shown)}"


def _find_products(warehouse: Warehouse, said: str) -> dict[str, str]:
    """id -> name of the products meant. The engine narrows a long catalogue down, where it can."""
    products: Table = warehouse.table("products")
    products = products.select("product_id", name=ibis.coalesce(_.name, _.product_id)).order_by("name", "product_id")
    narrowed = _names(products.filter(_holds(said)))
    try:
        return {product: narrowed[product] for product in match_value(said, narrowed, "product")}
    except ToolError:
        names = _names(products)
    return {product: names[product] for product in match_value(said, names, "product")}


def _holds(said: str) -> Any:
    """Rows whose id or name has everything that was said in it."""
    try:
        candidates = {one.lower() for one in id_candidates(said, letter="p")}
    except ToolError:
        candidates: set[str] = set()
    parts = {singular(word) for word in words(fold(said))}
    holds: Any = ibis.and_(*(_.name.lower().contains(part) for part in sorted(parts)))
    return _.product_id.lower().isin(sorted(candidates)) | holds


def _names(products: Table) -> dict[str, str]:
    return {row["product_id"]: row["name"] for row in fetch(products)}
