"""Retention: of the customers who first bought in a month, how many bought again in each month after."""

from dataclasses import dataclass

from store.shop import Shop
from tools.behaviour.profile_facts import fetch
from tools.behaviour.sources import SOURCES
from tools.behaviour.untyped import Table, _, ibis


@dataclass(frozen=True)
class Cohort:
    """`month` is YYYY-MM, `size` its new customers; `kept[k]` the share of them with a completed order k months
    later. The month of the shop's today is the last, and not over."""

    month: str
    size: int
    kept: list[float]


def cohorts(shop: Shop, last: int = 12) -> list[Cohort]:
    """The `last` months up to the shop's today, the oldest first; months without new customers are left out."""
    today = shop.as_of.year * 12 + shop.as_of.month - 1
    bought = SOURCES["buyers"].build(shop.warehouse, False).filter(_.moment <= shop.as_of)
    months = bought.select("customer_id", month=_.moment.year() * 12 + _.moment.month() - 1).distinct()
    first: Table = months.group_by(buyer="customer_id").aggregate(cohort=_.month.min())
    first = first.filter(_.cohort > today - last)
    joined = months.join(first, months.customer_id == first.buyer)
    counted = joined.group_by("cohort", after=_.month - _.cohort).aggregate(people=_.count())
    found: dict[int, dict[int, int]] = {}
    for row in fetch(counted.order_by(ibis.asc("cohort"), "after")):
        found.setdefault(row["cohort"], {})[row["after"]] = row["people"]
    return [_cohort(month, people, today) for month, people in found.items()]


def _cohort(month: int, people: dict[int, int], today: int) -> Cohort:
    size = people[0]
    kept = [people.get(after, 0) / size for after in range(today - month + 1)]
    return Cohort(f"{month // 12:04}-{month % 12 + 1:02}", size, kept)
