"""The watch over a shop's complaints: which surges are known on a day, from nothing later than that day."""

from dataclasses import dataclass

import numpy as np

from tools.reviews.alerts.drift import YEAR
from tools.reviews.alerts.episodes import Episode, episodes, extent, numbered
from tools.reviews.alerts.explain import Standing, standing
from tools.reviews.alerts.series import SCOPES, Floats, History, Item
from tools.reviews.alerts.surge import telling_looks

SHARES = np.array([1 / 6, 1 / 6, 1 / 6, 1 / 2])  # of false alarms: shop, categories, countries, products
STILL = 7  # days without a complaint after which a surge is over


@dataclass(frozen=True)
class Alert:
    """A surge. `first` and `last` are its days so far, as History counts them; `expected` is the usual number of
    complaints in as many days; shares are of the item's reviews, before and during; `p_value` bounds the chance of
    such a false alarm of this stream in a year, `q_value` is adjusted for all that is watched; `episode` tells
    alerts of one watch apart."""

    item: Item
    aspect: int
    first: int
    last: int
    complaints: int
    expected: float
    reviews: int
    share_before: float
    share_now: float
    p_value: float
    q_value: float
    ongoing: bool
    episode: int


class Watch:
    """Looks at every day from a year before `start` to `end`, once; then tells of any day from `start` on."""

    def __init__(self, history: History, start: int, end: int) -> None:
        self._history = history
        self._looks = telling_looks(history, start - YEAR, end)
        self._number = numbered(self._looks)

    @property
    def days(self) -> list[int]:
        """The days with a telling look; on the others no alert is new."""
        return np.unique(self._looks.day).tolist()

    def alerts(self, day: int, *, since: int | None = None) -> list[Alert]:
        """The surges known on `day` that were not over by `since` (default: a year before), most certain first."""
        year = (self._looks.day <= day) & (self._looks.day > day - YEAR)
        found = episodes(self._looks.take(year), self._number[year])
        known = [self._alert(one, day) for one in standing(self._history, found, self.watched(day))]
        return [one for one in known if since is None or one.last >= since]

    def watched(self, day: int) -> Floats:
        """Per item: the streams among which false discoveries are counted. Every scope has an equal part."""
        history = self._history
        alive = history.reviews.within(np.arange(len(history.scope)), day - YEAR, day) > 0
        streams = np.bincount(history.scope[alive], minlength=len(SCOPES)) * history.aspects
        return (streams / SHARES)[history.scope]

    def _alert(self, found: Standing, day: int) -> Alert:
        episode, history = found.episode, self._history
        first, last = extent(history, episode, day)
        item, aspect = divmod(episode.stream, history.aspects)
        complaints = self._number_of(episode, first, last)
        reviews = int(history.reviews.within(np.array(item), first - 1, last))
        return Alert(
            item=history.rows.items[item],
            aspect=aspect,
            first=first,
            last=last,
            complaints=complaints,
            expected=episode.expected / episode.window * (last - first + 1),
            reviews=reviews,
            share_before=episode.share,
            share_now=complaints / max(reviews, 1),
            p_value=min(episode.yearly, 1.0),
            q_value=found.adjusted,
            ongoing=day - last < STILL,
            episode=episode.number,
        )

    def _number_of(self, episode: Episode, first: int, last: int) -> int:
        return int(self._history.complaints.within(np.array(episode.stream), first - 1, last))
