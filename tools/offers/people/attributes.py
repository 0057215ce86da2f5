"""The shop's own customer attributes (JSON) as columns of 0 and 1."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from store.warehouse import Warehouse
from tools.behaviour.untyped import Table, _, ibis
from tools.offers.people.model import Floats

# what people are, rather than what they do, must not decide what they are offered
_PROTECTED = re.compile(
    r"(?:^|[\W_])(?:age|gender|sex|birth\w*|religion|ethnic\w*|race|national\w*|marital|income|disab\w*|health)(?:[\W_]|$)",
    re.IGNORECASE,
)
_SHARE = 0.01  # of customers, at least: rarer values teach nothing and could name somebody
_LEVELS = 12  # values of one attribute, at most: more are not categories
_MOST = 32
_KINDS = 5000


@dataclass(frozen=True)
class Attribute:
    """`value` None: the attribute is true."""

    key: str
    value: str | None

    @property
    def name(self) -> str:
        return self.key if self.value is None else f"{self.key}={self.value}"


def vocabulary(warehouse: Warehouse) -> list[Attribute]:
    """The attributes that a policy sees, the same whoever is looked at: common values of plain categories, none that
    law or decency protects."""
    customers: Table = warehouse.table("customers")
    kinds = customers.filter(_.attributes.notnull()).group_by(said=_.attributes.cast("string")).aggregate(n=_.count())
    kinds = kinds.order_by([ibis.desc("n"), "said"]).limit(_KINDS)
    counts: Counter[Attribute] = Counter()
    for row in cast(list[dict[str, Any]], kinds.to_pyarrow().to_pylist()):
        counts.update(dict.fromkeys(_held(row["said"]), row["n"]))
    least = max(2.0, _SHARE * warehouse.info.rows.get("customers", 0))
    levels = Counter(one.key for one in counts)
    kept = [one for one, n in counts.items() if n >= least and levels[one.key] <= _LEVELS]
    common = sorted(kept, key=lambda one: (-counts[one], one.name))[:_MOST]
    return sorted(common, key=lambda one: one.name)


def coded(said: list[str | None], attributes: list[Attribute]) -> Floats:
    """(n, attributes): 1 where a customer has one."""
    place = {one: number for number, one in enumerate(attributes)}
    rows: dict[str | None, Floats] = {}
    for text in set(said):
        row = np.zeros(len(attributes))
        row[[place[one] for one in _held(text) if one in place]] = 1.0
        rows[text] = row
    return np.array([rows[text] for text in said]).reshape(len(said), len(attributes))


def _held(said: str | None) -> list[Attribute]:
    try:
        read: Any = json.loads(said or "{}")
    except ValueError:
        return []
    if not isinstance(read, dict):
        return []
    held: list[Attribute] = []
    for key, value in cast(dict[str, Any], read).items():
        if not _PROTECTED.search(key) and (value is True or isinstance(value, str)):
            held.append(Attribute(key, None if value is True else value))
    return held
