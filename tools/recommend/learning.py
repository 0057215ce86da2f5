"""The ranker's lessons: at moments in the past, what customers could have been shown, and what they bought next."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _
from tools.churn.known import known_at
from tools.churn.observations import sampled
from tools.recommend.bought import bought
from tools.recommend.candidates import FEATURES, History, find
from tools.recommend.histories import Histories, countries
from tools.recommend.neighbours import CORE, Neighbours
from tools.recommend.ranker import Ranker, learn
from tools.recommend.statistics import Floats, Statistics, baskets, count_products

PERIODS = (30, 60, 90, 180)  # days: the first in which enough customers came back
_LESSONS = 2  # moments in the past
_FEWEST = 50  # customers who came back within the period
_CUSTOMERS = 2000  # looked at per moment
_SHOP = 100_000  # customers of whom a lesson's statistics are made
_PASSED_OVER = 0.3  # of the candidates that were not bought this share is kept

Lesson = tuple[Floats, NDArray[np.bool_]]


def shop_at(
    warehouse: Warehouse, moment: datetime, core: int = CORE, customers: Table | None = None
) -> tuple[Statistics, Neighbours]:
    """What the shop's purchases up to the moment say, or those of some customers."""
    purchases = bought(warehouse, moment, customers)
    shop = count_products(purchases, known_at(warehouse, moment).customers)
    return shop, Neighbours.fit(baskets(purchases, shop.ids), core)


def trained(warehouse: Warehouse, as_of: datetime, core: int = CORE, seed: int = 7) -> Ranker:
    """Nothing after `as_of` is used. A shop in which too few came back gets the plain ranker."""
    some = sampled(warehouse, as_of, None, _SHOP)
    purchases = bought(warehouse, as_of, some)
    days = next((one for one in PERIODS if len(_came_back(purchases, one)) >= _FEWEST), None)
    if days is None:
        return Ranker()
    lessons = [_lesson(warehouse, as_of, nth * days, days, some, core, seed) for nth in range(1, _LESSONS + 1)]
    values, chosen = (np.concatenate(part) for part in zip(*lessons, strict=True))
    return learn(values, chosen, seed)


def _lesson(
    warehouse: Warehouse, as_of: datetime, back: int, days: int, some: Table | None, core: int, seed: int
) -> Lesson:
    """At `back` days before: rows of candidates, and whether they were bought within `days` of it."""
    moment = datetime.combine(as_of.date() - timedelta(days=back), datetime.max.time().replace(microsecond=0))
    purchases = bought(warehouse, min(moment + timedelta(days=days), as_of), some)
    rng = np.random.default_rng(seed)
    customers = _came_back(purchases, days)
    if len(customers) > _CUSTOMERS:
        customers = sorted(rng.choice(np.array(customers), _CUSTOMERS, replace=False).tolist())
    shop, near = shop_at(warehouse, moment, core, some)
    people = Histories(purchases, customers, countries(warehouse, customers))
    places = people.places(shop.ids)
    rows = [_rows(people.history(one, places), days, shop, near, rng) for one in customers]
    values, chosen = zip(*rows, strict=True) if rows else ([np.zeros((0, len(FEATURES)))], [np.zeros(0, bool)])
    return np.concatenate(values), np.concatenate(chosen)


def _rows(whole: History, days: int, shop: Statistics, near: Neighbours, rng: np.random.Generator) -> Lesson:
    found = find(whole.until(days), shop, near)
    chosen = np.isin(found.place, whole.place[whole.ago < days])
    kept = chosen | (rng.random(len(chosen)) < _PASSED_OVER)
    return found.values[kept], chosen[kept]


def _came_back(purchases: Table, days: int) -> list[str]:
    """Customers with a purchase within so many days and one before, by id."""
    people = purchases.group_by("customer_id").aggregate(last=_.ago.min(), first=_.ago.max())
    rows: Any = people.filter(_.last < days, _.first >= days).select("customer_id").to_pyarrow()
    return sorted(rows["customer_id"].to_pylist())
