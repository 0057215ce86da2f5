"""The recommender of a shop: fitted once a refresh, quick for one customer."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.errors import WinbackError
from store.warehouse import Warehouse
from tools.recommend.candidates import FEATURES, Candidates, History, find
from tools.recommend.learning import shop_at, trained
from tools.recommend.neighbours import CORE, Neighbours
from tools.recommend.ranker import Ranker
from tools.recommend.rules import sold_still, wanted
from tools.recommend.statistics import Floats, Ints, Statistics

_numpy: Any = np  # its stub takes every array for an option of savez
_NOTES = "recommender.json"
_FORMAT = 1


@dataclass(frozen=True)
class Ranked:
    """Products best first: `place` (k,) in the statistics, `score` and `values` (k, features); `owned` as found."""

    place: Ints
    score: Floats
    values: Floats
    found: Candidates


@dataclass(frozen=True)
class Recommender:
    """What the purchases up to `as_of` say (`facts` is the version of the facts) and how it is weighed up."""

    as_of: datetime
    facts: str
    shop: Statistics
    near: Neighbours
    ranker: Ranker

    @classmethod
    def fit(
        cls, warehouse: Warehouse, as_of: datetime, *, lessons: bool = True, core: int = CORE, seed: int = 7
    ) -> "Recommender":
        """Knows nothing later than `as_of`; without `lessons` it is quicker and ranks by a plain sum.

        A shop without purchases gets a recommender without products.
        """
        ranker = trained(warehouse, as_of, core, seed) if lessons else Ranker()
        return cls(as_of, warehouse.info.version, *shop_at(warehouse, as_of, core), ranker)

    def rank(self, history: History, *, rules: bool = True) -> Ranked:
        """All candidates by score; with `rules` those left that are sold still and wanted."""
        found = find(history, self.shop, self.near)
        kept = self.sold[found.place] & wanted(found, self.shop) if rules else np.ones(len(found.place), bool)
        place, values = found.place[kept], found.values[kept]
        score = self.ranker.score(values) if len(place) else np.zeros(0)
        order = np.lexsort((place, -score))
        return Ranked(place[order], score[order], values[order], found)

    @cached_property
    def sold(self) -> NDArray[np.bool_]:
        """(n,) products that seem to be in stock."""
        return sold_still(self.shop)

    def save(self, folder: Path) -> None:
        """Arrays beside a note with their checksum; whoever loads meanwhile gets the old one or the new one, whole."""
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / "arrays.draft.npz"
        _numpy.savez_compressed(draft, **self.shop.arrays(), **self.near.arrays())
        digest = _digest(draft)
        draft.replace(folder / f"arrays-{digest[:16]}.npz")
        notes = {
            "format": _FORMAT,
            "features": list(FEATURES),
            "as_of": self.as_of.isoformat(),
            "facts": self.facts,
            "arrays": digest,
            "trees": self.ranker.trees,
        }
        note = folder / f"{_NOTES}.draft"
        note.write_text(json.dumps(notes | {"checksum": _sum(notes)}), "utf-8")
        note.replace(folder / _NOTES)
        for old in folder.glob("arrays-*.npz"):
            if old.name != f"arrays-{digest[:16]}.npz":
                old.unlink(missing_ok=True)

    @classmethod
    def load(cls, folder: Path) -> "Recommender":
        """Raises WinbackError where it is missing, damaged or of another version of Winback."""
        if not (folder / _NOTES).exists():
            raise WinbackError("There are no recommendations yet; run `winback refresh`.")
        try:
            return cls._read(folder)
        except Exception as error:  # json, zipfile, numpy and the file system have their own
            raise WinbackError(
                f"The recommender in {folder} is damaged or of another version; run `winback refresh` to make it again."
            ) from error

    @classmethod
    def _read(cls, folder: Path) -> "Recommender":
        notes: dict[str, Any] = json.loads((folder / _NOTES).read_text("utf-8"))
        checksum = notes.pop("checksum")
        path = folder / f"arrays-{notes['arrays'][:16]}.npz"
        same = (_sum(notes), _digest(path), notes["format"], notes["features"])
        if same != (checksum, notes["arrays"], _FORMAT, list(FEATURES)):
            raise ValueError("checksum or format")
        with np.load(path, allow_pickle=False) as file:
            arrays: dict[str, NDArray[Any]] = dict(file)
        shop = Statistics(**{name: array for name, array in arrays.items() if not name.startswith("near_")})
        moment = datetime.fromisoformat(notes["as_of"])
        return cls(moment, notes["facts"], shop, Neighbours.restored(arrays), Ranker(notes["trees"]))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sum(notes: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(notes, sort_keys=True).encode()).hexdigest()
