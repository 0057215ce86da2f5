"""What in the figures deserves a warning: differences that are both large and beyond chance."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import stats  # pyright: ignore[reportMissingTypeStubs]

from tools.churn.monitoring.figures import Figures

ALPHA = 0.01  # chance of a false alarm, for each of the tests below; of all groups together
GAP = 0.03  # predicted against happened, of everyone
SHAPE = 0.05  # calibration error
WEAK = 0.60  # AUC
FALL = 0.05  # AUC, against that on customers kept apart in training
GROUP_GAP = 0.05  # a group's gap against that of all others
GROUP_FALL = 0.10  # a group's AUC against that of all others
GROUP_CUSTOMERS = 200  # smaller groups are not judged

Finding = dict[str, Any]
_normal: Any = stats.norm
_Z = float(_normal.isf(ALPHA / 2))


def overall(seen: Figures, promised: float | None = None, promised_error: float = 0.0) -> list[Finding]:
    """`promised` is the AUC that the same model had on customers kept apart in training."""
    found = [_level(seen), _ranking(seen, promised, promised_error)]
    return [one for one in found if one]


def _level(seen: Figures) -> Finding | None:
    """Scores that are wrong for everyone alike, or else for some bands of them."""
    numbers = {"predicted": seen.predicted, "happened": seen.happened, "customers": seen.customers}
    if seen.testable and abs(seen.gap) >= GAP and abs(seen.gap) > _Z * seen.gap_error:
        return {"kind": "too_low" if seen.gap > 0 else "too_high", **numbers, "gap": seen.gap}
    if seen.testable and seen.calibration_error >= SHAPE and seen.calibration_p < ALPHA:
        worst = max(seen.bands, key=lambda band: band.customers * abs(band.happened - band.predicted))
        numbers = {"predicted": worst.predicted, "happened": worst.happened, "customers": seen.customers}
        return {"kind": "shape", **numbers, "error": seen.calibration_error}
    return None


def _ranking(seen: Figures, promised: float | None, promised_error: float) -> Finding | None:
    if seen.auc is None or seen.auc_error is None or not seen.testable:
        return None
    if seen.auc + _Z * seen.auc_error < WEAK:
        return {"kind": "weak", "auc": seen.auc, "customers": seen.customers}
    error = float(np.hypot(seen.auc_error, promised_error))
    if promised is not None and promised - seen.auc >= FALL and promised - seen.auc > _Z * error:
        return {"kind": "fallen", "auc": seen.auc, "before": promised, "customers": seen.customers}
    return None


def disparities(groups: dict[str, dict[str, tuple[Figures, Figures]]]) -> list[Finding]:
    """dimension -> group -> figures of the group and of all others. Of all groups and both questions together, the
    chance of any false alarm is at most ALPHA (Holm 1979)."""
    tests: list[Finding] = []
    for dimension, named in groups.items():
        for name, pair in named.items():
            tests += [{"dimension": dimension, "group": name, **test} for test in _tests(*pair)]
    left = len(tests)
    found: list[Finding] = []
    for test in sorted(tests, key=lambda one: one["p"]):
        if test["p"] >= ALPHA / left:
            break
        if abs(test["difference"]) >= test["least"]:
            found.append(_with_interval(test, ALPHA / len(tests)))
        left -= 1
    return found


def _tests(group: Figures, others: Figures) -> Iterator[Finding]:
    """One on the gap, and one on the AUC where both have one; only a group that fares worse is of interest there."""
    if not group.testable or not others.testable:
        return
    numbers = {"customers": group.customers, "predicted": group.predicted, "happened": group.happened}
    gap, error = group.gap - others.gap, float(np.hypot(group.gap_error, others.gap_error))
    yield _test("group_gap", gap, error, GROUP_GAP) | numbers | {"others": others.gap}
    if group.auc is None or others.auc is None or not group.auc_error or not others.auc_error:
        return
    fall, error = others.auc - group.auc, float(np.hypot(group.auc_error, others.auc_error))
    yield _test("group_auc", max(fall, 0.0), error, GROUP_FALL) | numbers | {"auc": group.auc, "others": others.auc}


def _test(kind: str, difference: float, error: float, least: float) -> Finding:
    p = float(2 * _normal.sf(abs(difference) / max(error, 1e-12)))
    return {"kind": kind, "difference": difference, "error": error, "least": least, "p": p}


def _with_interval(test: Finding, alpha: float) -> Finding:
    """The interval has the coverage that the correction asks for."""
    reach = float(_normal.isf(alpha / 2)) * test["error"]
    size = abs(test["difference"])
    kept = {key: value for key, value in test.items() if key not in ("least", "error")}
    return kept | {"low": size - reach, "high": size + reach}
