"""Reads metrics.yaml: each metric's name, unit, definition and formula."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import yaml

Unit = Literal["money", "count", "share", "number"]

_MEASURE = re.compile(r"(rows|(?P<how>sum|mean|count) (?P<column>\w+))( where (?P<flag>\w+))?")


@dataclass(frozen=True)
class Measure:
    """One aggregation: `how` (rows, sum, mean, count of different values) over `column`, where `flag` holds."""

    how: str
    column: str | None
    flag: str | None


@dataclass(frozen=True)
class Metric:
    """A defined business metric: `measures` has one entry, or numerator and denominator."""

    key: str
    label: str
    label_zh: str
    unit: Unit
    definition: str
    source: str
    where: str | None
    measures: tuple[Measure, ...]


@cache
def metrics() -> dict[str, Metric]:
    """All metrics by key, in the order of the file."""
    text = Path(__file__).with_name("metrics.yaml").read_text("utf-8")
    entries = cast(dict[str, dict[str, Any]], yaml.safe_load(text))
    return {key: _metric(key, entry) for key, entry in entries.items()}


def _metric(key: str, entry: dict[str, Any]) -> Metric:
    return Metric(
        key=key,
        label=entry["label"]["en"],
        label_zh=entry["label"]["zh"],
        unit=entry["unit"],
        definition=entry["definition"],
        source=entry["from"],
        where=entry.get("where"),
        measures=tuple(_measure(part) for part in entry["value"].split(" / ")),
    )


def _measure(text: str) -> Measure:
    found = _MEASURE.fullmatch(text)
    if found is None:
        raise ValueError(f"metrics.yaml: cannot read the value {text!r}")
    return Measure(found["how"] or "rows", found["column"], found["flag"])
