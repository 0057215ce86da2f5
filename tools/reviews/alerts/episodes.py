"""From telling looks to episodes: looks of one stream that follow each other, each with its most telling one."""

from dataclasses import dataclass

import numpy as np

from tools.reviews.alerts.series import Floats, History, Ints
from tools.reviews.alerts.surge import Looks

_CALM = 14  # days without a telling look end an episode


@dataclass(frozen=True)
class Episode:
    """`number` tells a history's episodes apart; `start` and `end` span its telling windows; the rest is the most
    telling look's, as in Looks."""

    number: int
    stream: int
    start: int
    end: int
    day: int
    window: int
    count: float
    expected: float
    shape: float
    risen: float
    share: float
    yearly: float

    @property
    def excess(self) -> float:
        return self.count / self.expected


def numbered(looks: Looks) -> Ints:
    """The episode of each look; looks are sorted by stream and day. Later looks never change the numbers of earlier."""
    if not len(looks.day):
        return np.zeros(0, dtype=np.int64)
    breaks = (np.diff(looks.stream) != 0) | (np.diff(looks.day) > _CALM)
    return np.concatenate([[0], np.cumsum(breaks)])


def episodes(looks: Looks, number: Ints) -> list[Episode]:
    """The most telling first; where evidence is beyond what floats hold, the larger excess is."""
    if not len(number):
        return []
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    ends = np.append(starts[1:], len(number))
    found = [_episode(looks, number, slice(a, b)) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    return sorted(found, key=lambda one: (one.yearly, -likelihood(one.count, one.expected)))


def _episode(looks: Looks, number: Ints, part: slice) -> Episode:
    peak = part.start + int(np.argmin(looks.yearly[part]))
    return Episode(
        number=int(number[peak]),
        stream=int(looks.stream[peak]),
        start=int((looks.day[part] - looks.window[part]).min()) + 1,
        end=int(looks.day[part].max()),
        day=int(looks.day[peak]),
        window=int(looks.window[peak]),
        count=float(looks.count[peak]),
        expected=float(looks.expected[peak]),
        shape=float(looks.shape[peak]),
        risen=float(looks.risen[peak]),
        share=float(looks.past[peak] / max(looks.past_reviews[peak], 1)),
        yearly=float(looks.yearly[peak]),
    )


def likelihood(count: float, expected: float) -> float:
    """Log likelihood ratio of a Poisson rate that rose against one that did not (Kulldorff's scan statistic)."""
    return count * float(np.log(count / expected)) - (count - expected) if count > expected else 0.0


def extent(history: History, episode: Episode, today: int) -> tuple[int, int]:
    """The first and the last day of the surge: the days whose complaints stand out most from the usual rate."""
    days = np.arange(episode.start, min(episode.end, today) + 1)
    counts = history.complaints.within(np.full(len(days), episode.stream), days - 1, days)
    total = np.concatenate([[0.0], np.cumsum(counts)])
    found: Floats = total[None, 1:] - total[:-1, None]  # from day i to day j
    length = days[None, :] - days[:, None] + 1
    usual = episode.expected / episode.window * np.maximum(length, 1)
    ratio = np.where((length > 0) & (found > usual), found / usual, 1.0)
    best = int(np.argmax(np.where(ratio > 1, found * np.log(ratio) - (found - usual), 0)))
    return int(days[best // len(days)]), int(days[best % len(days)])
