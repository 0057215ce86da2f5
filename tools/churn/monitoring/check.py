"""What a refresh looks at once customers are scored: earlier scores against what happened, and what has shifted."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from store.model_store import ModelStore
from store.shop import Shop
from store.warehouse import Warehouse
from tools.churn.features import FEATURES, GROUPS, features
from tools.churn.known import known_at
from tools.churn.model import ChurnModel
from tools.churn.monitoring import groups
from tools.churn.monitoring.drift import Bins, Shift, shift
from tools.churn.monitoring.figures import Figures, Flags, Floats, figures
from tools.churn.monitoring.history import History, Line, append, read_history
from tools.churn.monitoring.kept import Kept, due, forget, judged, keep, sampled
from tools.churn.monitoring.text import warnings
from tools.churn.monitoring.verdict import Finding, disparities, overall
from tools.churn.observations import matrix
from tools.churn.observations import sampled as some_customers

CUSTOMERS = 20_000  # whose features are compared with those of the previous refresh, at most
BY_CALENDAR = {"tenure", "season", "taste"}  # groups that move with the calendar, or with the axes of a new model


@dataclass(frozen=True)
class Checks:
    """`line` is what history keeps of this refresh; `matured` are the kept scores that it judged."""

    line: Line
    matured: list[Kept]


def watch(shop: Shop, model: ChurnModel, language: str = "en") -> list[str]:
    """Checks a shop that has just been scored by `model`, and remembers what it finds under HOME/models/churn.

    Gives the warnings, one sentence each. Raises WinbackError where nobody is scored.
    """
    folder = folder_of(shop.home)
    scored = sampled(shop.warehouse)
    checks = check(shop, model, scored, read_history(folder / "history.jsonl"))
    append(folder / "history.jsonl", checks.line)
    keep(folder, Kept(shop.as_of, model.horizon_days, model.version, scored))
    for kept in checks.matured:
        forget(folder, kept)
    return warnings(checks.line, language)


def folder_of(home: Path) -> Path:
    return ModelStore(home, "churn").folder


def check(shop: Shop, model: ChurnModel, scored: Any, history: History) -> Checks:
    """`scored` is an Arrow table of churn_scores: customer_id, churn_probability. Changes nothing.

    Scores of earlier refreshes are judged when their horizon has passed in the facts, not only in the calendar.
    """
    warehouse, now = shop.warehouse, shop.as_of
    matured = due(folder_of(shop.home), min(now, warehouse.info.as_of))
    results = [_matured(warehouse, kept, history) for kept in matured]
    results += _held_out(warehouse, model)
    line: Line = {
        "at": now.isoformat(),
        "until": (now + timedelta(days=model.horizon_days)).isoformat(),
        "version": model.version,
        "kind": model.kind,
        "horizon_days": model.horizon_days,
        "customers": scored.num_rows,
        "judged": [result for result, _ in results],
        "findings": [finding for _, findings in _latest(results) for finding in findings],
    }
    return Checks(_drifted(line, shop, scored, _previous(history, now)), matured)


Result = tuple[Line, list[Finding]]


def _matured(warehouse: Warehouse, kept: Kept, history: History) -> Result:
    seen = judged(warehouse, kept)
    result, findings = _judged(
        warehouse, "matured", kept.at, seen.ids, seen.probability, seen.left, _promise(history, kept.version)
    )
    known = bool(len(seen.ids)) and bool(np.isfinite(seen.expected_spend).all())
    spend = {"expected_spend": float(seen.expected_spend.sum()), "spend": float(seen.spend.sum())} if known else {}
    return result | spend | {"version": kept.version}, findings


def _held_out(warehouse: Warehouse, model: ChurnModel) -> list[Result]:
    """What training saw on customers that the trees had not learned from, where it kept that."""
    seen = model.held_out
    if seen is None or not len(seen.ids):
        return []
    result, findings = _judged(warehouse, "held_out", seen.at, seen.ids, seen.probability, seen.churned, None)
    return [(result | {"version": model.version}, findings)]


def _judged(
    warehouse: Warehouse,
    origin: str,
    at: datetime,
    ids: NDArray[np.str_],
    probability: Floats,
    left: Flags,
    promised: tuple[float, float] | None,
) -> Result:
    place = {"origin": origin, "at": at.isoformat()}
    if not len(ids):
        return place | {"customers": 0}, []
    seen = figures(probability, left)
    compared = groups.compared(probability, left, groups.members(warehouse, ids))
    findings = [*overall(seen, *(promised or ())), *disparities(compared)]
    by_group = {
        dimension: {name: _short(group) for name, (group, _) in named.items()} for dimension, named in compared.items()
    }
    return place | asdict(seen) | {"groups": by_group}, [place | finding for finding in findings]


def _short(group: Figures) -> Line:
    kept = ("customers", "predicted", "happened", "auc", "brier", "calibration_error")
    return {name: value for name, value in asdict(group).items() if name in kept}


def _latest(results: list[Result]) -> Iterator[Result]:
    """Of scores that matured together only the latest are warned about: the others were made before them."""
    matured = [result for result in results if result[0]["origin"] == "matured"]
    yield from matured[-1:]
    yield from (result for result in results if result[0]["origin"] == "held_out")


def _promise(history: History, version: str) -> tuple[float, float] | None:
    """The AUC with its error that a version had on customers kept apart, when it was trained."""
    for line in history.lines:
        judged_then: list[Line] = line["judged"] if line["version"] == version else []
        for one in judged_then:
            if one["origin"] == "held_out" and one.get("auc") is not None:
                return one["auc"], one["auc_error"]
    return None


def _previous(history: History, now: datetime) -> Line | None:
    earlier = [line for line in history.lines if datetime.fromisoformat(line["at"]) < now]
    return earlier[-1] if earlier else None


def _drifted(line: Line, shop: Shop, scored: Any, before: Line | None) -> Line:
    """The line with this refresh's bins, and its shifts against the previous one's where both look as far ahead."""
    values = _values(shop, scored, line["horizon_days"])
    line |= {"bins": {name: asdict(Bins.of(column)) for name, column in values.items()}}
    if before is None:
        return line
    if before["horizon_days"] != line["horizon_days"]:
        return line | {"other_horizon": {"days": before["horizon_days"], "at": before["at"]}}
    known = {name: Bins(**bins) for name, bins in before["bins"].items() if name in values}
    shifts = {name: shift(bins, values[name], len(known)) for name, bins in known.items()}
    line["findings"] += [finding | {"at": before["at"]} for finding in _shifted(shifts)]
    return line | {"drift": {"at": before["at"], **{name: asdict(one) for name, one in shifts.items()}}}


def _values(shop: Shop, scored: Any, horizon_days: int) -> dict[str, Floats]:
    """Scores and features by name, of those features whose shifts mean something."""
    chosen = some_customers(shop.warehouse, shop.as_of, None, CUSTOMERS)
    known = known_at(shop.warehouse, shop.as_of, customers=chosen)
    seen = matrix(features(known, None, horizon_days).to_pyarrow())
    found = {"churn_probability": scored["churn_probability"].to_numpy()}
    return found | {name: seen[:, place] for place, name in enumerate(FEATURES) if GROUPS[name] not in BY_CALENDAR}


def _shifted(shifts: dict[str, Shift]) -> list[Finding]:
    """One finding for the scores, and for each group of features the one that has shifted most."""
    marked = {name: asdict(one) for name, one in shifts.items() if one.marked}
    found: dict[str, Finding] = {}
    for name, one in sorted(marked.items(), key=lambda item: -item[1]["psi"]):
        if name == "churn_probability":
            found["scores"] = {"kind": "drift_scores", **one}
        else:
            found.setdefault(GROUPS[name], {"kind": "drift_group", "reason": GROUPS[name], "feature": name, **one})
    return list(found.values())
