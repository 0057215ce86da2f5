"""Findings in words, English or Chinese, one sentence each."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from tools.behaviour.wording import figure
from tools.churn.monitoring.drift import MARKED
from tools.churn.monitoring.history import History, Line
from tools.churn.monitoring.verdict import Finding

_SHARES = ("predicted", "happened")
_POINTS = ("gap", "error", "low", "high")


def warnings(line: Line, language: str = "en") -> list[str]:
    """A sentence for each finding of a refresh, the gravest kinds first."""
    return [_said(finding, _words()[language]) for finding in line["findings"]]


def summary(history: History, language: str = "en") -> list[str]:
    """What the latest refresh found, one line each: warnings, then what was checked, then what could not be."""
    words = _words()[language]
    skipped = [words["unreadable"].format(number=history.unreadable)] if history.unreadable else []
    if not history.lines:
        return skipped
    line = history.lines[-1]
    checked = [_held(one, words) for one in line["judged"] if one["customers"]]
    waiting = [] if checked else [words["waiting"].format(until=line["until"][:10])]
    return [*warnings(line, language), *checked, *waiting, *_notes(line, words), *skipped]


def _notes(line: Line, words: dict[str, Any]) -> list[str]:
    before = line.get("other_horizon")
    if not before:
        return []
    return [words["other_horizon"].format(days=line["horizon_days"], before=before["days"], at=before["at"][:10])]


def _held(one: Line, words: dict[str, Any]) -> str:
    values = _figures(one)
    return words["held"].format(**values | {"since": _since(one, words), "auc": values["auc"] or "–"})


def _said(finding: Finding, words: dict[str, Any]) -> str:
    values = _figures(finding) | {"since": _since(finding, words), "marked": MARKED}
    kind = finding["kind"]
    if kind == "weak":
        values["auc"] = _share(finding["auc"])
    if kind == "drift_scores":
        values |= {name: _share(finding[name]) for name in ("before", "after")}
    if kind == "drift_group":
        values["reason"] = words["reasons"][finding["reason"]]
    if kind.startswith("group"):
        values |= _of_group(finding, words)
    return words[kind].format(**values)


def _of_group(finding: Finding, words: dict[str, Any]) -> dict[str, Any]:
    named = words[finding["dimension"]].format(group=finding["group"])
    if finding["kind"] == "group_auc":
        return {"group": named, **{name: f"{finding[name]:.2f}" for name in ("low", "high")}}
    direction = words["low" if finding["difference"] > 0 else "high"]
    return {"group": named, "points": _points(finding["difference"]), "direction": direction}


def _figures(one: Line) -> dict[str, Any]:
    """The numbers as they are quoted."""
    quoted: dict[str, Any] = dict(one)
    quoted |= {name: _share(one[name]) for name in _SHARES if name in one}
    quoted |= {name: _points(one[name]) for name in _POINTS if name in one}
    quoted |= {name: f"{one[name]:.2f}" for name in ("auc", "before", "others", "psi") if one.get(name) is not None}
    if "customers" in one:
        quoted["customers"] = f"{one['customers']:,}"
    return quoted | {"at": one["at"][:10]}


def _since(one: Line, words: dict[str, Any]) -> str:
    return words["origins"][one["origin"]].format(at=one["at"][:10]) if "origin" in one else ""


def _share(value: float) -> str:
    """Whole per cent, as scores are read."""
    return figure(round(value, 2), "share", "").replace(".0%", "%")


def _points(value: float) -> str:
    return f"{abs(value) * 100:.0f}"


@cache
def _words() -> dict[str, dict[str, Any]]:
    return yaml.safe_load((files("tools.churn.monitoring") / "wording.yaml").read_text("utf-8"))
