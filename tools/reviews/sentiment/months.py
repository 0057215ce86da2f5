"""How customers felt month by month."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from tools.behaviour.untyped import Table, _
from tools.reviews.labels import SENTIMENTS
from tools.reviews.sentiment.counts import Feelings


@dataclass(frozen=True)
class Month:
    """The reviews of the month that begins on `start`; of an aspect, those that speak of it."""

    start: date
    feelings: Feelings


def by_month(rows: Table, aspect: str | None = None) -> list[Month]:
    """The months that have any, oldest first. `rows` are those of `tools.reviews.selection.rows_of`."""
    what = aspect or "sentiment"
    counted: Table = rows.filter(_[what].notnull()).group_by(start=_.moment.truncate("M").date())
    measured = {mood: _.count(where=_[what] == mood) for mood in SENTIMENTS}
    found: list[dict[str, Any]] = counted.aggregate(**measured).order_by("start").to_pyarrow().to_pylist()
    return [Month(row["start"], Feelings(*(row[mood] for mood in SENTIMENTS))) for row in found]
