"""What the whole shop's purchases say of each product at a moment, counted by the engine."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # pyright: ignore[reportMissingTypeStubs]

from tools.behaviour.untyped import Table, _, ibis

LATELY = (7, 30, 90)  # days; the last one is what "lately" means to people
PER_CUSTOMER = 300  # products of one customer that are counted together, the latest: bounds the pairs
NEW, NEW_DAYS = "new: ", 60  # as the segment `new` has it
_GROUP_PRODUCTS = 1000  # products kept per group, the most bought lately

_scipy: Any = sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Statistics:
    """Arrays of n products, most bought first; customers are counted, not orders or pieces.

    lately (n, 3): customers who bought it within 7, 30 and 90 days. again: customers who bought it on two days or
    more. gap: median of their usual days from one purchase to the next (NaN where nobody did). first, last: days since
    it was first and last sold; days_sold: days on which it was sold. active (4,): customers who bought anything within
    7, 30, 90 days, and ever.
    groups: who shares something: customers of a country (its name), those whose first purchase was within 60 days
    (NEW), and both (NEW and the name). group_size (g,): their customers within 90 days; group_place, group_product,
    group_buyers: how many of a group bought a product within 90 days.
    """

    ids: NDArray[np.str_]
    buyers: Floats
    lately: Floats
    again: Floats
    gap: Floats
    first: Floats
    last: Floats
    days_sold: Floats
    active: Floats
    groups: NDArray[np.str_]
    group_size: Floats
    group_place: Ints
    group_product: Ints
    group_buyers: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def of_group(self, group: str | None) -> tuple[Floats, float]:
        """How many of its customers bought each product within 90 days, (n,), and how many bought anything."""
        buyers = np.zeros(len(self))
        if group is None or group not in self.groups:
            return buyers, 0.0
        at = int(np.searchsorted(self.groups, group))
        mine = self.group_place == at
        buyers[self.group_product[mine]] = self.group_buyers[mine]
        return buyers, float(self.group_size[at])

    def arrays(self) -> Arrays:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def owned(purchases: Table) -> Table:
    """One row per customer and product: `times` (days with a purchase of it), `ago` the last, `since` the first, `gap`
    the mean days between (null where bought once)."""
    pairs = purchases.group_by("customer_id", "product_id").aggregate(
        times=_.ago.nunique(), ago=_.ago.min(), since=_.ago.max()
    )
    return pairs.mutate(gap=(_.since - _.ago).cast("float64") / (_.times - 1).nullif(0))


def count_products(purchases: Table, customers: Table) -> Statistics:
    """`customers` are the shop's, with their country."""
    pairs = owned(purchases)
    found = _columns(_products(pairs, purchases))
    ids = np.asarray(found["product_id"], dtype=np.str_)
    week, month, quarter = LATELY
    everyone = purchases.group_by("customer_id").aggregate(ago=_.ago.min())
    active = _columns(everyone.aggregate(**_windows(), ever=_.count()))
    return Statistics(
        ids=ids,
        buyers=_floats(found["buyers"]),
        lately=np.stack([_floats(found[f"within_{days}"]) for days in (week, month, quarter)], axis=1),
        again=_floats(found["again"]),
        gap=_floats(found["gap"]),
        first=_floats(found["first"]),
        last=_floats(found["last"]),
        days_sold=_floats(found["days_sold"]),
        active=np.array([_floats(active[name])[0] for name in (*_windows(), "ever")]),
        **_groups(pairs, customers, ids),
    )


def baskets(purchases: Table, ids: NDArray[np.str_]) -> Any:
    """Who bought what as a sparse matrix of ones, (customers, len(ids)), of each customer the latest 300 products.

    The engine folds the purchases, one list a customer; who the customers are is left behind.
    """
    places = ibis.memtable(
        {"product": [str(one) for one in ids], "place": list(range(len(ids)))},
        schema={"product": "string", "place": "int32"},
    )
    pairs = owned(purchases)
    nth = ibis.row_number().over(group_by="customer_id", order_by=[pairs.ago, pairs.product_id])
    pairs = pairs.mutate(nth=nth).filter(_.nth < PER_CUSTOMER)
    pairs = pairs.join(places, pairs.product_id == places["product"])
    lists: Any = pairs.group_by("customer_id").aggregate(places=_.place.collect()).select("places").to_pyarrow()
    column = lists["places"].combine_chunks()
    owners, found = column.value_parent_indices().to_numpy(), column.flatten().to_numpy()
    return _scipy.csr_matrix((np.ones(len(found), np.float32), (owners, found)), shape=(len(column), len(ids)))


def _products(pairs: Table, purchases: Table) -> Table:
    counted = pairs.group_by("product_id").aggregate(
        buyers=_.count(),
        **_windows(),
        again=_.count(where=_.times > 1),
        gap=_.gap.median(),
        first=_.since.max(),
        last=_.ago.min(),
    )
    days = purchases.group_by(sold="product_id").aggregate(days_sold=_.ago.nunique())
    joined = counted.join(days, counted.product_id == days.sold)
    return joined.order_by(ibis.desc("buyers"), "product_id")


def _windows() -> dict[str, Any]:
    return {f"within_{days}": _.count(where=_.ago < days) for days in LATELY}


def _groups(pairs: Table, customers: Table, ids: NDArray[np.str_]) -> dict[str, Any]:
    recent = pairs.filter(_.ago < LATELY[-1]).select("customer_id", "product_id")
    recent = recent.join(_members(pairs, customers), "customer_id")
    sizes = _columns(recent.group_by("belongs").aggregate(customers=_.customer_id.nunique()))
    counted = recent.group_by("belongs", "product_id").aggregate(buyers=_.count())
    nth = ibis.row_number().over(group_by="belongs", order_by=[ibis.desc("buyers"), counted.product_id])
    found = _columns(counted.mutate(nth=nth).filter(_.nth < _GROUP_PRODUCTS))
    names, first = np.unique(np.asarray(sizes["belongs"], dtype=np.str_), return_index=True)
    place = places_of(np.asarray(found["product_id"], dtype=np.str_), ids)
    group = np.searchsorted(names, np.asarray(found["belongs"], dtype=np.str_))
    rows = np.lexsort((place, group))
    return {
        "groups": names,
        "group_size": _floats(sizes["customers"])[first],
        "group_place": group[rows].astype(np.int64),
        "group_product": place[rows].astype(np.int64),
        "group_buyers": _floats(found["buyers"])[rows],
    }


def _members(pairs: Table, customers: Table) -> Table:
    """customer_id and a group it `belongs` to, a row for each."""
    people = pairs.group_by("customer_id").aggregate(since=_.since.max())
    living = customers.select("country", resident="customer_id")
    people = people.left_join(living, people.customer_id == living.resident)
    people = people.mutate(fresh=_.since < NEW_DAYS, lives=_.country.notnull())
    kinds = (
        people.filter(_.lives).select("customer_id", belongs=_.country),
        people.filter(_.fresh).select("customer_id", belongs=ibis.literal(NEW)),
        people.filter(_.fresh & _.lives).select("customer_id", belongs=ibis.literal(NEW).concat(people.country)),
    )
    return ibis.union(*kinds)


def places_of(products: NDArray[np.str_], ids: NDArray[np.str_]) -> Ints:
    """Where each product stands in `ids`; -1 where it does not."""
    if not len(ids):
        return np.full(len(products), -1, np.int64)
    order = np.argsort(ids)
    at = np.minimum(np.searchsorted(ids, products, sorter=order), len(ids) - 1)
    found = order[at]
    return np.where(ids[found] == products, found, -1).astype(np.int64)


def _columns(table: Table) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = table.to_pyarrow().to_pydict()
    return found


def _floats(values: list[Any]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
