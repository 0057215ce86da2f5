"""The values of a filter: what people wrote, matched with what the shop has."""

from collections.abc import Callable
from typing import Any

from rapidfuzz import fuzz, process

from store.shop import Shop
from store.warehouse import Warehouse
from tools.behaviour.compute import Filter
from tools.behaviour.lookup import find_customer
from tools.behaviour.profile_facts import fetch
from tools.behaviour.untyped import Table, _, ibis
from tools.behaviour.wording import listed
from tools.result import ToolError
from tools.words.choices import parse_segments, vocabulary
from tools.words.countries import find_country
from tools.words.ids import id_candidates
from tools.words.languages import find_language
from tools.words.text import clean, fold, key, shorten, singular

Taken = list[tuple[str, str]]
HOLDERS: dict[str, tuple[str, ...]] = {
    "country": ("orders", "customers"),
    "language": ("customers", "reviews"),
    "category": ("products",),
    "channel": ("orders",),
}
_NEAREST = 3
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
        values = [find_customer(shop.warehouse, one) for one in said]
    else:
        known = _known(shop.warehouse, dimension)
        values = [_match(dimension, one, known) for one in said]
    taken = [(one, value) for one, value in zip(said, values, strict=True) if fold(one) != fold(value)]
    return Filter(dimension, tuple(dict.fromkeys(values)), f"{dimension} {listed(values, 'or')}"), taken


def _segments(said: list[str]) -> tuple[Filter | None, Taken]:
    values = parse_segments(said)
    meant = listed(values)
    plain = [fold(one.replace("_", " ")) for one in said]
    taken = [] if sorted(plain) == [value.replace("_", " ") for value in values] else [(listed(said), meant)]
    if values == ["everyone"]:
        return None, taken
    return Filter("segment", tuple(values), f"segment {meant}"), taken


def _known(warehouse: Warehouse, dimension: str) -> list[str]:
    """The values the shop has. Raises ToolError where it has none."""
    found: set[str] = set()
    for name in HOLDERS[dimension]:
        if warehouse.has(name):
            table: Table = warehouse.table(name)
            found |= {row[dimension] for row in fetch(table.select(dimension).distinct())}
    found.discard(None)  # pyright: ignore[reportArgumentType]
    if not found:
        raise ToolError(f"This shop's data has no {dimension}, so nothing can be filtered by it.")
    return sorted(found)


_MEANINGS: dict[str, Callable[[str], Any]] = {
    "country": find_country,
    "language": find_language,
    "channel": lambda text: vocabulary("order_channel").find(text),
}


def _match(dimension: str, said: str, known: list[str]) -> str:
    """The known value that is spelt the same, letter case aside, or else means the same."""
    spelt = {key(value): value for value in reversed(known)}
    if key(said) in spelt:
        return spelt[key(said)]
    meaning = _MEANINGS.get(dimension)
    meant = meaning(said) if meaning else None
    same = [value for value in known if meaning and meant and meaning(value) == meant]
    if same:
        return same[0]
    raise ToolError(f"There is no {dimension} {shorten(said)!r} in this shop's data; {_nearest(said, known)}")


def _nearest(said: str, known: list[str]) -> str:
    hits = process.extract(said, known, scorer=fuzz.WRatio, processor=fold, limit=_NEAREST)
    return f"the nearest {'is' if len(hits) == 1 else 'are'} {listed([value for value, _score, _index in hits])}."


def _products(warehouse: Warehouse, said: list[str]) -> tuple[Filter, Taken]:
    ids: dict[str, None] = {}
    taken: Taken = []
    for one in said:
        found = _find_products(warehouse, clean(one))
        ids |= dict.fromkeys(product for product, _name in found)
        names = [name for _product, name in found]
        if [fold(name) for name in names] != [fold(one)]:
            taken.append((one, _meant(names)))
    return Filter("product", tuple(ids), f"product {listed(said, 'or')}"), taken


def _meant(names: list[str]) -> str:
    if len(names) == 1:
        return f"the product {names[0]}"
    shown = names if len(names) <= _NAMED else [*names[: _NAMED - 1], f"{len(names) - _NAMED + 1} more"]
    return f"{len(names)} products: {listed(shown)}"


def _find_products(warehouse: Warehouse, said: str) -> list[tuple[str, str]]:
    """(id, name) of the product with this id or exactly this name, or else of all whose names hold its words."""
    products: Table = warehouse.table("products")
    products = products.select("product_id", name=ibis.coalesce(_.name, _.product_id))
    name = _.name.lower()
    exact = _.product_id.lower().isin(list({one.lower() for one in id_candidates(said, letter="p")}))
    holds = ibis.and_(*(name.contains(singular(word)) for word in said.lower().split()))
    wanted = _.exact | _.same | holds
    found = products.mutate(exact=exact, same=name == said.lower()).filter(wanted)
    rows = fetch(found.order_by("name", "product_id"))
    for kind in ("exact", "same"):
        if best := [row for row in rows if row[kind]]:
            rows = best
            break
    if not rows:
        names = [row["name"] for row in fetch(products.select("name").distinct())]
        raise ToolError(f"No product matches {shorten(said)!r}; {_nearest(said, names)}")
    return [(row["product_id"], row["name"]) for row in rows]
