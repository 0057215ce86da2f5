"""The shop's recommender: as the last refresh made it or, for a small shop without one, a quick version."""

from functools import lru_cache
from pathlib import Path

import numpy as np

from store.errors import WinbackError
from store.shop import Shop
from tools.churn.embedding import SIZE, ProductVectors
from tools.churn.known import known_at
from tools.recommend.model import Recommender

_VECTORS = "vectors.npz"
QUICK_LINES = 1_000_000  # order lines up to which a version without lessons is made while one waits


def folder(shop: Shop) -> Path:
    return shop.home / "models" / "recommend"


def refresh_recommender(shop: Shop, seed: int = 7) -> Recommender:
    """Fits one to what the shop knows today and keeps it. Raises WinbackError where the warehouse cannot be read."""
    with shop.warehouse.pinned():
        made = Recommender.fit(shop.warehouse, shop.as_of, seed=seed)
        vectors = ProductVectors.fit(known_at(shop.warehouse, shop.as_of))
    made.save(folder(shop))
    vectors.save(folder(shop) / _VECTORS)
    return made


def vectors_of(shop: Shop) -> ProductVectors:
    """The products' vectors as the last refresh made them, none before the first. Raises WinbackError where damaged."""
    path = folder(shop) / _VECTORS
    return ProductVectors.load(path) if path.exists() else ProductVectors([], np.zeros((0, SIZE)))


def recommender_of(shop: Shop) -> tuple[Recommender, str | None]:
    """It, and a key of the wording where something is to be said of it.

    Raises WinbackError where it is damaged, or where there is none and the shop is too big to make one while one waits.
    """
    note = folder(shop) / "recommender.json"
    if note.exists():
        made = _loaded(note.parent, note.stat().st_mtime_ns)
        return made, None if made.facts == shop.warehouse.info.version else "stale"
    lines = shop.warehouse.info.rows.get("order_items", 0)
    if lines > QUICK_LINES:
        raise WinbackError(f"There are no recommendations yet for the {lines:,} order lines; run `winback refresh`.")
    return _quick(shop), "quick"


@lru_cache(maxsize=2)
def _loaded(path: Path, _changed: int) -> Recommender:
    return Recommender.load(path)


_made: dict[tuple[Path, str, str], Recommender] = {}


def _quick(shop: Shop) -> Recommender:
    key = (shop.home, shop.warehouse.info.version, shop.as_of.isoformat())
    if key not in _made:
        _made.clear()
        _made[key] = Recommender.fit(shop.warehouse, shop.as_of, lessons=False)
    return _made[key]
