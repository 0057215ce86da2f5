"""Counting feelings: over all reviews that are meant, by aspect, and where complaints come from."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

from tools.behaviour.untyped import Column, Table, _, ibis
from tools.reviews.labels import ASPECTS, SENTIMENTS

_WORST = 3
_LOOKED_AT = 2000
_LEAST = 3  # fewer complaints than this are no pattern


@dataclass(frozen=True)
class Feelings:
    """Reviews by sentiment; of an aspect, the reviews that speak of it, by how they do."""

    negative: int
    neutral: int
    positive: int

    @property
    def total(self) -> int:
        return self.negative + self.neutral + self.positive


@dataclass(frozen=True)
class Counts:
    """`aspects` holds only those that some review speaks of."""

    reviews: Feelings
    aspects: dict[str, Feelings]
    contradicting: int


@dataclass(frozen=True)
class Place:
    """Where complaints come from: a product or a country, its complaints and its reviews in all."""

    name: str
    complaints: int
    reviews: int


def count(rows: Table) -> Counts:
    """All counts in one pass of the engine."""
    measured: dict[str, Column] = {
        f"{what}_{mood}": _.count(where=_[what] == mood) for what in ("sentiment", *ASPECTS) for mood in SENTIMENTS
    }
    measured["contradicting"] = _.count(where=_.contradicts_rating)
    row: dict[str, Any] = rows.aggregate(**measured).to_pyarrow().to_pylist()[0]
    found = {what: Feelings(*(row[f"{what}_{mood}"] for mood in SENTIMENTS)) for what in ("sentiment", *ASPECTS)}
    aspects = {name: feelings for name, feelings in found.items() if name != "sentiment" and feelings.total}
    return Counts(found["sentiment"], aspects, row["contradicting"])


def average_rating(rows: Table, aspect: str | None = None) -> float | None:
    """The mean of the stars (of the reviews that speak of `aspect`); None where no review has any."""
    meant = rows.filter(_[aspect].notnull()) if aspect else rows
    row: dict[str, Any] = meant.aggregate(mean=_.rating.mean()).to_pyarrow().to_pylist()[0]
    return row["mean"]


def worst(rows: Table, column: str, aspect: str | None, most: int = _WORST) -> list[Place]:
    """The products or countries whose reviews complain most often (about `aspect`, or at all), commonest first.

    Ranked by the lower end of the 95 % interval of the share (Wilson, 1927), so that few reviews prove little.
    """
    complaint = _[aspect or "sentiment"] == "negative"
    groups = rows.filter(_[column].notnull()).group_by(column)
    counted = groups.aggregate(complaints=_.count(where=complaint), reviews=_.count())
    likeliest = counted.filter(_.complaints >= _LEAST).order_by(ibis.desc("complaints"), column).limit(_LOOKED_AT)
    found: list[dict[str, Any]] = likeliest.to_pyarrow().to_pylist()
    places = [Place(row[column], row["complaints"], row["reviews"]) for row in found]
    return sorted(places, key=lambda place: -_at_least(place.complaints, place.reviews))[:most]


def _at_least(part: int, whole: int) -> float:
    share, z2 = part / whole, 1.96**2
    return (share + z2 / (2 * whole) - sqrt(z2 * (share * (1 - share) + z2 / (4 * whole)) / whole)) / (1 + z2 / whole)
