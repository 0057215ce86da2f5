"""Windows and decays in days before the cut-off, most of them in proportion to the horizon."""

from dataclasses import dataclass
from typing import Any

from tools.behaviour.untyped import Column, ibis


@dataclass(frozen=True)
class Windows:
    """`horizon` days are looked ahead; the past is looked at in parts and multiples of that."""

    horizon: int

    @property
    def quarter(self) -> int:
        return max(1, round(self.horizon / 4))

    @property
    def half(self) -> int:
        return max(1, round(self.horizon / 2))

    @property
    def double(self) -> int:
        return 2 * self.horizon


def decayed(ago: Column, days: float) -> Column:
    """What a thing counts for after `ago` days: 1 today, 1/e after `days`."""
    return (-ago.cast("float64") / days).exp()  # else some engines divide as decimals, with few places


def total(value: Column, where: Column | None = None) -> Column:
    """A sum as float64; 0 where nothing is summed."""
    return ibis.coalesce(value.sum(where=where), 0).cast("float64")


def ratio(top: Column, bottom: Column, otherwise: Any = 0.0) -> Column:
    """top / bottom as float64; `otherwise` where the bottom is 0."""
    return ibis.coalesce(top.cast("float64") / bottom.cast("float64").nullif(0), otherwise)


def change(now: Column, before: Column) -> Column:
    """From -1 (stopped) over 0 (as before, or never) to 1 (begun)."""
    return ratio(now - before, now + before)
