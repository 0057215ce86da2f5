"""The range: products with prices, costs, popularity and hidden merits."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import yaml

from store.demo.draws import Flags, Floats, Ints, stream
from store.demo.process import Process

ASPECTS = ("quality", "delivery", "price", "service", "packaging", "fit", "design")
CONSUMABLES = ("petfood", "skincare", "growing")
SIZED = {"top": 4.0, "bottom": 4.0, "footwear": 4.5, "petwear": 3.0}
_WIDER = {
    "top": "clothes",
    "bottom": "clothes",
    "bedding": "textile",
    "cutter": "utensil",
    "knit": "accessory",
    "bag": "accessory",
}
_MERITS = ("quality", "price", "fit", "design")


@dataclass(frozen=True)
class Product:
    """One line of the range. `kind` says which phrases suit it; `plural` how it is spoken of."""

    product_id: str
    name: str
    category: str
    kind: str
    noun: str
    noun_zh: str
    plural: bool
    price: float
    cost: float

    @property
    def tags(self) -> frozenset[str]:
        """Everything that phrases may be reserved for."""
        use = "consumable" if self.kind in CONSUMABLES else "durable"
        return frozenset({self.category, self.kind, _WIDER.get(self.kind, self.kind), use})


@dataclass(frozen=True)
class Catalogue:
    """Products and what the process knows of them; arrays run over products."""

    products: list[Product]
    categories: list[str]
    weights: Floats  # (categories,)
    months: Floats  # (categories, 12)
    category_of: Ints  # (products,)
    members: list[Ints]  # per category, most popular first
    appeal: Floats  # (taste groups, categories, widest category), zero-padded
    merits: dict[str, Floats]  # per aspect, a product's deviation, mean 0
    aspects: Floats  # (products, aspects): what its reviews talk about
    sized: Flags  # (products,) whether sizes can be wrong

    def pick(self, rng: np.random.Generator, taste: Ints, category: Ints) -> Ints:
        """A product for each (taste group, category)."""
        cumulative = np.cumsum(self.appeal, axis=2)
        rows = cumulative[taste, category]
        wanted = rng.random(len(taste)) * rows[:, -1]
        place = (rows <= wanted[:, None]).sum(axis=1)
        widths = np.array([len(m) for m in self.members])
        return self._grid()[category, np.minimum(place, widths[category] - 1)]

    def _grid(self) -> Ints:
        grid = np.zeros(self.appeal.shape[1:], dtype=np.int64)
        for row, members in enumerate(self.members):
            grid[row, : len(members)] = members
        return grid

    def prices(self) -> Ints:
        """List prices in pence."""
        return np.array([round(product.price * 100) for product in self.products], dtype=np.int64)


def read_catalogue(process: Process, seed: int) -> Catalogue:
    """The range as written in catalogue.yaml, with popularity and merits drawn by seed."""
    text = (Path(__file__).parent / "catalogue.yaml").read_text("utf-8")
    content = cast("dict[str, dict[str, Any]]", yaml.safe_load(text))
    rng = stream(seed, 0, "catalogue")
    products: list[Product] = []
    for category, entry in content.items():
        for line in str(entry["products"]).splitlines():
            lowest, highest = cast("list[float]", entry["cost"])
            cost = rng.uniform(lowest, highest)
            products.append(_product(len(products) + 1, category, line, cost))
    categories = list(content)
    category_of = np.array([categories.index(product.category) for product in products], dtype=np.int64)
    members: list[Ints] = [np.flatnonzero(category_of == k) for k in range(len(categories))]
    appeal, members = _appeal(rng, members, process)
    return Catalogue(
        products=products,
        categories=categories,
        weights=np.array([float(entry["weight"]) for entry in content.values()]),
        months=np.array([entry["months"] for entry in content.values()], dtype=np.float64),
        category_of=category_of,
        members=members,
        appeal=appeal,
        merits={aspect: rng.normal(0, 1, len(products)) for aspect in _MERITS},
        aspects=_aspect_weights(products, content),
        sized=np.array([product.kind in SIZED for product in products]),
    )


def _product(number: int, category: str, line: str, cost_share: float) -> Product:
    name, noun, noun_zh, price, kind = (part.strip() for part in line.split(" | "))
    return Product(
        product_id=f"p{number:04d}",
        name=name,
        category=category,
        kind=kind,
        noun=noun.rstrip("+"),
        noun_zh=noun_zh,
        plural=noun.endswith("+"),
        price=float(price),
        cost=round(float(price) * cost_share, 2),
    )


def _appeal(rng: np.random.Generator, members: list[Ints], process: Process) -> tuple[Floats, list[Ints]]:
    """Zipf by rank, bent by each taste group's likings, so that groups buy different things together.

    Returns shares within (taste group, category), and the members in the order of their share over all groups.
    """
    appeal = np.zeros((process.taste_groups, len(members), max(len(m) for m in members)))
    ranked: list[Ints] = []
    for row, m in enumerate(members):
        shares = np.arange(1, len(m) + 1) ** -process.zipf
        shares = shares * np.exp(rng.normal(0, 0.6, (process.taste_groups, len(m))))
        shares /= shares.sum(axis=1, keepdims=True)
        order = np.argsort(-shares.sum(axis=0))
        appeal[:, row, : len(m)] = shares[:, order]
        ranked.append(rng.permutation(m)[order])
    return appeal, ranked


def _aspect_weights(products: list[Product], content: dict[str, dict[str, Any]]) -> Floats:
    rows = np.array([[float(content[p.category]["aspects"][a]) for a in ASPECTS] for p in products])
    rows[:, ASPECTS.index("fit")] = [SIZED.get(p.kind, 0.05) for p in products]
    plain = [p.kind in CONSUMABLES for p in products]
    rows[np.array(plain), ASPECTS.index("design")] = 0.05
    return rows
