"""What a watch raised on a demo shop, day by day, against what was planted in it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from eval.reviews.alert_shops import DemoReviews, Planted
from tools.reviews.alerts.explain import RATE
from tools.reviews.alerts.series import SCOPES, SHOP, Flags, History, Ints, Item, Rows
from tools.reviews.alerts.surge import LEAST, WINDOWS, yearly
from tools.reviews.alerts.watch import Alert, Watch
from tools.reviews.labels import ASPECTS

Labelled = Callable[[DemoReviews], Flags]
"""(reviews, 1 + aspects): what each review complains about; the first column is anything. One column where the
labeller knows no aspects."""

NEVER = 10_000
_LONGEST = 60  # days an ideal watch is given
_CERTAIN = 1e7  # the shape of a Gamma that is a point
_HALF = 0.5  # of what an alert has too many must come from a planted surge for it to be explained


@dataclass(frozen=True)
class Heard:
    """One planted surge. Days are counted from its onset, the day of the first review that complains of its aspect
    because of it; `delay` is that of the first alert of its aspect on its item or on one that holds it, `exact` on its
    item; `ideal` that of a watch of the same strictness that knew the usual rate exactly and where to look (see
    `_ideal`); NEVER where there is none. `before` are the days from the first thing that went wrong to the onset,
    `third` those from the onset to the third complaint; `early` and `complaints` count complaints in seven days and in
    all."""

    shop: str
    surge_id: str
    delay: int
    exact: int
    ideal: int
    before: int
    third: int
    early: int
    complaints: int


@dataclass(frozen=True)
class Raised:
    """An alert as it was on the day it was first raised, and whether planted surges explain it."""

    shop: str
    day: int
    alert: Alert
    explained: bool


def history_of(shop: DemoReviews, complaints: Flags) -> History:
    columns = [np.zeros(shop.table.num_rows, dtype=np.int64)]
    items = [Item("shop", "")]
    for scope, name in zip(SCOPES[1:], ("category", "country", "product_id"), strict=True):
        coded = pa.chunked_array(shop.table[name]).combine_chunks()
        coded = coded if isinstance(coded, pa.DictionaryArray) else coded.dictionary_encode()
        columns.append(coded.indices.to_numpy().astype(np.int64) + len(items))
        items += [Item(scope, value) for value in coded.dictionary.to_pylist()]
    ones = np.ones(shop.table.num_rows, dtype=np.int64)
    return History(Rows(items, shop.day, np.stack(columns, axis=1), ones, complaints.astype(np.int64)))


def replay(shop: DemoReviews, complaints: Flags) -> tuple[list[Heard], list[Raised]]:
    """Every day of the shop is today once; an alert is raised on the first day on which it is told as going on."""
    history = history_of(shop, complaints)
    watch = Watch(history, history.first, history.last)
    first: dict[int, tuple[int, Alert]] = {}
    for day in watch.days:
        for alert in watch.alerts(day):
            if alert.ongoing:
                first.setdefault(alert.episode, (day, alert))
    caused = shop.surge >= 0
    raised = [
        Raised(shop.key, day, alert, _explained(history, alert, caused))
        for day, alert in sorted(first.values(), key=lambda one: one[0])
    ]
    return [_heard(shop, watch, history, surge, raised) for surge in shop.surges], raised


def _explained(history: History, alert: Alert, caused: Flags) -> bool:
    """Whether at least half of the complaints beyond the usual come from orders that a planted surge struck."""
    rows = history.rows
    item = list(rows.items).index(alert.item)
    inside = (rows.day >= alert.first) & (rows.day <= alert.last) & (rows.place[:, history.scope[item]] == item)
    struck = int((rows.complaints[:, alert.aspect] * (inside & caused)).sum())
    return struck >= _HALF * (alert.complaints - alert.expected)


def _heard(shop: DemoReviews, watch: Watch, history: History, surge: Planted, raised: list[Raised]) -> Heard:
    number = ASPECTS.index(surge.aspect)
    about = (shop.surge == surge.number) & shop.negative[:, number]
    days: Ints = shop.day[about]
    onset = int(days.min())
    items = list(history.rows.items)
    place = items.index(surge.item)
    holding = {surge.item, items[max(history.parent[place], SHOP)], items[SHOP]}
    column = 1 + number if history.aspects > 1 else 0
    fitting = [
        one
        for one in raised
        if one.alert.aspect == column
        and onset <= one.day
        and one.alert.first <= days.max()
        and one.alert.item in holding
    ]
    return Heard(
        shop.key,
        surge.surge_id,
        delay=min((one.day - onset for one in fitting), default=NEVER),
        exact=min((one.day - onset for one in fitting if one.alert.item == surge.item), default=NEVER),
        ideal=_ideal(shop, watch, history, history.stream(place, column), onset),
        before=onset - int(shop.table["happened"].to_numpy()[about].min()),
        third=int(np.sort(days)[:3].max()) - onset,
        early=int((days <= onset + 7).sum()),
        complaints=len(days),
    )


def _ideal(shop: DemoReviews, watch: Watch, history: History, stream: int, onset: int) -> int:
    """Days until a Poisson test of that stream's windows against the mean of all days, without any surge's complaints,
    is as telling as an only alert of the year must be: what no watch over as many streams can well be before."""
    item, aspect = divmod(stream, history.aspects)
    here = (history.rows.place[:, history.scope[item]] == item) & (shop.surge < 0)
    usual = max(history.rows.complaints[here, aspect].sum(), 1) / (history.last - history.first + 1)
    days = np.arange(onset, onset + _LONGEST)
    windows = np.array(WINDOWS)[:, None]
    count = history.complaints.within(np.array(stream), days - windows, days)
    evidence = yearly(count, usual * windows, np.array(_CERTAIN), windows) * watch.watched(onset)[item]
    found = np.flatnonzero(((evidence <= RATE) & (count >= LEAST)).any(axis=0))
    return int(found[0]) if len(found) else NEVER
