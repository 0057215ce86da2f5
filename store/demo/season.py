"""When people buy: weekdays, holidays, sales, and the hours of the day."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from store.demo.draws import Flags, Floats, Ints

DAY = 86_400
WEST, CHINA = REGIONS = (0, 1)
_WEEKDAYS = (0.98, 0.94, 0.94, 0.98, 1.02, 1.12, 1.10)
_CHINESE_NEW_YEAR = {
    2022: (2, 1),
    2023: (1, 22),
    2024: (2, 10),
    2025: (1, 29),
    2026: (2, 17),
    2027: (2, 6),
    2028: (1, 26),
}
_HOURS_ONLINE = (8, 4, 2, 1, 1, 2, 5, 11, 17, 21, 24, 25, 28, 26, 23, 22, 23, 26, 31, 38, 44, 43, 33, 18)
_HOURS_STORE = (0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 12, 16, 19, 17, 14, 14, 15, 14, 9, 3, 0, 0, 0, 0)
_CHINA_AHEAD = 8


def black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def demand(day: date, region: int) -> float:
    """The day's share of demand; an ordinary day is about 1."""
    factor = _WEEKDAYS[day.weekday()] * (1 + 0.05 * float(np.cos(2 * np.pi * (day.month - 12) / 12)))
    return factor * (_china(day) if region == CHINA else _west(day))


def _west(day: date) -> float:
    if -2 <= (day - black_friday(day.year)).days <= 3:
        return 2.1
    if day.month == 12:
        return 1.65 if day.day <= 19 else 0.75 if day.day <= 25 else 1.2
    return 0.85 if day.month == 1 and day.day > 6 else 1.0


def _china(day: date) -> float:
    if day.month == 11 and 9 <= day.day <= 11:
        return 2.8
    if day.month == 6 and 16 <= day.day <= 18:
        return 2.0
    new_year = _CHINESE_NEW_YEAR.get(day.year)
    if new_year:
        away = (day - date(day.year, *new_year)).days
        return 1.35 if -21 <= away < -4 else 0.45 if -4 <= away <= 7 else 1.0
    return 1.0


def promotion(day: date) -> float:
    """What list prices are multiplied by on that day."""
    if -2 <= (day - black_friday(day.year)).days <= 3:
        return 0.8
    if (day.month == 12 and day.day >= 26) or (day.month == 1 and day.day <= 10):
        return 0.85
    return 0.9 if day.month == 7 and day.day <= 14 else 1.0


@dataclass(frozen=True)
class Calendar:
    """The window and the time simulated after it. Moments are seconds from the window's first midnight."""

    start: date
    days: int
    future_days: int

    @property
    def end(self) -> int:
        """The first moment after the window."""
        return self.days * DAY

    @property
    def horizon(self) -> int:
        return (self.days + self.future_days) * DAY

    def all_days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range(self.days + self.future_days)]

    def cumulative(self, region: int) -> Floats:
        """Demand accumulated up to each midnight; one more entry than there are days."""
        return np.concatenate([[0.0], np.cumsum([demand(day, region) for day in self.all_days()])])

    def months(self) -> Ints:
        """Month of each day, January 0."""
        return np.array([day.month - 1 for day in self.all_days()], dtype=np.int64)

    def promotions(self) -> Floats:
        return np.array([promotion(day) for day in self.all_days()])


def seconds_of_day(rng: np.random.Generator, region: Ints, in_store: Flags) -> Ints:
    """A time of day for each visit, in the shop's time zone: online evenings, shop hours at a till."""
    online = np.array(_HOURS_ONLINE, dtype=np.float64)
    till = np.array(_HOURS_STORE, dtype=np.float64)
    hours = rng.choice(24, size=len(region), p=online / online.sum())
    hours = (hours - _CHINA_AHEAD * (region == CHINA)) % 24
    hours = np.where(in_store, rng.choice(24, size=len(region), p=till / till.sum()), hours)
    return hours * 3600 + rng.integers(0, 3600, len(region))
