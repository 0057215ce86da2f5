"""A model as a folder: model.json with its numbers and the checksums of the rest, tree files, product vectors."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from store.errors import WinbackError
from tools.churn.btyd import ParetoNBD
from tools.churn.calibration import Line
from tools.churn.embedding import ProductVectors
from tools.churn.features import FEATURES
from tools.churn.model.model import ChurnModel, Levels
from tools.churn.model.trees import Trees

_HEAD, _VECTORS = "model.json", "vectors.npz"


def contents(model: ChurnModel) -> dict[str, Any]:
    """All but trees and vectors, as JSON would hold it."""
    return {
        "kind": model.kind,
        "horizon_days": model.horizon_days,
        "note": model.note,
        "dates": model.dates.parameters(),
        "levels": asdict(model.levels),
        "features": list(FEATURES),
    }


def save(model: ChurnModel, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    names: list[str] = []
    for name, trees in model.trees.items():
        (folder / f"{name}.txt").write_text(trees.text, encoding="utf-8")
        names.append(f"{name}.txt")
    if model.vectors is not None:
        model.vectors.save(folder / _VECTORS)
        names.append(_VECTORS)
    sums = {name: _checksum(folder / name) for name in names}
    head = contents(model) | {"version": model.version, "files": sums}
    (folder / _HEAD).write_text(json.dumps(head, indent=1), encoding="utf-8")


def load(folder: Path) -> ChurnModel:
    """Raises WinbackError, one sentence, where it cannot be used."""
    head = _head(folder)
    try:
        if head["features"] != list(FEATURES):
            raise WinbackError(f"The churn model in {folder} is of another version of Winback; run `winback refresh`.")
        for name, wanted in head["files"].items():
            if _checksum(folder / name) != wanted:
                raise WinbackError(f"The churn model in {folder} is damaged ({name}); run `winback refresh`.")
        return _built(folder, head)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise WinbackError(f"The churn model in {folder} is damaged; run `winback refresh`.") from error


def _head(folder: Path) -> dict[str, Any]:
    damaged = f"The churn model in {folder} is damaged ({_HEAD}); run `winback refresh`."
    try:
        head: Any = json.loads((folder / _HEAD).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise WinbackError(f"There is no churn model in {folder}; run `winback refresh` first.") from error
    except (OSError, ValueError) as error:
        raise WinbackError(damaged) from error
    if not isinstance(head, dict) or "features" not in head:
        raise WinbackError(damaged)
    return cast("dict[str, Any]", head)


def _built(folder: Path, head: dict[str, Any]) -> ChurnModel:
    files = head["files"]
    trees = {Path(name).stem: Trees((folder / name).read_text(encoding="utf-8")) for name in files if name != _VECTORS}
    levels = head["levels"] | {name: Line(**head["levels"][name]) for name in ("leaving", "orders")}
    return ChurnModel(
        horizon_days=head["horizon_days"],
        kind=head["kind"],
        dates=ParetoNBD(**head["dates"]),
        levels=Levels(**levels),
        trees=trees,
        vectors=ProductVectors.load(folder / _VECTORS) if _VECTORS in files else None,
        note=head["note"],
    )


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
