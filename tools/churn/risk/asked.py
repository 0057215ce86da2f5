"""From the words of a call to whose risk is asked about, and how it is listed."""

from dataclasses import dataclass
from typing import Any, cast

from store.shop import Shop
from tools.behaviour.compute import Filter
from tools.behaviour.lookup import find_customer
from tools.behaviour.members import Taken
from tools.behaviour.question import settle_filters
from tools.contract import ChurnRisk
from tools.result import ToolError
from tools.words import parse_count, parse_sort

LIMIT = 5  # rows where no number is asked for
MOST = 1000
_SILENT = {"everyone", "at_risk", "lapsed"}


@dataclass(frozen=True)
class Asked:
    """`customer` is set where one is asked about; else a list: of whom, in which order, from which row on.

    `current` leaves out those who have been silent for a whole horizon: they are lost rather than about to be. Whoever
    asks for everyone, or for a segment of the silent, gets them. `taken` pairs people's words with what they were
    taken to mean.
    """

    customer: str | None
    filters: tuple[Filter, ...]
    current: bool
    limit: int
    offset: int
    sort: str
    taken: Taken


def understood(shop: Shop, args: ChurnRisk) -> Asked:
    """Raises ToolError naming what is not known, with the nearest that is."""
    given: dict[str, Any] = dict(args.filters or {})
    if args.segment is not None:
        given["segment"] = _both(given.get("segment"), args.segment)
    filters, taken = settle_filters(shop, given)
    return Asked(
        customer=_customer(shop, args, filters, taken),
        filters=filters,
        current=not _SILENT & _segments(given, filters),
        limit=min(_rows(args.limit), MOST),
        offset=parse_count(args.offset) if args.offset is not None else 0,
        sort=parse_sort(args.sort) if args.sort is not None else "value_at_risk",
        taken=taken,
    )


def _both(filtered: Any, named: Any) -> list[Any]:
    """A segment can be named twice over; all must hold."""
    found: list[Any] = []
    for value in (filtered, named):
        found += cast(list[Any], value) if isinstance(value, list) else [] if value is None else [value]
    return found


def _segments(given: dict[str, Any], filters: tuple[Filter, ...]) -> set[str]:
    """The segments named; `everyone` is one that no filter is made of."""
    named = {value for chosen in filters if chosen.dimension == "segment" for value in chosen.values}
    return named or ({"everyone"} if given.get("segment") else set())


def _customer(shop: Shop, args: ChurnRisk, filters: tuple[Filter, ...], taken: Taken) -> str | None:
    """The one customer asked about, by id or by a filter on it."""
    if args.customer_id is not None:
        customer = find_customer(shop.warehouse, args.customer_id)
        said = str(args.customer_id).strip()
        taken += [] if said == customer else [(said, customer)]
        return customer
    named = [chosen.values for chosen in filters if chosen.dimension == "customer"]
    return named[0][0] if named and len(filters) == 1 and len(named[0]) == 1 else None


def _rows(limit: Any) -> int:
    number = LIMIT if limit is None else parse_count(limit)
    if number == 0:
        raise ToolError("Ask for one row or more.")
    return number
