"""Figures of groups of customers, each beside those of everybody else."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table
from tools.churn.monitoring.figures import Figures, Flags, Floats, figures
from tools.churn.monitoring.verdict import GROUP_CUSTOMERS
from tools.churn.untyped import pa, pc

DIMENSIONS = ("country", "language")
Names = NDArray[np.object_]


def members(warehouse: Warehouse, ids: NDArray[np.str_]) -> dict[str, Names]:
    """dimension -> (n,) the group of each customer in `ids` (n,), None where it is not known."""
    customers: Table = warehouse.table("customers")
    known: Any = customers.select("customer_id", *DIMENSIONS).to_pyarrow()
    place = pc.index_in(pa.array(ids.tolist(), type=pa.string()), value_set=known["customer_id"].combine_chunks())
    return {name: np.array(known[name].take(place).to_pylist(), dtype=np.object_) for name in DIMENSIONS}


def compared(
    probability: Floats, left: Flags, groups: dict[str, Names]
) -> dict[str, dict[str, tuple[Figures, Figures]]]:
    """dimension -> group -> its figures and those of all others, of groups and others of GROUP_CUSTOMERS or more."""
    found: dict[str, dict[str, tuple[Figures, Figures]]] = {}
    for dimension, names in groups.items():
        known = sorted({name for name in names if name is not None})
        masks = {name: names == name for name in known}
        large = {name: m for name, m in masks.items() if min(m.sum(), (~m).sum()) >= GROUP_CUSTOMERS}
        found[dimension] = {
            name: (figures(probability[m], left[m]), figures(probability[~m], left[~m])) for name, m in large.items()
        }
    return found
