"""What is the same for all customers: calendar, range, surges."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from store.demo.catalogue import Catalogue, read_catalogue
from store.demo.draws import Floats
from store.demo.process import Planted, Process
from store.demo.season import CHINA, DAY, WEST, Calendar

SCOPES = ("all", "country", "category", "product")


@dataclass(frozen=True)
class Surge:
    """A planted surge with its scope resolved. `value` is an index of what `scope` says (0 for "all")."""

    planted: Planted
    scope: str
    value: int
    name: str
    start: int  # seconds in the window
    end: int


@dataclass(frozen=True)
class World:
    """Everything the draws of a block of customers need to know."""

    process: Process
    seed: int
    customers: int
    calendar: Calendar
    catalogue: Catalogue
    cumulative: Floats  # (regions, days + 1)
    surges: list[Surge]

    def midnights(self) -> Floats:
        """Where `cumulative` is given: every midnight, in seconds."""
        return np.arange(self.cumulative.shape[1], dtype=np.float64) * DAY


def build_world(process: Process, seed: int, customers: int, start: date, end: date) -> World:
    """`start` and `end` are the first and last day of the window."""
    calendar = Calendar(start, (end - start).days + 1, process.future_days)
    catalogue = read_catalogue(process, seed)
    surges = [_resolve(planted, calendar, catalogue, process) for planted in process.surges]
    return World(
        process=process,
        seed=seed,
        customers=customers,
        calendar=calendar,
        catalogue=catalogue,
        cumulative=np.stack([calendar.cumulative(WEST), calendar.cumulative(CHINA)]),
        surges=[surge for surge in surges if surge.start >= 0],
    )


def _resolve(planted: Planted, calendar: Calendar, catalogue: Catalogue, process: Process) -> Surge:
    last = calendar.start + timedelta(days=calendar.days - 1)
    monday = last - timedelta(days=last.weekday(), weeks=planted.weeks_before_end)
    start = (monday - calendar.start).days * DAY
    scope, value, name = _scope(planted, catalogue, process)
    return Surge(planted, scope, value, name, start, start + planted.weeks * 7 * DAY)


def _scope(planted: Planted, catalogue: Catalogue, process: Process) -> tuple[str, int, str]:
    category, _, rank = planted.scope.partition("#")
    countries = [country.name for country in process.countries]
    if planted.scope == "all":
        return "all", 0, "all"
    if planted.scope in countries:
        return "country", countries.index(planted.scope), planted.scope
    if not rank:
        return "category", catalogue.categories.index(category), category
    members = catalogue.members[catalogue.categories.index(category)]
    fitting = [int(m) for m in members if catalogue.sized[m] or planted.kind != "wrong_size"]
    product = fitting[int(rank)]
    return "product", product, catalogue.products[product].product_id
