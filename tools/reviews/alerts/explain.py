"""Which episodes stand on their own. A product's surge shows in its category, in the shop, in complaints about
anything: it is told once, as what explains most.

Episodes are taken by evidence, the most telling first. One that shares days with those before stands only if it would
still be telling without their complaints; one that lies within another, only if it exceeds what the other's excess
leads one to expect of it. Those that stand are then held to a false discovery rate (Benjamini-Hochberg).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tools.reviews.alerts.episodes import Episode
from tools.reviews.alerts.series import ANY, SHOP, Floats, History
from tools.reviews.alerts.surge import LEAST, TIMES, yearly

RATE = 0.05  # of false discoveries
_LEAD, _TAIL = 7, 21  # days before and after an episode whose complaints may be its


@dataclass(frozen=True)
class Standing:
    """An episode that stands, its evidence as far as others do not explain it, and the adjusted p-value."""

    episode: Episode
    adjusted: float


def standing(history: History, found: Sequence[Episode], watched: Floats) -> list[Standing]:
    """Those that stand at the false discovery rate. `watched` (items,) is by how many streams the evidence of an
    item's episode is multiplied."""
    kept: list[Episode] = []
    for episode in found:
        if episode.yearly * watched[episode.stream // history.aspects] > RATE * len(found):
            continue
        rest = _unexplained(history, episode, [one for one in kept if _together(one, episode)])
        if rest is not None:
            kept.append(rest)
    kept.sort(key=lambda one: one.yearly * watched[one.stream // history.aspects])
    raw = np.array([one.yearly * watched[one.stream // history.aspects] for one in kept])
    adjusted = np.minimum.accumulate((raw / np.arange(1, len(kept) + 1))[::-1])[::-1]
    return [Standing(one, float(q)) for one, q in zip(kept, adjusted, strict=True) if q <= RATE]


def _together(one: Episode, other: Episode) -> bool:
    return one.start - _LEAD <= other.end and other.start <= one.end + _TAIL


def _unexplained(history: History, episode: Episode, others: Sequence[Episode]) -> Episode | None:
    """The episode with the evidence that is left of it; None where nothing telling is."""
    around = [one for one in others if _contains(history, one, episode)]
    beside = [one for one in others if one not in around]
    count = _apart(history, episode, beside) if beside else episode.count
    expected = episode.expected * max([1.0, *(one.excess / episode.risen for one in around)])
    if count < LEAST or count < TIMES * expected:
        return None
    if not others:
        return episode
    left = yearly(np.array(count), np.array(expected), np.array(episode.shape), episode.window)
    return replace(episode, yearly=float(left))


def _contains(history: History, one: Episode, other: Episode) -> bool:
    item, aspect = divmod(one.stream, history.aspects)
    inner, about = divmod(other.stream, history.aspects)
    return item in (inner, history.parent[inner], SHOP) and aspect in (about, ANY)


def _apart(history: History, episode: Episode, others: Sequence[Episode]) -> float:
    """Complaints in the episode's window that are none of the others'."""
    rows = history.rows
    part = slice(*np.searchsorted(rows.day, [episode.day - episode.window + 1, episode.day + 1]))
    mine = _complaints(history, episode.stream, part)
    theirs = np.zeros_like(mine)
    for one in others:
        active = (rows.day[part] >= one.start - _LEAD) & (rows.day[part] <= one.end + _TAIL)
        theirs = np.maximum(theirs, _complaints(history, one.stream, part) * active)
    return float(np.maximum(mine - theirs, 0).sum())


def _complaints(history: History, stream: int, part: slice) -> Floats:
    item, aspect = divmod(stream, history.aspects)
    here = history.rows.place[part, history.scope[item]] == item
    return (history.rows.complaints[part, aspect] * here).astype(np.float64)
