"""Which surges a period saw, and which are new since a day."""

from dataclasses import replace

from tools.reviews.alerts.series import History
from tools.reviews.alerts.surge import YOUNGEST
from tools.reviews.alerts.watch import STILL, Alert, Watch

FEWEST = 50  # reviews from which there is something to judge
_LATER = 28  # days after a period in which one still learns of it
_STEP = 182  # evidence is gathered over a year, so half a year is never missed


def enough(history: History, today: int) -> bool:
    """Whether there are enough reviews, over a long enough time, to tell a surge from chance."""
    return history.rows.reviews.sum() >= FEWEST and today - history.first >= YOUNGEST


def surges(history: History, start: int | None, end: int, today: int) -> list[Alert]:
    """Those that have a day from `start` (None: ever) to `end`, as `today` knows them: what goes on first, then by
    how many complaints there were beyond the usual."""
    since = history.first if start is None else start
    latest = min(end + _LATER, today)
    watch = Watch(history, since, latest)
    known: dict[int, Alert] = {}
    for day in range(latest, min(since, latest) - 1, -_STEP):
        for alert in watch.alerts(day):
            known.setdefault(alert.episode, replace(alert, ongoing=today - alert.last < STILL))
    within = [one for one in known.values() if one.first <= end and one.last >= since]
    return sorted(within, key=lambda one: (not one.ongoing, one.expected - one.complaints))


def news(history: History, since: int | None, today: int) -> list[Alert]:
    """Surges that go on today and were not known before the day `since` (None: nothing was)."""
    if since is None:
        before, watch = set[int](), Watch(history, today, today)
    else:
        watch = Watch(history, since - 1, today)
        before = {one.episode for one in watch.alerts(since - 1)}
    new = [one for one in watch.alerts(today) if one.ongoing and one.episode not in before]
    return sorted(new, key=lambda one: one.expected - one.complaints)
