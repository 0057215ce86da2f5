"""What is found out about a campaign. Money in the shop's currency, as floats."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

State = Literal["pending", "rejected", "expired", "unsent", "no_holdout", "open", "stale", "known"]


@dataclass(frozen=True)
class Effect:
    """Of customers with offers (`first`) against those held back (`second`), or of one side of a test against another:
    customers, how many bought, the mean per customer (at equal spending before), the difference and its interval, None
    while too few have bought. `level` is the interval's; `kept` the share of variance that CUPED left."""

    first: int
    second: int
    first_buyers: int
    second_buyers: int
    first_mean: float
    second_mean: float
    value: float
    low: float | None
    high: float | None
    level: float
    kept: float

    @property
    def sign(self) -> int:
        """1 or -1 where the interval excludes nothing having come of it, else 0."""
        if self.low is None or self.high is None:
            return 0
        return 1 if self.low > 0 else -1 if self.high < 0 else 0


@dataclass(frozen=True)
class Group:
    """A segment or one side of a test; `margin` and `net` (margin less cost) against the holdout or the other side."""

    name: str
    margin: Effect
    net: Effect


@dataclass(frozen=True)
class Offered:
    """One offer: how many customers it was picked for, how many it went out to, how many used it, and what it cost.

    `margin` and `net` are against those held back who could have got it, each counted with the chance of that pick; the
    interval holds for all offers together. None where nobody held back could have. Who gets which offer is chosen, so
    one offer's effect is on its own customers and does not compare with another's.
    """

    offer: str
    customers: int
    sent: int
    used: int
    cost: float
    margin: Effect | None
    net: Effect | None


@dataclass(frozen=True)
class Results:
    """One campaign. `offered` customers could get an offer (`control` of them were picked none), `held` never could.

    `state`: pending, rejected and expired as the campaign's; unsent: nothing went out; no_holdout: nobody to compare
    with; open: the window has not passed; stale: it has, but orders are not known to its end; known: it is all in.
    `margin` and `net` are None in the first five; `segments` and `tests` have intervals widened for their number.
    """

    campaign_id: int
    name: str
    state: State
    currency: str
    at: datetime
    closes: datetime
    known_until: datetime
    window_days: int
    days: int
    offered: int = 0
    held: int = 0
    control: int = 0
    treated: int = 0
    sent: int = 0
    used: int = 0
    cost: float = 0.0
    margin: Effect | None = None
    net: Effect | None = None
    segments: list[Group] = field(default_factory=list[Group])
    tests: list[Group] = field(default_factory=list[Group])
    offers: list[Offered] = field(default_factory=list[Offered])
    assumed_margin: float | None = None
    unreported: bool = False

    @property
    def gain(self) -> float | None:
        """In all, after cost."""
        return None if self.net is None else self.net.value * self.offered
